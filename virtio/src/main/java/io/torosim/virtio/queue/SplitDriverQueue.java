package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Driver half of a split virtqueue (virtio 1.2 section 2.7.13).
 *
 * <p>Free descriptors form a list in {@link #following}, private to the driver; a chain is a stretch of that list, so that
 * its descriptors go back in one step. With IN_ORDER nothing is relinked: the list stays the circle 0, 1, ..., q-1, which
 * is the order that section 2.7.5.2 demands.
 *
 * <p>All costs are O(elements of the buffer); nothing is allocated after construction.
 *
 * <p>The driver's half; {@link DriverQueue} makes it. What lies where says {@link SplitRing}; {@link SplitDeviceQueue} is the other half.
 */
final class SplitDriverQueue implements DriverQueue {
    private final GuestMemory memory;
    private final int size;
    private final int mask;
    private final RingWindow ring;
    private final boolean indirect;
    private final boolean eventIdx;
    private final boolean inOrder;

    private final int[] following; // next in the free list, or in the chain
    private final long[] chainOf; // by head, see chain(); 0: not in flight
    private final int[] order; // heads by available ring slot
    private int freeHead;
    private int freeCount;

    private int availIdx; // of what was added
    private int publishedIdx; // what the device can see
    private int notifiedIdx; // at the last decision to notify
    private int lastUsedIdx;
    private int seenUsedIdx; // used.idx as last read; what lies before it is taken without another look
    private int batchLeft; // IN_ORDER: buffers of the current used entry not yet polled
    private long batchLength;
    private boolean interruptsEnabled = true;
    private @Nullable RingError error;

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
        this.ring = new RingWindow(memory, layout);
        this.indirect = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC);
        this.eventIdx = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        this.following = new int[size];
        this.chainOf = new long[size];
        this.order = new int[size];
        for (int i = 0; i < size; i++) {
            following[i] = (i + 1) & mask;
        }
        this.freeCount = size;
        memory.fill(layout.descAddr(), layout.descBytes(), 0);
        memory.fill(layout.driverAddr(), layout.driverBytes(), 0);
        memory.fill(layout.deviceAddr(), layout.deviceBytes(), 0);
    }

    @Override
    public int add(BufferChain chain) {
        int elements = chain.count;
        if (elements == 0 || elements > freeCount || chain.readableBytes + chain.writableBytes > 1L << 32) {
            return noRoom(chain);
        }
        int[] links = following;
        long[] words = chain.words;
        RingWindow table = ring;
        int head = freeHead;
        int last = head;
        int next = links[head];
        int at = 0;
        long word = words[1];
        // the exit depends on data: as a counted loop it would be unrolled for trips that are not to come
        while (true) {
            table.store64(table.desc + 16 * last, words[at]);
            table.store64(table.desc + 16 * last + 8, word | (long) next << 48);
            if ((word >>> 32 & SplitRing.DESC_F_NEXT) == 0) {
                break;
            }
            last = next;
            next = links[next];
            at += 2;
            word = words[at + 1];
        }
        enter(head, last, elements, chain.writableBytes);
        freeHead = next;
        return head;
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
        if (error != null || freeCount == 0) {
            return -1;
        }
        int elements = chain.count;
        for (int i = 0; i < elements; i++) {
            memory.store64(tableAddr + 16L * i, chain.words[2 * i]);
            long next = i + 1 < elements ? i + 1 : 0;
            memory.store64(tableAddr + 16L * i + 8, chain.words[2 * i + 1] | next << 48);
        }
        int head = freeHead;
        int next = following[head];
        ring.store64(ring.desc + 16 * head, tableAddr);
        ring.store64(
                ring.desc + 16 * head + 8, 16L * elements | (long) SplitRing.DESC_F_INDIRECT << 32 | (long) next << 48);
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

    /** What is kept of a chain in flight: writable bytes (33 bits), last descriptor (15), how many (16, not 0). */
    private static long chain(long writableBytes, int last, int descriptors) {
        return writableBytes | (long) last << 33 | (long) descriptors << 48;
    }

    private static long writableBytes(long chain) {
        return chain & (1L << 33) - 1;
    }

    private static int last(long chain) {
        return (int) (chain >>> 33) & 0x7fff;
    }

    private static int descriptors(long chain) {
        return (int) (chain >>> 48);
    }

    private void enter(int head, int last, int descriptors, long writableBytes) {
        chainOf[head] = chain(writableBytes, last, descriptors);
        freeCount -= descriptors;
        int slot = availIdx & mask;
        if (inOrder) {
            order[slot] = head;
        }
        ring.store16(ring.driver + SplitRing.availSlotOffset(slot), head);
        availIdx = (availIdx + 1) & 0xffff;
    }

    @Override
    public void publish() {
        if (availIdx != publishedIdx && error == null) {
            publishedIdx = availIdx;
            ring.storeRelease16(ring.driver + SplitRing.IDX, availIdx);
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
            return SplitRing.needEvent(ring.load16(ring.device + SplitRing.usedSlotOffset(size)), publishedIdx, old);
        }
        return (ring.load16(ring.device) & SplitRing.USED_F_NO_NOTIFY) == 0;
    }

    @Override
    public int nextAvailable() {
        return publishedIdx;
    }

    @Override
    public boolean poll(UsedBuffer result) {
        if (lastUsedIdx == seenUsedIdx && !look()) {
            return false;
        }
        return inOrder ? pollInOrder(result, seenUsedIdx - lastUsedIdx & 0xffff) : pollAny(result);
    }

    /** Reads {@code used.idx}; returns whether there is something new. */
    private boolean look() {
        if (error != null) {
            return false;
        }
        int idx = ring.loadAcquire16(ring.device + SplitRing.IDX);
        if ((idx - lastUsedIdx & 0xffff) > (publishedIdx - lastUsedIdx & 0xffff)) {
            return fail(Rule.U2, "used.idx", idx, "must not pass what was made available");
        }
        seenUsedIdx = idx;
        return idx != lastUsedIdx;
    }

    private boolean pollAny(UsedBuffer result) {
        int slot = lastUsedIdx & mask;
        long element = ring.load64(ring.device + SplitRing.usedSlotOffset(slot));
        int id = (int) element;
        long[] chains = chainOf;
        if (id < 0 || id >= chains.length || chains[id] == 0) {
            return failUsedId(slot, id);
        }
        long chain = chains[id];
        chains[id] = 0;
        following[last(chain)] = freeHead;
        freeHead = id;
        take(result, id, chain, element >>> 32);
        return true;
    }

    private boolean pollInOrder(UsedBuffer result, int waiting) {
        if (batchLeft == 0) {
            int slot = lastUsedIdx & mask;
            long element = ring.load64(ring.device + SplitRing.usedSlotOffset(slot));
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
        long chain = chainOf[head];
        chainOf[head] = 0;
        // buffers that the device skipped count as fully used (section 2.7.9)
        take(result, head, chain, --batchLeft == 0 ? batchLength : writableBytes(chain));
        return true;
    }

    private void take(UsedBuffer result, int head, long chain, long reported) {
        result.set(head, Math.min(reported, writableBytes(chain)), reported);
        freeCount += descriptors(chain);
        lastUsedIdx = (lastUsedIdx + 1) & 0xffff;
        if (eventIdx && interruptsEnabled) {
            ring.store16(ring.driver + SplitRing.availSlotOffset(size), lastUsedIdx);
        }
    }

    private boolean failUsedId(int slot, int id) {
        return fail(Rule.U9, "used.ring[" + slot + "].id", id & 0xffff_ffffL, "must be a head that is in flight");
    }

    private boolean fail(Rule rule, String place, long value, String detail) {
        error = new RingError(rule, place, value, detail);
        freeCount = 0;
        seenUsedIdx = lastUsedIdx;
        return false;
    }

    @Override
    public boolean enableInterrupts() {
        if (error != null) {
            return false;
        }
        interruptsEnabled = true;
        if (eventIdx) {
            ring.store16(ring.driver + SplitRing.availSlotOffset(size), lastUsedIdx);
        } else {
            ring.store16(ring.driver, 0);
        }
        memory.fullFence(); // the wish before the second look (section 2.7.14)
        return ring.loadAcquire16(ring.device + SplitRing.IDX) != lastUsedIdx;
    }

    @Override
    public void disableInterrupts() {
        if (error != null) {
            return;
        }
        interruptsEnabled = false;
        if (eventIdx) {
            // just behind us: reached only after 65535 more buffers
            ring.store16(ring.driver + SplitRing.availSlotOffset(size), lastUsedIdx - 1);
        } else {
            ring.store16(ring.driver, SplitRing.AVAIL_F_NO_INTERRUPT);
        }
    }

    @Override
    public int freeDescriptors() {
        return freeCount;
    }

    @Override
    public @Nullable RingError error() {
        return error;
    }
}
