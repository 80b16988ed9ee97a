package io.torosim.virtio.vsock;

import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.vsock.VsockEndpoint.VsockConnection;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * virtio-vsock at the host's side (virtio 1.2 section 5.10): queue 0 receives, queue 1 transmits, queue 2 is for events,
 * which this device never has. Packets of the guest are taken only while answers find receive buffers, so that a guest which
 * gives none cannot make the host keep answers without bound (section 5.10.6.4).
 *
 * <p>A {@link DeviceModel} that any {@link io.torosim.virtio.device.VirtioDevice VirtioDevice} interface carries; the streams are a
 * {@link VsockEndpoint}'s, and {@link VsockDriver} is a driver for it.
 */
public final class VsockDevice implements DeviceModel {
    /** Virtio device id. */
    public static final int DEVICE_ID = 19;
    /** Feature: streams (bit 0). */
    public static final long F_STREAM = 1;
    /** Queue that receives. */
    public static final int RX = 0;
    /** Queue that transmits. */
    public static final int TX = 1;

    private static final int MOST_WAITING = 64; // packets for the guest, while more of its own are taken
    private static final int MOST_PACKET_BYTES = VsockPacket.HEADER_BYTES + VsockConnection.MOST_PAYLOAD;

    private final long guestCid;
    private final VsockEndpoint host;
    private final Consumer<VsockPacket> watch;
    private final BufferChain chain = new BufferChain();
    private @Nullable DeviceContext context;
    private boolean working;

    /**
     * Creates a device.
     *
     * @param guestCid the guest's address, at least 3
     * @param host the streams at the host's side, with address 2
     */
    public VsockDevice(long guestCid, VsockEndpoint host) {
        this(guestCid, host, packet -> {});
    }

    /** As {@link #VsockDevice(long, VsockEndpoint)}; {@code watch} sees every packet in either direction. */
    public VsockDevice(long guestCid, VsockEndpoint host, Consumer<VsockPacket> watch) {
        if (guestCid < 3) {
            throw new IllegalArgumentException("guestCid must be at least 3 (section 5.10.4), guestCid=" + guestCid);
        }
        this.guestCid = guestCid;
        this.host = host;
        this.watch = watch;
    }

    @Override
    public int deviceId() {
        return DEVICE_ID;
    }

    @Override
    public long features() {
        return F_STREAM;
    }

    @Override
    public int queueCount() {
        return 3;
    }

    @Override
    public int configBytes() {
        return 8;
    }

    @Override
    public int configByte(int offset) {
        return offset >= 0 && offset < 8 ? (int) (guestCid >>> 8 * offset) & 0xff : 0;
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
    }

    @Override
    public void notified(int queueIndex) {
        work();
    }

    @Override
    public void reset() {
        context = null;
        host.clear();
    }

    /** Carries packets both ways as far as that goes; to be called when the host has written or read. */
    public void work() {
        if (context == null || working) {
            return;
        }
        working = true;
        try {
            deliver(context);
            DeviceQueue tx = context.queue(TX);
            while (tx != null && host.waiting() < MOST_WAITING && tx.pop(chain)) {
                take(context);
                if (tx != context.queue(TX)) {
                    return; // broken
                }
                tx.complete(chain.token(), 0);
                deliver(context);
            }
            if (tx != null) {
                context.finish(TX);
            }
        } finally {
            working = false;
        }
    }

    private void take(DeviceContext context) {
        byte[] bytes = new byte[(int) Math.min(MOST_PACKET_BYTES, chain.readableBytes())];
        chain.read(context.memory(), 0, bytes, 0, bytes.length);
        VsockPacket packet = VsockPacket.decode(bytes);
        if (packet == null) {
            context.fail("a packet of " + chain.readableBytes() + " bytes is shorter than it says");
        } else if (packet.srcCid() == guestCid) {
            watch.accept(packet);
            host.receive(packet);
        }
    }

    /** Packets for the guest, as long as there are buffers; payload is cut to their sizes. */
    private void deliver(DeviceContext context) {
        DeviceQueue rx = context.queue(RX);
        BufferChain buffer = new BufferChain();
        boolean some = false;
        while (rx != null && host.peek() != null && rx.pop(buffer)) {
            int room = (int) Math.min(VsockConnection.MOST_PAYLOAD, buffer.writableBytes() - VsockPacket.HEADER_BYTES);
            VsockPacket packet = host.poll();
            if (room < Math.min(1, packet.payload().length)) {
                context.fail("receive buffer of " + buffer.writableBytes() + " bytes has no room for a packet");
                return;
            }
            if (packet.payload().length > room) {
                host.unpoll(packet.part(room, packet.payload().length - room));
                packet = packet.part(0, room);
            }
            byte[] bytes = packet.encode();
            buffer.write(context.memory(), 0, bytes, 0, bytes.length);
            rx.complete(buffer.token(), bytes.length);
            watch.accept(packet);
            some = true;
        }
        if (rx != null && (some || rx.error() != null)) {
            context.finish(RX);
        }
        while (host.has(VsockFault.DROPPED_WITHOUT_BUFFER) && host.peek() != null) {
            host.poll();
        }
    }

    /**
     * Watches the packets of both directions and names what is against the credit rules and the states of a stream (virtio 1.2
     * sections 5.10.6.3 to 5.10.6.5). It sees packets when they pass between the queues, so it gives each side credit as soon as
     * that can be known.
     */
    public static final class VsockChecker implements Consumer<VsockPacket> {
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
            return String.format(
                    Locale.ROOT, "%d:%d -> %d:%d", from, fromPort & 0xffff_ffffL, to, toPort & 0xffff_ffffL);
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
                violations.add("5.10.6.3: " + where + ": fwd_cnt " + backward.taken + " is more than the "
                        + backward.sent + " bytes that were sent");
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
}
