package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.virtio.layout.SplitRing;

/**
 * One buffer of one or two parts becomes available, word by word, and the device hears of it if the index that it asked to be told of is passed
 * ({@code avail_event}, virtio 1.2 section 2.7.13.4).
 */
final class EventIndexPost extends GuestCode {
    /** Word: 1 if the device writes the buffer. */
    static final int WRITABLE = 0;
    /** Word: its area. */
    static final int AREA = 1;
    /** Word: bytes of the first part. */
    static final int FIRST_BYTES = 2;
    /** Word: bytes of the second part, which lies behind the first; 0 if there is none. */
    static final int SECOND_BYTES = 3;

    /** Word: 1 if more buffers follow, of which the device is to hear all at once with the last. */
    static final int MORE_FOLLOW = 4;

    private static final int DESCRIPTOR = 5;
    private static final int PART = 6;
    private static final int WORDS = 7;

    private static final int ADDRESS = 0;
    private static final int LENGTH = 1;
    private static final int SLOT = 2;
    private static final int INDEX = 3;
    private static final int FENCE = 4;
    private static final int EVENT = 5;
    private static final int NOTIFY = 6;
    private static final int BACK = 7;
    private static final String[] NAMES = {
        "write the descriptor's address",
        "write the descriptor's length and flags",
        "write the slot of the available ring",
        "write the available index",
        "mfence",
        "read avail_event",
        "notify the device",
        "return"
    };

    private static final int AVAILABLE_INDEX = (int) SplitRing.availIdx(0);

    private final EventIndexQueue queue;
    private final DriverCosts costs;

    EventIndexPost(EventIndexQueue queue, DriverCosts costs) {
        this.queue = queue;
        this.costs = costs;
    }

    @Override
    public String name() {
        return "post a buffer";
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
        } while (ps >= 0 && frame.entry < NOTIFY && cpu.goOn(ps));
        return ps;
    }

    private long entry(GuestCpu cpu, Frame frame) {
        long[] w = frame.w;
        switch (frame.entry) {
            case ADDRESS -> {
                if (w[PART] == 0) {
                    w[DESCRIPTOR] = queue.freeHead;
                }
                long at = w[AREA] + (w[PART] == 0 ? 0 : w[FIRST_BYTES]);
                cpu.store64(queue.descriptors, VirtioQueueRecord.offset(w[DESCRIPTOR]), at);
                frame.entry = LENGTH;
                return costs.storePs();
            }
            case LENGTH -> {
                boolean more = w[PART] == 0 && w[SECOND_BYTES] > 0;
                int flags = (more ? SplitRing.DESC_F_NEXT : 0) | (w[WRITABLE] != 0 ? SplitRing.DESC_F_WRITE : 0);
                int next = queue.next((int) w[DESCRIPTOR]);
                long bytes = w[PART] == 0 ? w[FIRST_BYTES] : w[SECOND_BYTES];
                cpu.store64(
                        queue.descriptors,
                        VirtioQueueRecord.offset(w[DESCRIPTOR]) + 8,
                        bytes | (long) flags << 32 | (long) next << 48);
                if (more) {
                    w[DESCRIPTOR] = next;
                    w[PART] = 1;
                }
                frame.entry = more ? ADDRESS : SLOT;
                return costs.storePs();
            }
            case SLOT -> {
                cpu.store16(queue.available, queue.availableSlot(), queue.freeHead);
                queue.lend((int) w[DESCRIPTOR], (int) w[PART] + 1, w[AREA]);
                queue.availableIndex = queue.availableIndex + 1 & 0xffff;
                frame.entry = INDEX;
                return costs.storePs();
            }
            case INDEX -> {
                cpu.store16(queue.available, AVAILABLE_INDEX, queue.availableIndex);
                frame.entry = w[MORE_FOLLOW] == 0 ? FENCE : BACK;
                return costs.sharedPs();
            }
            case FENCE -> {
                cpu.fence();
                frame.entry = EVENT;
                return costs.fencePs();
            }
            case EVENT -> {
                boolean wanted = queue.wantsNotification(cpu.load16(queue.used, queue.availableEvent));
                frame.entry = wanted ? NOTIFY : BACK;
                return costs.sharedPs();
            }
            case NOTIFY -> {
                cpu.store16(queue.notifyAddress, queue.index);
                frame.entry = BACK;
                return 0;
            }
            default -> {
                return StepResult.RETURN;
            }
        }
    }
}
