package io.torosim.guest.driver;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.MemoryWindow;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;

/**
 * What a driver with event index knows of a split queue of its own: where it lies, which descriptors are free, which area of memory each
 * buffer in flight has. Free descriptors form a list, in the order in which {@code io.torosim.virtio.queue.SplitDriverQueue} takes them.
 */
final class EventIndexQueue {
    /** Bytes of a buffer: a whole frame with its header (virtio 1.2 section 5.1.6.3.1). */
    static final int BUFFER_BYTES = 1526;

    private static final int ALIGNMENT = 8;

    final int index;
    final int size;
    final MemoryWindow descriptors;
    final MemoryWindow available;
    final MemoryWindow used;
    /** Where the queue is notified. */
    final long notifyAddress;
    /** Offset of {@code used_event} in the available ring. */
    final int usedEvent;
    /** Offset of {@code avail_event} in the used ring. */
    final int availableEvent;

    private final int[] following;
    private final int[] lastOf;
    private final int[] countOf;
    private final long[] areaOf;
    private final long[] freeAreas;
    private int freeAreaCount;
    int freeHead;
    int freeDescriptors;
    int availableIndex;
    int notifiedIndex;
    int lastUsedIndex;
    int seenUsedIndex;
    /** The device has returned what it did not have; only {@link NapiNet} looks. */
    boolean broken;

    /**
     * Creates the record of a queue, nothing in it.
     *
     * @param areas address of {@code areaCount} buffers, one behind the other
     */
    EventIndexQueue(int index, QueueLayout layout, GuestMemory memory, long notifyAddress, long areas, int areaCount) {
        this.index = index;
        this.size = layout.size();
        this.notifyAddress = notifyAddress;
        this.descriptors = MemoryWindow.of(memory, layout.descAddr(), (int) SplitRing.descBytes(size));
        this.available = MemoryWindow.of(memory, layout.driverAddr(), (int) SplitRing.availBytes(size));
        this.used = MemoryWindow.of(memory, layout.deviceAddr(), (int) SplitRing.usedBytes(size));
        this.usedEvent = (int) SplitRing.usedEvent(0, size);
        this.availableEvent = (int) SplitRing.availEvent(0, size);
        this.following = new int[size];
        this.lastOf = new int[size];
        this.countOf = new int[size];
        this.areaOf = new long[size];
        for (int i = 0; i < size; i++) {
            following[i] = i + 1 & size - 1;
        }
        this.freeDescriptors = size;
        this.freeAreas = new long[areaCount];
        for (int i = areaCount - 1; i >= 0; i--) {
            giveArea(areas + (long) i * areaBytes());
        }
    }

    static int areaBytes() {
        return BUFFER_BYTES + ALIGNMENT - 1 & -ALIGNMENT;
    }

    int next(int descriptor) {
        return following[descriptor];
    }

    /** The chain that began at the head of the free list and ends at {@code last} is the device's. */
    void lend(int last, int parts, long area) {
        lastOf[freeHead] = last;
        countOf[freeHead] = parts;
        areaOf[freeHead] = area;
        freeHead = following[last];
        freeDescriptors -= parts;
    }

    /** Returns whether a buffer with that id is in flight. */
    boolean lent(long id) {
        return id >= 0 && id < size && countOf[(int) id] > 0;
    }

    /** The buffer comes back; returns its area, which is the driver's. */
    long back(int id) {
        following[lastOf[id]] = freeHead;
        freeHead = id;
        freeDescriptors += countOf[id];
        countOf[id] = 0;
        lastUsedIndex = lastUsedIndex + 1 & 0xffff;
        return areaOf[id];
    }

    /** Returns a free area, 0 if there is none. */
    long takeArea() {
        return freeAreaCount == 0 ? 0 : freeAreas[--freeAreaCount];
    }

    boolean hasArea() {
        return freeAreaCount > 0;
    }

    void giveArea(long area) {
        freeAreas[freeAreaCount++] = area;
    }

    int availableSlot() {
        return (int) SplitRing.availSlot(0, availableIndex & size - 1);
    }

    int usedSlot() {
        return (int) SplitRing.usedSlot(0, lastUsedIndex & size - 1);
    }

    /** Whether the device wants to hear of what was made available since the last look. */
    boolean wantsNotification(int event) {
        int before = notifiedIndex;
        notifiedIndex = availableIndex;
        return SplitRing.needEvent(event, availableIndex, before);
    }
}
