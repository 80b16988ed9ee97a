package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.MemoryWindow;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;

/**
 * Driver half of a packed virtqueue (virtio 1.2 section 2.8.21).
 *
 * <p>Added lists are complete in memory except for the flags of the very first descriptor of the batch; storing those
 * publishes the batch, since the device reads the ring in order. Within a list the first flags are always stored last.
 *
 * <p>Free buffer ids form a ring (first freed, first taken), which with IN_ORDER keeps them in the order of use. All
 * costs are O(elements of the buffer); nothing is allocated after construction.
 */
public final class PackedDriverQueue implements DriverQueue {
    private final GuestMemory memory;
    private final int size;
    private final MemoryWindow ring;
    private final MemoryWindow driverArea;
    private final MemoryWindow deviceArea;
    private final boolean indirect;
    private final boolean eventIdx;
    private final boolean inOrder;

    private final int[] slotsOf; // by id; 0: not in flight
    private final long[] writableOf; // by id, bytes
    private final int[] freeIds; // ring of free ids
    private int freeIdsFrom;
    private int freeIdCount;
    private final int[] order; // IN_ORDER: ids in flight by age, a ring
    private int orderFrom;
    private int inFlight;

    private int nextSlot;
    private boolean availWrap = true;
    private int usedSlot;
    private boolean usedWrap = true;
    private int freeSlots;
    private int unpublished; // buffers added and not yet visible
    private int heldSlot; // first slot of the batch, its flags held back
    private int heldFlags;
    private int addedSlots; // of the batch
    private long passedSlots; // published since the last decision to notify
    private int batchLeft;
    private long batchLength;
    private boolean interruptsEnabled = true;
    private RingError error;

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
        this.ring = MemoryWindow.of(memory, layout.descAddr(), (int) layout.descBytes());
        this.driverArea = MemoryWindow.of(memory, layout.driverAddr(), (int) layout.driverBytes());
        this.deviceArea = MemoryWindow.of(memory, layout.deviceAddr(), (int) layout.deviceBytes());
        this.indirect = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC);
        this.eventIdx = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        this.slotsOf = new int[size];
        this.writableOf = new long[size];
        this.order = new int[size];
        this.freeIds = new int[size];
        for (int i = 0; i < size; i++) {
            freeIds[i] = i;
        }
        this.freeIdCount = size;
        this.freeSlots = size;
        memory.fill(layout.descAddr(), layout.descBytes(), 0);
        memory.fill(layout.driverAddr(), layout.driverBytes(), 0);
        memory.fill(layout.deviceAddr(), layout.deviceBytes(), 0);
    }

    @Override
    public int add(BufferChain chain) {
        checkChain(chain);
        int elements = chain.count;
        if (error != null || elements > freeSlots) {
            return -1;
        }
        int id = takeId();
        int firstSlot = nextSlot;
        int firstFlags = 0;
        int slot = nextSlot;
        boolean wrap = availWrap;
        for (int i = 0; i < elements; i++) {
            int flags = PackedRing.availableBits(wrap)
                    | (i + 1 < elements ? PackedRing.DESC_F_NEXT : 0)
                    | (i >= chain.readableCount ? PackedRing.DESC_F_WRITE : 0);
            writeBody(16 * slot, chain.addresses[i], chain.lengths[i], id);
            if (i == 0) {
                firstFlags = flags;
            } else {
                ring.store16(16 * slot + 14, flags);
            }
            if (++slot == size) {
                slot = 0;
                wrap = !wrap;
            }
        }
        enter(id, elements, chain.writableBytes, firstSlot, firstFlags);
        nextSlot = slot;
        availWrap = wrap;
        return id;
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
            memory.store64(at, chain.addresses[i]);
            long flags = i >= chain.readableCount ? PackedRing.DESC_F_WRITE : 0;
            memory.store64(at + 8, chain.lengths[i] | flags << 48);
        }
        int id = takeId();
        writeBody(16 * nextSlot, tableAddr, 16L * chain.count, id);
        int flags = PackedRing.availableBits(availWrap) | PackedRing.DESC_F_INDIRECT;
        enter(id, 1, chain.writableBytes, nextSlot, flags);
        if (++nextSlot == size) {
            nextSlot = 0;
            availWrap = !availWrap;
        }
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
        freeIdsFrom = freeIdsFrom + 1 == size ? 0 : freeIdsFrom + 1;
        freeIdCount--;
        return id;
    }

    /** Stores everything of a descriptor but its flags. */
    private void writeBody(int at, long address, long length, int id) {
        ring.store64(at, address);
        ring.store32(at + 8, (int) length);
        ring.store16(at + 12, id);
    }

    private void enter(int id, int slots, long writableBytes, int firstSlot, int firstFlags) {
        slotsOf[id] = slots;
        writableOf[id] = writableBytes;
        freeSlots -= slots;
        addedSlots += slots;
        if (inOrder) {
            order[index(orderFrom + inFlight)] = id;
        }
        inFlight++;
        if (unpublished++ == 0) {
            heldSlot = firstSlot;
            heldFlags = firstFlags;
        } else {
            ring.storeRelease16(16 * firstSlot + 14, firstFlags);
        }
    }

    @Override
    public void publish() {
        if (unpublished > 0) {
            unpublished = 0;
            passedSlots += addedSlots;
            addedSlots = 0;
            ring.storeRelease16(16 * heldSlot + 14, heldFlags);
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
        boolean wrap = unpublished == 0 ? availWrap : (heldFlags & PackedRing.DESC_F_AVAIL) != 0;
        return PackedRing.needEvent(deviceArea.load32(0), eventIdx, size, slot, wrap, passed);
    }

    @Override
    public boolean poll(UsedBuffer used) {
        if (error != null || inFlight == 0) {
            return false;
        }
        if (batchLeft == 0) {
            int at = 16 * usedSlot;
            int flags = ring.loadAcquire16(at + 14);
            if (!PackedRing.isUsed(flags, usedWrap)) {
                return false;
            }
            int length = ring.load32(at + 8);
            int id = ring.load16(at + 12);
            if (id >= size || slotsOf[id] == 0) {
                return fail(id);
            }
            batchLeft = 1;
            batchLength = length & 0xffff_ffffL;
            if (!inOrder) {
                return take(used, id);
            }
            while (order[index(orderFrom + batchLeft - 1)] != id) {
                if (++batchLeft > inFlight - unpublished) {
                    return fail(id);
                }
            }
        }
        int id = order[orderFrom];
        orderFrom = index(orderFrom + 1);
        return take(used, id);
    }

    private boolean take(UsedBuffer used, int id) {
        batchLeft--;
        inFlight--;
        // buffers that the device skipped count as fully used (section 2.8.8)
        // WRITE in a used descriptor is not looked at: QEMU never sets it (section 2.8.4)
        long reported = batchLeft > 0 ? writableOf[id] : batchLength;
        used.set(id, Math.min(reported, writableOf[id]), reported);
        usedSlot += slotsOf[id];
        freeSlots += slotsOf[id];
        if (usedSlot >= size) {
            usedSlot -= size;
            usedWrap = !usedWrap;
        }
        slotsOf[id] = 0;
        freeIds[index(freeIdsFrom + freeIdCount++)] = id;
        if (eventIdx && interruptsEnabled) {
            driverArea.store16(0, usedSlot | (usedWrap ? 0x8000 : 0));
        }
        return true;
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
        interruptsEnabled = true;
        if (eventIdx) {
            driverArea.store16(0, usedSlot | (usedWrap ? 0x8000 : 0));
            driverArea.storeRelease16(2, PackedRing.EVENT_DESC);
        } else {
            driverArea.store16(2, PackedRing.EVENT_ENABLE);
        }
        memory.fullFence(); // the wish before the second look (section 2.8.22)
        return error == null && (batchLeft > 0 || PackedRing.isUsed(ring.loadAcquire16(16 * usedSlot + 14), usedWrap));
    }

    @Override
    public void disableInterrupts() {
        interruptsEnabled = false;
        driverArea.store16(2, PackedRing.EVENT_DISABLE);
    }

    @Override
    public int freeDescriptors() {
        return freeSlots;
    }

    @Override
    public RingError error() {
        return error;
    }
}
