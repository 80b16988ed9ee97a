package io.torosim.virtio.nic;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;
import java.util.Set;

/**
 * A split queue as Toro 2018 kept it: descriptors are taken in ring order from {@code next_buffer}, each with a chunk of
 * 1526 bytes of its own. With {@link ToroVirtioQuirk#NEXT_BUFFER_UNCHECKED} repaired, free descriptors are counted.
 */
final class ToroVirtQueue {
    /** Bytes of the chunk that belongs to a descriptor: FRAME_SIZE. */
    public static final int FRAME_SIZE = 1526;

    private final GuestMemory memory;
    private final QueueLayout layout;
    private final int mask;
    private final boolean freeUnchecked;
    private final boolean noBarrier;
    private final int[] countOf;
    private long buffer;
    private int nextBuffer;
    private int availableIndex;
    private int lastUsedIndex;
    private int freeDescriptors;

    /**
     * Creates the queue and zeroes its rings.
     *
     * @param memory guest memory as the driver sees it
     * @param layout where the ring lies; split
     * @param quirks the quirks to keep
     */
    public ToroVirtQueue(GuestMemory memory, QueueLayout layout, Set<ToroVirtioQuirk> quirks) {
        this.memory = memory;
        this.layout = layout;
        this.mask = layout.size() - 1;
        this.freeUnchecked = quirks.contains(ToroVirtioQuirk.NEXT_BUFFER_UNCHECKED);
        this.noBarrier = quirks.contains(ToroVirtioQuirk.NO_STORE_LOAD_BARRIER);
        this.countOf = new int[layout.size()];
        this.freeDescriptors = layout.size();
        memory.fill(layout.descAddr(), layout.descBytes(), 0);
        memory.fill(layout.driverAddr(), layout.driverBytes(), 0);
        memory.fill(layout.deviceAddr(), layout.deviceBytes(), 0);
    }

    /** Sets where the chunks lie: {@code size} times {@link #FRAME_SIZE} bytes. */
    public void buffer(long address) {
        buffer = address;
    }

    /** Returns the address of the chunk of a descriptor. */
    public long chunk(int descriptor) {
        return buffer + (long) descriptor * FRAME_SIZE;
    }

    /** Returns the descriptor that the next buffer will start with. */
    public int nextBuffer() {
        return nextBuffer;
    }

    /** Takes a given descriptor next: what a driver does that knows which one came back. */
    public void nextBuffer(int descriptor) {
        nextBuffer = descriptor;
    }

    /** Returns the address of a descriptor. */
    public long descriptor(int index) {
        return layout.descAddr() + 16L * index;
    }

    /** Returns the queue size. */
    public int size() {
        return layout.size();
    }

    /** Returns whether a buffer of {@code count} descriptors may be sent; with the quirk always. */
    public boolean room(int count) {
        return freeUnchecked || freeDescriptors >= count;
    }

    /**
     * Puts a buffer into the ring and makes it available: {@code VirtIOSendBuffer} up to the notification.
     *
     * @param addresses of the parts
     * @param lengths of the parts in bytes
     * @param writable whether the device writes them
     * @return its head
     */
    public int send(long[] addresses, int[] lengths, boolean writable) {
        int head = nextBuffer;
        memory.store16(SplitRing.availSlot(layout.driverAddr(), availableIndex & mask), head);
        int index = head;
        for (int i = 0; i < addresses.length; i++) {
            int next = index + 1 & mask;
            long at = layout.descAddr() + 16L * index;
            memory.store64(at, addresses[i]);
            memory.store32(at + 8, lengths[i]);
            int flags =
                    (i + 1 < addresses.length ? SplitRing.DESC_F_NEXT : 0) | (writable ? SplitRing.DESC_F_WRITE : 0);
            memory.store16(at + 12, flags);
            memory.store16(at + 14, next);
            index = next;
        }
        memory.fullFence();
        nextBuffer = index;
        countOf[head] = addresses.length;
        freeDescriptors -= addresses.length;
        availableIndex = availableIndex + 1 & 0xffff;
        memory.store16(SplitRing.availIdx(layout.driverAddr()), availableIndex);
        return head;
    }

    /** Returns whether {@code used.flags} allows a notification. */
    public boolean notificationNeeded() {
        if (!noBarrier) {
            memory.fullFence();
        }
        return (memory.load16(layout.deviceAddr()) & SplitRing.USED_F_NO_NOTIFY) == 0;
    }

    /** Returns whether used buffers wait. */
    public boolean usedWaiting() {
        return memory.load16(SplitRing.usedIdx(layout.deviceAddr())) != lastUsedIndex;
    }

    /** Returns the id in the next used entry. */
    public int usedId() {
        return memory.load32(SplitRing.usedSlot(layout.deviceAddr(), lastUsedIndex & mask));
    }

    /** Returns the length in the next used entry, which nobody checks. */
    public int usedLength() {
        return memory.load32(SplitRing.usedSlot(layout.deviceAddr(), lastUsedIndex & mask) + 4);
    }

    /** Advances past the next used entry. */
    public void advanceUsed() {
        int id = usedId();
        if (id >= 0 && id <= mask) {
            freeDescriptors += countOf[id];
            countOf[id] = 0;
        }
        lastUsedIndex = lastUsedIndex + 1 & 0xffff;
    }
}
