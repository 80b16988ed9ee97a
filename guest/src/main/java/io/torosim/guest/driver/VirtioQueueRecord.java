package io.torosim.guest.driver;

import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.queue.SplitRing;

/**
 * What Toro's driver knows of a split queue (VirtIONet.pas: {@code TVirtIOQueue}): where it lies, which descriptor comes next, and what it
 * has seen of the used ring. Descriptors are taken in ring order, each with a chunk of 1526 bytes of its own.
 */
final class VirtioQueueRecord {
    /** Bytes of the chunk that belongs to a descriptor: FRAME_SIZE. */
    static final int FRAME_SIZE = 1526;

    final int index;
    final int size;
    final int mask;
    final long descriptors;
    final long available;
    final long used;
    /** How many descriptors each head in flight has; only repairs look. */
    final int[] countOf;

    long buffer;
    int nextBuffer;
    int availableIndex;
    int lastUsedIndex;
    int freeDescriptors;

    VirtioQueueRecord(int index, QueueLayout layout) {
        this.index = index;
        this.size = layout.size();
        this.mask = size - 1;
        this.descriptors = layout.descAddr();
        this.available = layout.driverAddr();
        this.used = layout.deviceAddr();
        this.countOf = new int[size];
        this.freeDescriptors = size;
    }

    long descriptor(long number) {
        return descriptors + SplitRing.DESC_BYTES * number;
    }

    long chunk(int descriptor) {
        return buffer + (long) descriptor * FRAME_SIZE;
    }

    long availableSlot() {
        return SplitRing.availSlot(available, availableIndex & mask);
    }

    long usedSlot() {
        return SplitRing.usedSlot(used, lastUsedIndex & mask);
    }

    /** The next used entry, of the chain that began at {@code id}, is done with. */
    void passUsed(int id) {
        if (id >= 0 && id < size) {
            freeDescriptors += countOf[id];
            countOf[id] = 0;
        }
        lastUsedIndex = lastUsedIndex + 1 & 0xffff;
    }
}
