package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCpu;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import java.util.Set;

/**
 * {@code VirtIOSendBuffer}: one buffer of one or two parts becomes available, and the device hears of it unless it said that it need not. Every
 * word of the ring is written at its own instant. Whether the descriptor is free is not looked at ({@link
 * ToroVirtioQuirk#NEXT_BUFFER_UNCHECKED}); between the store of the index and the look at the flags lies no barrier ({@link
 * ToroVirtioQuirk#NO_STORE_LOAD_BARRIER}).
 */
final class SendBuffer extends GuestCode {
    /** Word: 1 if the device writes the buffer. */
    static final int WRITABLE = 0;
    /** Word: how many parts, 1 or 2. */
    static final int PARTS = 1;
    /** Words: address and length of the first part, then of the second. */
    static final int FIRST_PART = 2;

    private static final int PART = 6;
    private static final int DESCRIPTOR = 7;
    private static final int WORDS = 8;

    private static final int SLOT = 0;
    private static final int ADDRESS = 1;
    private static final int LENGTH = 2;
    private static final int FENCE = 3;
    private static final int INDEX = 4;
    private static final int SECOND_FENCE = 5;
    private static final int FLAGS = 6;
    private static final int NOTIFY = 7;
    /** Behind the last entry: the routine is over. */
    private static final int BACK = 8;

    private static final String[] NAMES = {
        "write the slot of the available ring",
        "write the descriptor's address",
        "write the descriptor's length and flags",
        "mfence",
        "write the available index",
        "mfence that Toro lacks",
        "read the used ring's flags",
        "notify the device"
    };

    private static final int AVAILABLE_INDEX = (int) SplitRing.availIdx(0);

    private final VirtioQueueRecord queue;
    private final int notifyPort;
    private final DriverCosts costs;
    private final boolean fenceMissing;
    private final long secondFencePs;

    SendBuffer(VirtioQueueRecord queue, int notifyPort, DriverCosts costs, Set<ToroVirtioQuirk> quirks) {
        this.queue = queue;
        this.notifyPort = notifyPort;
        this.costs = costs;
        this.fenceMissing = quirks.contains(ToroVirtioQuirk.NO_STORE_LOAD_BARRIER);
        this.secondFencePs = fenceMissing ? 0 : costs.fencePs();
    }

    @Override
    public String name() {
        return "VirtIOSendBuffer";
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
        if (frame.entry == SLOT) {
            upToTheFlags(cpu, frame);
        }
        long ps;
        do {
            ps = entry(cpu, frame);
        } while (frame.entry != BACK && cpu.goOn(ps));
        return ps;
    }

    /** All stores at once, where nothing can come between them. */
    private void upToTheFlags(GuestCpu cpu, Frame frame) {
        long[] w = frame.w;
        int parts = (int) w[PARTS];
        long ps = costs.storePs() * (1 + 2 * parts) + costs.fencePs() + costs.sharedPs() + secondFencePs;
        if (ps >= cpu.roomPs()) {
            return;
        }
        int first = queue.nextBuffer;
        int number = first;
        for (int part = 0; part < parts; part++) {
            int at = VirtioQueueRecord.offset(number);
            cpu.store64(queue.descriptorTable, at, w[FIRST_PART + 2 * part]);
            cpu.store64(queue.descriptorTable, at + 8, lengthAndFlags(w, part, number));
            number = number + 1 & queue.mask;
        }
        cpu.store16(queue.availableRing, queue.availableOffset(), first);
        queue.countOf[first] = parts;
        w[DESCRIPTOR] = number;
        w[PART] = parts;
        index(cpu, w);
        cpu.passed(ps, 3 + 2 * parts + (fenceMissing ? 0 : 1));
        frame.entry = FLAGS;
    }

    /** The second word of a part's descriptor. */
    private long lengthAndFlags(long[] w, int part, long descriptor) {
        boolean more = part + 1 < w[PARTS];
        int flags = (more ? SplitRing.DESC_F_NEXT : 0) | (w[WRITABLE] != 0 ? SplitRing.DESC_F_WRITE : 0);
        return w[FIRST_PART + 2 * part + 1] & 0xffff_ffffL | (long) flags << 32 | (descriptor + 1 & queue.mask) << 48;
    }

    private void index(GuestCpu cpu, long[] w) {
        queue.nextBuffer = (int) w[DESCRIPTOR];
        queue.freeDescriptors -= (int) w[PARTS];
        queue.availableIndex = queue.availableIndex + 1 & 0xffff;
        cpu.store16(queue.availableRing, AVAILABLE_INDEX, queue.availableIndex);
    }

    private long entry(GuestCpu cpu, Frame frame) {
        long[] w = frame.w;
        switch (frame.entry) {
            case SLOT -> {
                cpu.store16(queue.availableRing, queue.availableOffset(), queue.nextBuffer);
                queue.countOf[queue.nextBuffer] = (int) w[PARTS];
                w[DESCRIPTOR] = queue.nextBuffer;
                frame.entry = ADDRESS;
                return costs.storePs();
            }
            case ADDRESS -> {
                int at = VirtioQueueRecord.offset(w[DESCRIPTOR]);
                cpu.store64(queue.descriptorTable, at, w[FIRST_PART + 2 * (int) w[PART]]);
                frame.entry = LENGTH;
                return costs.storePs();
            }
            case LENGTH -> {
                int at = VirtioQueueRecord.offset(w[DESCRIPTOR]) + 8;
                cpu.store64(queue.descriptorTable, at, lengthAndFlags(w, (int) w[PART], w[DESCRIPTOR]));
                w[DESCRIPTOR] = w[DESCRIPTOR] + 1 & queue.mask;
                w[PART]++;
                frame.entry = w[PART] < w[PARTS] ? ADDRESS : FENCE;
                return costs.storePs();
            }
            case FENCE -> {
                cpu.fence();
                frame.entry = INDEX;
                return costs.fencePs();
            }
            case INDEX -> {
                index(cpu, w);
                frame.entry = fenceMissing ? FLAGS : SECOND_FENCE;
                return costs.sharedPs();
            }
            case SECOND_FENCE -> {
                cpu.fence();
                frame.entry = FLAGS;
                return costs.fencePs();
            }
            case FLAGS -> {
                boolean quiet = (cpu.load16(queue.usedRing, 0) & SplitRing.USED_F_NO_NOTIFY) != 0;
                if (quiet) {
                    return costs.sharedPs() + leave(cpu, frame);
                }
                frame.entry = NOTIFY;
                return costs.sharedPs();
            }
            default -> {
                cpu.out(notifyPort, 2, queue.index);
                return leave(cpu, frame);
            }
        }
    }

    private static long leave(GuestCpu cpu, Frame frame) {
        cpu.leaves();
        frame.entry = BACK;
        return 0;
    }
}
