package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.virtio.layout.SplitRing;

/**
 * Sends what is in the {@link Qdisc} ({@code start_xmit} of drivers/net/virtio_net.c without napi_tx, for each): takes back what the device has
 * sent, posts the packet, notifies; where little room is left then it asks for an interrupt when three quarters of what is in flight is sent, and
 * stops.
 */
final class NapiTransmit extends GuestCode {
    /** 2 + MAX_SKB_FRAGS: with less room the next packet might not fit. */
    static final int LEAST_ROOM = 19;

    private static final int POSTED = 0;
    private static final int ID = 1;
    private static final int WISHED = 2;
    private static final int WORDS = 3;

    private static final int NEXT = 0;
    private static final int LOOK = 1;
    private static final int ELEMENT = 2;
    private static final int POST = 3;
    private static final int ROOM = 4;
    private static final int WISH = 5;
    private static final int FENCE = 6;
    private static final int LOOK_AGAIN = 7;
    private static final int BACK = 8;
    private static final String[] NAMES = {
        "look into the qdisc",
        "read used.idx of the transmit queue",
        "read the used element of a sent frame",
        "take a packet and post it",
        "look for room",
        "write used_event: tell when three quarters are sent",
        "mfence",
        "read used.idx once more",
        "return"
    };

    private static final int USED_INDEX = (int) SplitRing.usedIdx(0);

    private final EventIndexQueue tx;
    private final Qdisc qdisc;
    private final GuestCode post;
    private final DriverCosts costs;

    NapiTransmit(EventIndexQueue tx, Qdisc qdisc, DriverCosts costs) {
        this.tx = tx;
        this.qdisc = qdisc;
        this.post = new EventIndexPost(tx, costs);
        this.costs = costs;
    }

    @Override
    public String name() {
        return "start_xmit";
    }

    @Override
    public int words() {
        return WORDS;
    }

    @Override
    public String entryName(int entry) {
        return NAMES[entry];
    }

    @Override
    public long run(GuestCpu cpu, Frame frame) {
        long ps;
        do {
            ps = entry(cpu, frame);
        } while (ps >= 0 && cpu.goOn(ps));
        return ps;
    }

    private long entry(GuestCpu cpu, Frame frame) {
        long[] w = frame.w;
        switch (frame.entry) {
            case NEXT -> {
                if (qdisc.isEmpty()) {
                    qdisc.running = false;
                    return StepResult.RETURN;
                }
                w[POSTED] = 0;
                frame.entry = LOOK;
                return StepResult.NEXT;
            }
            case LOOK -> {
                tx.seenUsedIndex = cpu.load16(tx.used, USED_INDEX);
                frame.entry = tx.seenUsedIndex == tx.lastUsedIndex || tx.broken ? afterReclaim(w) : ELEMENT;
                return costs.sharedPs();
            }
            case ELEMENT -> {
                w[ID] = cpu.load64(tx.used, tx.usedSlot()) & 0xffff_ffffL;
                tx.broken = !tx.lent(w[ID]); // an id of nobody's: nothing comes back any more
                if (!tx.broken) {
                    tx.giveArea(tx.back((int) w[ID]));
                }
                frame.entry = LOOK;
                return costs.sharedPs();
            }
            case POST -> {
                long packet = qdisc.take();
                long[] to = cpu.call(post).w;
                to[EventIndexPost.AREA] = Qdisc.area(packet);
                to[EventIndexPost.FIRST_BYTES] = EventIndexNet.HEADER_BYTES + Qdisc.bytes(packet);
                w[POSTED] = 1;
                frame.entry = ROOM;
                return StepResult.CALL;
            }
            case ROOM -> {
                qdisc.stopped = tx.freeDescriptors < LEAST_ROOM;
                frame.entry = qdisc.stopped ? WISH : NEXT;
                return StepResult.NEXT;
            }
            case WISH -> {
                int inFlight = tx.availableIndex - tx.lastUsedIndex & 0xffff;
                w[WISHED] = tx.lastUsedIndex + inFlight * 3 / 4 & 0xffff;
                cpu.store16(tx.available, tx.usedEvent, (int) w[WISHED]);
                frame.entry = FENCE;
                return costs.sharedPs();
            }
            case FENCE -> {
                cpu.fence();
                frame.entry = LOOK_AGAIN;
                return costs.fencePs();
            }
            case LOOK_AGAIN -> {
                int used = cpu.load16(tx.used, USED_INDEX) - tx.lastUsedIndex & 0xffff;
                boolean passed = !tx.broken && used > (w[WISHED] - tx.lastUsedIndex & 0xffff);
                if (!passed) {
                    qdisc.running = false; // the interrupt goes on
                }
                frame.entry = passed ? LOOK : BACK;
                return costs.sharedPs();
            }
            default -> {
                return StepResult.RETURN;
            }
        }
    }

    /** After a spurious interrupt there may be no room at all. */
    private int afterReclaim(long[] w) {
        return w[POSTED] == 0 && tx.freeDescriptors > 0 ? POST : ROOM;
    }
}
