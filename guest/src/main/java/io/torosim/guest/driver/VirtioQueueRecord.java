package io.torosim.guest.driver;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.MemoryWindow;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;

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
    /** The same three, resolved. */
    final MemoryWindow descriptorTable;

    final MemoryWindow availableRing;
    final MemoryWindow usedRing;
    /** How many descriptors each head in flight has; only repairs look. */
    final int[] countOf;

    long buffer;
    int nextBuffer;
    int availableIndex;
    int lastUsedIndex;
    int freeDescriptors;

    VirtioQueueRecord(int index, QueueLayout layout, GuestMemory memory) {
        this.index = index;
        this.size = layout.size();
        this.mask = size - 1;
        this.descriptors = layout.descAddr();
        this.available = layout.driverAddr();
        this.used = layout.deviceAddr();
        this.descriptorTable = MemoryWindow.of(memory, descriptors, (int) SplitRing.descBytes(size));
        this.availableRing = MemoryWindow.of(memory, available, (int) SplitRing.availBytes(size));
        this.usedRing = MemoryWindow.of(memory, used, (int) SplitRing.usedBytes(size));
        this.countOf = new int[size];
        this.freeDescriptors = size;
    }

    /** Address of a descriptor. */
    long descriptor(long number) {
        return descriptors + SplitRing.DESC_BYTES * number;
    }

    /** Offset of a descriptor in the table. */
    static int offset(long number) {
        return SplitRing.DESC_BYTES * (int) number;
    }

    long chunk(int descriptor) {
        return buffer + (long) descriptor * FRAME_SIZE;
    }

    /** Address of the next slot of the available ring. */
    long availableSlot() {
        return SplitRing.availSlot(available, availableIndex & mask);
    }

    /** Offset of the next slot of the available ring. */
    int availableOffset() {
        return (int) SplitRing.availSlot(0, availableIndex & mask);
    }

    /** Offset of the next element of the used ring. */
    int usedOffset() {
        return (int) SplitRing.usedSlot(0, lastUsedIndex & mask);
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
