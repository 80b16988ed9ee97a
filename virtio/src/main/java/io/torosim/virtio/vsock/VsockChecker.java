package io.torosim.virtio.vsock;

import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Watches the packets of both directions and names what is against the credit rules and the states of a stream (virtio 1.2
 * sections 5.10.6.3 to 5.10.6.5). It sees packets when they pass between the queues, so it gives each side credit as soon as
 * that can be known.
 */
public final class VsockChecker implements Consumer<VsockPacket> {
    /** One direction of a stream: what its sender sent, and what its receiver told. */
    private static final class Direction {
        long sent;
        long taken; // by the receiver, as it said
        long bufAlloc;
        long edge; // what may be sent in all, as far as told
        boolean told;
        boolean shutDown;
        boolean reset;
        int afterReset;
    }

    private static final int MOST_UNDER_WAY = 64; // packets that a reset may cross

    private final Map<String, Direction> directions = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();

    private final int firstCount;

    /** Creates a checker that has seen nothing. */
    public VsockChecker() {
        this(0);
    }

    /** For tests: counters begin here. */
    VsockChecker(int firstCount) {
        this.firstCount = firstCount;
    }

    private Direction begin() {
        Direction direction = new Direction();
        direction.sent = firstCount & 0xffff_ffffL;
        direction.taken = direction.sent;
        return direction;
    }

    private static String key(long from, int fromPort, long to, int toPort) {
        return String.format(Locale.ROOT, "%d:%d -> %d:%d", from, fromPort & 0xffff_ffffL, to, toPort & 0xffff_ffffL);
    }

    @Override
    public void accept(VsockPacket packet) {
        String there = key(packet.srcCid(), packet.srcPort(), packet.dstCid(), packet.dstPort());
        String back = key(packet.dstCid(), packet.dstPort(), packet.srcCid(), packet.srcPort());
        if (packet.op() == VsockPacket.REQUEST) {
            directions.remove(there);
            directions.remove(back);
        }
        Direction forward = directions.computeIfAbsent(there, k -> begin());
        Direction backward = directions.computeIfAbsent(back, k -> begin());
        if (packet.op() == VsockPacket.RST) {
            forward.reset = true;
            backward.reset = true;
            return;
        }
        if (forward.reset && packet.op() == VsockPacket.RW) {
            late(forward, there);
        }
        credit(packet, backward, there);
        switch (packet.op()) {
            case VsockPacket.RW -> payload(packet, forward, there);
            case VsockPacket.SHUTDOWN -> forward.shutDown |= (packet.flags() & VsockPacket.NO_SEND) != 0;
            default -> {} // nothing more to see
        }
    }

    private void late(Direction direction, String where) {
        if (++direction.afterReset == MOST_UNDER_WAY) {
            violations.add("5.10.6.5: " + where + ": payload goes on after RST");
        }
    }

    private void credit(VsockPacket packet, Direction backward, String where) {
        long before = backward.taken;
        int step = packet.fwdCnt() - (int) before;
        backward.taken = before + step;
        backward.bufAlloc = packet.bufAlloc() & 0xffff_ffffL;
        backward.told = true;
        if (step < 0) {
            violations.add("5.10.6.3: " + where + ": fwd_cnt goes back by " + -(long) step);
        } else if (backward.taken > backward.sent) {
            violations.add("5.10.6.3: " + where + ": fwd_cnt " + backward.taken + " is more than the " + backward.sent
                    + " bytes that were sent");
        } else if (backward.taken + backward.bufAlloc < backward.edge) {
            violations.add("5.10.6.3: " + where + ": " + (backward.edge - backward.taken - backward.bufAlloc)
                    + " bytes of credit are taken back: buf_alloc is the whole buffer, used or not");
        }
        backward.edge = backward.taken + backward.bufAlloc;
    }

    private void payload(VsockPacket packet, Direction forward, String where) {
        forward.sent += packet.payload().length;
        if (forward.shutDown) {
            violations.add("5.10.6.5: " + where + ": payload after SHUTDOWN");
        }
        if (!forward.told || forward.sent - forward.taken > forward.bufAlloc) {
            violations.add("5.10.6.3: " + where + ": " + (forward.sent - forward.taken)
                    + " bytes under way, the peer has " + forward.bufAlloc);
        }
    }

    /** Returns what was wrong, a line each, in order. */
    public List<String> violations() {
        return List.copyOf(violations);
    }
}
