package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;

/**
 * Driver half of a split virtqueue (virtio 1.2 section 2.7.13).
 *
 * <p>Free descriptors form a list in {@link #following}, private to the driver; a chain is a stretch of that list, so that
 * its descriptors go back in one step. With IN_ORDER nothing is relinked: the list stays the circle 0, 1, ..., q-1, which
 * is the order that section 2.7.5.2 demands.
 *
 * <p>All costs are O(elements of the buffer); nothing is allocated after construction.
 */
public final class SplitDriverQueue implements DriverQueue {
    private final GuestMemory memory;
    private final int size;
    private final int mask;
    private final long descAddr;
    private final long availAddr;
    private final long usedAddr;
    private final boolean indirect;
    private final boolean eventIdx;
    private final boolean inOrder;

    private final int[] following; // next in the free list, or in the chain
    private final int[] lastOfChain;
    private final int[] descriptorsOf; // by head; 0: not in flight
    private final long[] writableOf; // by head, bytes
    private final int[] order; // heads by available ring slot
    private int freeHead;
    private int freeCount;

    private int availIdx; // of what was added
    private int publishedIdx; // what the device can see
    private int notifiedIdx; // at the last decision to notify
    private int lastUsedIdx;
    private int batchLeft; // IN_ORDER: buffers of the current used entry not yet polled
    private long batchLength;
    private boolean interruptsEnabled = true;
    private RingError error;

    /** Creates the half and zeroes the ring; see {@link DriverQueue#create}. */
    public SplitDriverQueue(GuestMemory memory, QueueLayout layout, long features) {
        RingError bad = layout.packed()
                ? new RingError(Rule.S3, "layout", 1, "must be split")
                : layout.check(memory.sizeBytes());
        if (bad != null) {
            throw new IllegalArgumentException(bad.toString());
        }
        this.memory = memory;
        this.size = layout.size();
        this.mask = size - 1;
        this.descAddr = layout.descAddr();
        this.availAddr = layout.driverAddr();
        this.usedAddr = layout.deviceAddr();
        this.indirect = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC);
        this.eventIdx = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        this.following = new int[size];
        this.lastOfChain = new int[size];
        this.descriptorsOf = new int[size];
        this.writableOf = new long[size];
        this.order = new int[size];
        for (int i = 0; i < size; i++) {
            following[i] = (i + 1) & mask;
        }
        this.freeCount = size;
        memory.fill(descAddr, layout.descBytes(), 0);
        memory.fill(availAddr, layout.driverBytes(), 0);
        memory.fill(usedAddr, layout.deviceBytes(), 0);
    }

    @Override
    public int add(BufferChain chain) {
        checkChain(chain);
        int elements = chain.count;
        if (error != null || elements > freeCount) {
            return -1;
        }
        int head = freeHead;
        int index = head;
        int last = head;
        for (int i = 0; i < elements; i++) {
            last = index;
            int next = following[index];
            int flags = (i + 1 < elements ? SplitRing.DESC_F_NEXT : 0)
                    | (i >= chain.readableCount ? SplitRing.DESC_F_WRITE : 0);
            writeDescriptor(descAddr + 16L * index, chain.addresses[i], chain.lengths[i], flags, next);
            index = next;
        }
        enter(head, last, elements, chain.writableBytes);
        freeHead = index;
        return head;
    }

    @Override
    public int addIndirect(BufferChain chain, long tableAddr) {
        if (!indirect) {
            throw new IllegalStateException("INDIRECT_DESC was not negotiated");
        }
        checkChain(chain);
        if (error != null || freeCount == 0) {
            return -1;
        }
        int elements = chain.count;
        for (int i = 0; i < elements; i++) {
            int flags = (i + 1 < elements ? SplitRing.DESC_F_NEXT : 0)
                    | (i >= chain.readableCount ? SplitRing.DESC_F_WRITE : 0);
            writeDescriptor(
                    tableAddr + 16L * i, chain.addresses[i], chain.lengths[i], flags, i + 1 < elements ? i + 1 : 0);
        }
        int head = freeHead;
        int next = following[head];
        writeDescriptor(descAddr + 16L * head, tableAddr, 16L * elements, SplitRing.DESC_F_INDIRECT, next);
        enter(head, head, 1, chain.writableBytes);
        freeHead = next;
        return head;
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

    private void writeDescriptor(long at, long address, long length, int flags, int next) {
        memory.store64(at, address);
        memory.store64(at + 8, length | (long) flags << 32 | (long) next << 48);
    }

    private void enter(int head, int last, int descriptors, long writableBytes) {
        lastOfChain[head] = last;
        descriptorsOf[head] = descriptors;
        writableOf[head] = writableBytes;
        freeCount -= descriptors;
        int slot = availIdx & mask;
        order[slot] = head;
        memory.store16(SplitRing.availSlot(availAddr, slot), head);
        availIdx = (availIdx + 1) & 0xffff;
    }

    @Override
    public void publish() {
        if (availIdx != publishedIdx) {
            publishedIdx = availIdx;
            memory.storeRelease16(SplitRing.availIdx(availAddr), availIdx);
        }
    }

    @Override
    public boolean notificationNeeded() {
        if (publishedIdx == notifiedIdx) {
            return false;
        }
        memory.fullFence(); // idx before flags or avail_event (section 2.7.13.4.1)
        int old = notifiedIdx;
        notifiedIdx = publishedIdx;
        if (eventIdx) {
            return SplitRing.needEvent(memory.load16(SplitRing.availEvent(usedAddr, size)), publishedIdx, old);
        }
        return (memory.load16(usedAddr) & SplitRing.USED_F_NO_NOTIFY) == 0;
    }

    @Override
    public boolean poll(UsedBuffer used) {
        if (error != null) {
            return false;
        }
        int waiting = (memory.loadAcquire16(SplitRing.usedIdx(usedAddr)) - lastUsedIdx) & 0xffff;
        if (waiting == 0) {
            return false;
        }
        int inFlight = (publishedIdx - lastUsedIdx) & 0xffff;
        if (waiting > inFlight) {
            return fail(Rule.U2, "used.idx", (lastUsedIdx + waiting) & 0xffff, "must not pass what was made available");
        }
        return inOrder ? pollInOrder(used, waiting) : pollAny(used);
    }

    private boolean pollAny(UsedBuffer used) {
        int slot = lastUsedIdx & mask;
        long element = memory.load64(SplitRing.usedSlot(usedAddr, slot));
        int id = (int) element;
        if (Integer.compareUnsigned(id, size) >= 0 || descriptorsOf[id] == 0) {
            return failUsedId(slot, id);
        }
        take(used, id, element >>> 32);
        following[lastOfChain[id]] = freeHead;
        freeHead = id;
        return true;
    }

    private boolean pollInOrder(UsedBuffer used, int waiting) {
        if (batchLeft == 0) {
            int slot = lastUsedIdx & mask;
            long element = memory.load64(SplitRing.usedSlot(usedAddr, slot));
            int id = (int) element;
            int batch = 1;
            while (batch <= waiting && order[(lastUsedIdx + batch - 1) & mask] != id) {
                batch++;
            }
            if (batch > waiting) {
                return failUsedId(slot, id);
            }
            batchLeft = batch;
            batchLength = element >>> 32;
        }
        int head = order[lastUsedIdx & mask];
        // buffers that the device skipped count as fully used (section 2.7.9)
        take(used, head, --batchLeft == 0 ? batchLength : writableOf[head]);
        return true;
    }

    private void take(UsedBuffer used, int head, long reported) {
        used.set(head, Math.min(reported, writableOf[head]), reported);
        freeCount += descriptorsOf[head];
        descriptorsOf[head] = 0;
        lastUsedIdx = (lastUsedIdx + 1) & 0xffff;
        if (eventIdx && interruptsEnabled) {
            memory.store16(SplitRing.usedEvent(availAddr, size), lastUsedIdx);
        }
    }

    private boolean failUsedId(int slot, int id) {
        return fail(Rule.U9, "used.ring[" + slot + "].id", id & 0xffff_ffffL, "must be a head that is in flight");
    }

    private boolean fail(Rule rule, String place, long value, String detail) {
        error = new RingError(rule, place, value, detail);
        freeCount = 0;
        return false;
    }

    @Override
    public boolean enableInterrupts() {
        interruptsEnabled = true;
        if (eventIdx) {
            memory.store16(SplitRing.usedEvent(availAddr, size), lastUsedIdx);
        } else {
            memory.store16(availAddr, 0);
        }
        memory.fullFence(); // the wish before the second look (section 2.7.14)
        return error == null && memory.loadAcquire16(SplitRing.usedIdx(usedAddr)) != lastUsedIdx;
    }

    @Override
    public void disableInterrupts() {
        interruptsEnabled = false;
        if (eventIdx) {
            // just behind us: reached only after 65535 more buffers
            memory.store16(SplitRing.usedEvent(availAddr, size), lastUsedIdx - 1);
        } else {
            memory.store16(availAddr, SplitRing.AVAIL_F_NO_INTERRUPT);
        }
    }

    @Override
    public int freeDescriptors() {
        return freeCount;
    }

    @Override
    public RingError error() {
        return error;
    }
}
