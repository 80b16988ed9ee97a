package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;
import java.util.SplittableRandom;

/**
 * Where the buffers and tables of a script lie: behind the ring, every second one from 4 GiB where memory has that, and
 * one place for a buffer of more than 64 KiB.
 */
final class QueuePlaces {
    private final int size;
    private final long low;
    private final long high; // 0: none
    private final long areaBytes;

    private QueuePlaces(DriverScript script, long high) {
        this.size = script.mode().size();
        this.low = base(script.mode().layout(ScriptRunner.RING_BASE));
        this.high = high;
        boolean big = script.steps().stream().anyMatch(DriverScript.Step::big);
        this.areaBytes =
                (long) size * (QueueHarness.SLOT_BYTES + QueueHarness.TABLE_BYTES) + (big ? QueueHarness.BIG_BYTES : 0);
    }

    private static long base(QueueLayout layout) {
        return (layout.endAddr() + 4095) & -4096;
    }

    /** Returns places in memory without a hole. */
    static QueuePlaces flat(DriverScript script) {
        return new QueuePlaces(script, 0);
    }

    /** Returns places in a {@link FoldedMemory}. */
    static QueuePlaces folded(DriverScript script) {
        return new QueuePlaces(script, FoldedMemory.HIGH);
    }

    /** Returns how much memory is needed from 0. */
    int endAddr() {
        return Math.toIntExact(low + areaBytes + 4096);
    }

    /** Returns how much is needed from 4 GiB, in folded memory. */
    int highBytes() {
        return Math.toIntExact(areaBytes);
    }

    private long area(int slot) {
        return high != 0 && (slot & 1) != 0 ? high : low;
    }

    long slot(int slot) {
        return area(slot) + (long) size * QueueHarness.TABLE_BYTES + (long) slot * QueueHarness.SLOT_BYTES;
    }

    long table(int slot) {
        return area(slot) + (long) slot * QueueHarness.TABLE_BYTES;
    }

    long big() {
        return area(1) + (long) size * (QueueHarness.TABLE_BYTES + QueueHarness.SLOT_BYTES);
    }

    /** Fills ring and tables with garbage: memory that a driver gets is not zero. */
    void litter(GuestMemory memory, QueueLayout layout, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        litter(memory, ScriptRunner.RING_BASE, layout.endAddr(), random);
        litter(memory, low, low + (long) size * QueueHarness.TABLE_BYTES, random);
        if (high != 0) {
            litter(memory, high, high + (long) size * QueueHarness.TABLE_BYTES, random);
        }
    }

    /** Fills the entries of a used ring with garbage. */
    void litterUsedEntries(GuestMemory memory, QueueLayout layout, long seed) {
        SplittableRandom random = new SplittableRandom(~seed);
        for (int slot = 0; slot < size; slot++) {
            memory.store64(SplitRing.usedSlot(layout.deviceAddr(), slot), random.nextLong());
        }
    }

    private static void litter(GuestMemory memory, long from, long to, SplittableRandom random) {
        for (long at = from; at + 8 <= to; at += 8) {
            memory.store64(at, random.nextLong());
        }
    }
}
