package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Driver half of a packed virtqueue (virtio 1.2 section 2.8.21).
 *
 * <p>Added lists are complete in memory except for the flags of the very first descriptor of the batch; storing those
 * publishes the batch, since the device reads the ring in order. Within a list the first flags are always stored last.
 *
 * <p>Free buffer ids form a ring (first freed, first taken), which with IN_ORDER keeps them in the order of use. All
 * costs are O(elements of the buffer); nothing is allocated after construction.
 *
 * <p>The driver's half; {@link DriverQueue} makes it. What lies where says {@link PackedRing}; {@link PackedDeviceQueue} is the other half.
 */
final class PackedDriverQueue implements DriverQueue {
    private static final int SLOTS_SHIFT = 40;

    private final GuestMemory memory;
    private final int size;
    private final RingWindow ring;
    private final boolean indirect;
    private final boolean eventIdx;
    private final boolean inOrder;

    private final long[] bufferOf; // by id: slots << 40 | writable bytes; 0: not in flight
    private final int[] freeIds; // ring of free ids
    private int freeIdsFrom;
    private final int[] order; // IN_ORDER: ids in flight by age, a ring
    private int orderFrom;
    private int inFlight;

    private int nextSlot;
    private int availBits = PackedRing.availableBits(true); // AVAIL and USED of the lap that nextSlot is in
    private int usedSlot;
    private int usedBits = PackedRing.usedBits(true);
    private int freeSlots;
    private int unpublished; // buffers added and not yet visible
    private int heldSlot; // first slot of the batch, its flags held back
    private int heldFlags;
    private int addedSlots; // of the batch
    private long passedSlots; // published since the last decision to notify
    private int batchLeft;
    private long batchLength;
    private boolean interruptsEnabled = true;
    private @Nullable RingError error;

    /** Creates the half and zeroes the ring; see {@link DriverQueue#create}. */
    public PackedDriverQueue(GuestMemory memory, QueueLayout layout, long features) {
        RingError bad = layout.packed()
                ? layout.check(memory.sizeBytes())
                : new RingError(Rule.P2, "layout", 0, "must be packed");
        if (bad != null) {
            throw new IllegalArgumentException(bad.toString());
        }
        this.memory = memory;
        this.size = layout.size();
        this.ring = new RingWindow(memory, layout);
        this.indirect = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC);
        this.eventIdx = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        this.bufferOf = new long[size];
        this.order = new int[size];
        this.freeIds = new int[size];
        for (int i = 0; i < size; i++) {
            freeIds[i] = i;
        }
        this.freeSlots = size;
        memory.fill(layout.descAddr(), layout.descBytes(), 0);
        memory.fill(layout.driverAddr(), layout.driverBytes(), 0);
        memory.fill(layout.deviceAddr(), layout.deviceBytes(), 0);
    }

    @Override
    public int add(BufferChain chain) {
        int elements = chain.count;
        if (elements == 0 || elements > freeSlots || chain.readableBytes + chain.writableBytes > 1L << 32) {
            return noRoom(chain);
        }
        int id = takeId();
        RingWindow descriptors = ring;
        long[] words = chain.words;
        int slot = nextSlot;
        int bits = availBits;
        long word = words[1];
        begin(slot, words[0], word, id, bits);
        // the exit depends on data: as a counted loop it would be unrolled for trips that are not to come
        for (int at = 2; (word >>> 32 & PackedRing.DESC_F_NEXT) != 0; at += 2) {
            if (++slot == size) {
                slot = 0;
                bits ^= PackedRing.BOTH;
            }
            int position = descriptors.desc + 16 * slot;
            word = words[at + 1];
            descriptors.store64(position, words[at]);
            descriptors.store64(position + 8, PackedRing.second(word, id, bits));
        }
        enter(id, elements, chain.writableBytes);
        advance(slot, bits);
        return id;
    }

    /** Returns -1, or throws if the buffer would not fit into an empty ring either. */
    private int noRoom(BufferChain chain) {
        checkChain(chain);
        return -1;
    }

    @Override
    public int addIndirect(BufferChain chain, long tableAddr) {
        if (!indirect) {
            throw new IllegalStateException("INDIRECT_DESC was not negotiated");
        }
        checkChain(chain);
        if (error != null || freeSlots == 0) {
            return -1;
        }
        for (int i = 0; i < chain.count; i++) {
            long at = tableAddr + 16L * i;
            memory.store64(at, chain.words[2 * i]);
            memory.store64(at + 8, PackedRing.second(chain.words[2 * i + 1] & ~BufferChain.NEXT, 0, 0));
        }
        int id = takeId();
        begin(nextSlot, tableAddr, 16L * chain.count, id, availBits | PackedRing.DESC_F_INDIRECT);
        enter(id, 1, chain.writableBytes);
        advance(nextSlot, availBits);
        return id;
    }

    private void checkChain(BufferChain chain) {
        if (chain.count == 0 || chain.count > size || chain.readableBytes + chain.writableBytes > 1L << 32) {
            throw refused(chain);
        }
    }

    private static IllegalArgumentException refused(BufferChain chain) {
        return new IllegalArgumentException(
                "a buffer has 1 to queue size elements and at most 2^32 bytes (section 2.7.5.2), elements="
                        + chain.count);
    }

    private int takeId() {
        int id = freeIds[freeIdsFrom];
        freeIdsFrom = index(freeIdsFrom + 1);
        return id;
    }

    /**
     * Stores the first descriptor of a list. In the first list of a batch its flags are held back; the device reads the
     * ring in order, so it does not come to anything behind them before {@link #publish}.
     */
    private void begin(int slot, long address, long word, int id, int flags) {
        int position = ring.desc + 16 * slot;
        long second = PackedRing.second(word, id, flags);
        ring.store64(position, address);
        if (unpublished++ != 0) {
            ring.store64(position + 8, second);
        } else {
            ring.store32(position + 8, (int) second);
            ring.store16(position + 12, id);
            heldSlot = slot;
            heldFlags = (int) (second >>> 48);
        }
    }

    private void enter(int id, int slots, long writableBytes) {
        bufferOf[id] = writableBytes | (long) slots << SLOTS_SHIFT;
        freeSlots -= slots;
        addedSlots += slots;
        if (inOrder) {
            order[index(orderFrom + inFlight)] = id;
        }
        inFlight++;
    }

    private static long writableBytes(long buffer) {
        return buffer & (1L << SLOTS_SHIFT) - 1;
    }

    private void advance(int lastSlot, int bits) {
        boolean end = lastSlot + 1 == size;
        nextSlot = end ? 0 : lastSlot + 1;
        availBits = end ? bits ^ PackedRing.BOTH : bits;
    }

    @Override
    public void publish() {
        if (unpublished > 0 && error == null) {
            unpublished = 0;
            passedSlots += addedSlots;
            addedSlots = 0;
            ring.storeRelease16(ring.desc + 16 * heldSlot + 14, heldFlags);
        }
    }

    @Override
    public boolean notificationNeeded() {
        if (passedSlots == 0) {
            return false;
        }
        memory.fullFence(); // descriptor flags before the device's wish (section 2.8.21)
        long passed = passedSlots;
        passedSlots = 0;
        // positions are those of the published part: notificationNeeded before publish must not see what is held back
        int slot = unpublished == 0 ? nextSlot : heldSlot;
        boolean wrap = ((unpublished == 0 ? availBits : heldFlags) & PackedRing.DESC_F_AVAIL) != 0;
        return PackedRing.needEvent(ring.load32(ring.device), eventIdx, size, slot, wrap, passed);
    }

    @Override
    public int nextAvailable() {
        int slot = unpublished == 0 ? nextSlot : heldSlot;
        int flags = unpublished == 0 ? availBits : heldFlags;
        return slot | ((flags & PackedRing.DESC_F_AVAIL) != 0 ? 0x8000 : 0);
    }

    @Override
    public boolean poll(UsedBuffer used) {
        if (error != null || inFlight == 0) {
            return false;
        }
        return inOrder ? pollInOrder(used) : pollAny(used);
    }

    private boolean pollAny(UsedBuffer used) {
        int at = ring.desc + 16 * usedSlot;
        if ((ring.loadAcquire16(at + 14) & PackedRing.BOTH) != usedBits) {
            return false;
        }
        long length = ring.load32(at + 8) & 0xffff_ffffL;
        int id = ring.load16(at + 12);
        long[] buffers = bufferOf; // as long as the queue: one compare with its length is the check of both
        if (id >= buffers.length || buffers[id] == 0) {
            return fail(id);
        }
        long buffer = buffers[id];
        buffers[id] = 0;
        return take(used, id, buffer, length);
    }

    private boolean pollInOrder(UsedBuffer used) {
        if (batchLeft == 0) {
            int at = ring.desc + 16 * usedSlot;
            if ((ring.loadAcquire16(at + 14) & PackedRing.BOTH) != usedBits) {
                return false;
            }
            int length = ring.load32(at + 8);
            int id = ring.load16(at + 12);
            if (id >= size || bufferOf[id] == 0) {
                return fail(id);
            }
            batchLeft = 1;
            batchLength = length & 0xffff_ffffL;
            while (order[index(orderFrom + batchLeft - 1)] != id) {
                if (++batchLeft > inFlight - unpublished) {
                    return fail(id);
                }
            }
        }
        int id = order[orderFrom];
        orderFrom = index(orderFrom + 1);
        long buffer = bufferOf[id];
        bufferOf[id] = 0;
        // buffers that the device skipped count as fully used (section 2.8.8)
        return take(used, id, buffer, --batchLeft > 0 ? writableBytes(buffer) : batchLength);
    }

    private boolean take(UsedBuffer used, int id, long buffer, long reported) {
        // WRITE in a used descriptor is not looked at: QEMU never sets it (section 2.8.4)
        used.set(id, Math.min(reported, writableBytes(buffer)), reported);
        freeIds[index(freeIdsFrom + size - inFlight)] = id;
        inFlight--;
        int slots = (int) (buffer >>> SLOTS_SHIFT);
        freeSlots += slots;
        usedSlot += slots;
        if (usedSlot >= size) {
            usedSlot -= size;
            usedBits ^= PackedRing.BOTH;
        }
        if (eventIdx && interruptsEnabled) {
            ring.store16(ring.driver, usedPosition());
        }
        return true;
    }

    /** Returns slot and wrap counter as they stand in an event area. */
    private int usedPosition() {
        return usedSlot | (usedBits != 0 ? 0x8000 : 0);
    }

    private int index(int i) {
        return i >= size ? i - size : i;
    }

    private boolean fail(int id) {
        error = new RingError(
                Rule.P16, "desc[" + usedSlot + "].id", id, "must be the id of a buffer that is in flight");
        batchLeft = 0;
        freeSlots = 0;
        return false;
    }

    @Override
    public boolean enableInterrupts() {
        if (error != null) {
            return false;
        }
        interruptsEnabled = true;
        if (eventIdx) {
            ring.store16(ring.driver, usedPosition());
            ring.storeRelease16(ring.driver + 2, PackedRing.EVENT_DESC);
        } else {
            ring.store16(ring.driver + 2, PackedRing.EVENT_ENABLE);
        }
        memory.fullFence(); // the wish before the second look (section 2.8.22)
        return batchLeft > 0 || (ring.loadAcquire16(ring.desc + 16 * usedSlot + 14) & PackedRing.BOTH) == usedBits;
    }

    @Override
    public void disableInterrupts() {
        if (error != null) {
            return;
        }
        interruptsEnabled = false;
        ring.store16(ring.driver + 2, PackedRing.EVENT_DISABLE);
    }

    @Override
    public int freeDescriptors() {
        return freeSlots;
    }

    @Override
    public @Nullable RingError error() {
        return error;
    }
}
