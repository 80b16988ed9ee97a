package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.virtio.layout.SplitRing;

/**
 * Looks for the next received frame ({@code virtqueue_get_buf}), with the queue's interrupt off: nothing is written. What it found is in {@link
 * #area} and {@link #bytes}: one CPU receives.
 */
final class NapiReceive extends GuestCode {
    private static final int LOOK = 0;
    private static final int ELEMENT = 1;
    private static final int BACK = 2;
    private static final String[] NAMES = {"read used.idx of the receive queue", "read the used element", "return"};

    private static final int USED_INDEX = (int) SplitRing.usedIdx(0);

    private final EventIndexQueue rx;
    private final DriverCosts costs;
    /** Where the frame's buffer lies; 0 if there is none. */
    long area;
    /** Bytes of the frame, without its virtio header. */
    int bytes;

    NapiReceive(EventIndexQueue rx, DriverCosts costs) {
        this.rx = rx;
        this.costs = costs;
    }

    @Override
    public String name() {
        return "virtnet_receive";
    }

    @Override
    public int words() {
        return 0;
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
        switch (frame.entry) {
            case LOOK -> {
                area = 0;
                rx.seenUsedIndex = cpu.load16(rx.used, USED_INDEX);
                frame.entry = rx.seenUsedIndex == rx.lastUsedIndex || rx.broken ? BACK : ELEMENT;
                return costs.sharedPs();
            }
            case ELEMENT -> {
                long element = cpu.load64(rx.used, rx.usedSlot());
                long id = element & 0xffff_ffffL;
                rx.broken = !rx.lent(id); // an id of nobody's: nothing is received any more
                if (!rx.broken) {
                    area = rx.back((int) id);
                    long written = Math.min(element >>> 32, EventIndexQueue.BUFFER_BYTES);
                    bytes = (int) Math.max(0, written - EventIndexNet.HEADER_BYTES);
                }
                frame.entry = BACK;
                return costs.sharedPs();
            }
            default -> {
                return StepResult.RETURN;
            }
        }
    }
}
