package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.SplitRing;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Device half of a split virtqueue (virtio 1.2 section 2.7).
 *
 * <p>The token of a buffer is its head. {@code avail.idx} is tested against what was published as used before any
 * descriptor is looked at; a descriptor is two 8-byte loads, so no field is read twice.
 *
 * <p>The device's half; {@link DeviceQueue} makes it. What lies where says {@link SplitRing}, {@link SplitChainWalker} follows a buffer's descriptors
 * into a {@link BufferChain}; {@link SplitDriverQueue} is the other half.
 */
final class SplitDeviceQueue implements DeviceQueue {
    private static final long ONCE = 1L << 40;

    private final GuestMemory memory;
    private final int size;
    private final int mask;
    private final RingWindow ring;
    private final boolean eventIdx;
    private final boolean inOrder;
    private final boolean notifyOnEmpty;
    private final SplitChainWalker walker;
    private final boolean jumpUnchecked;
    private final boolean duplicatesServed;
    private final boolean staleAvailEvent;
    private final boolean lengthBeyondBuffer;

    // by head: how often in flight (at most once unless duplicates are served) << 40 | writable bytes
    private final long[] inFlight;
    private final int[] order; // heads by available ring slot, for IN_ORDER
    private int lastAvailIdx;
    private int seenAvailIdx; // avail.idx as last read; what lies before it is taken without another look
    private int usedIdx; // what the driver can see
    private int completedIdx; // with what was completed and not published
    private int interruptedIdx; // at the last decision to interrupt
    private boolean notificationsEnabled = true;
    private boolean unsignalled; // FIRST_INTERRUPT_ALWAYS: no decision yet

    private int batchStartIdx; // IN_ORDER: one used entry for [batchStartIdx, completedIdx)
    private int batchHead = -1; // -1: no open batch
    private long batchWritable; // of batchHead, bytes
    private long batchLength;
    private @Nullable RingError error;

    /** Creates the half; see {@link DeviceQueue#create}. */
    public SplitDeviceQueue(GuestMemory memory, QueueLayout layout, long features, Set<RingDeviation> deviations) {
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
        this.eventIdx = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        this.notifyOnEmpty = VirtioFeatures.has(features, VirtioFeatures.NOTIFY_ON_EMPTY)
                && !VirtioFeatures.has(features, VirtioFeatures.VERSION_1);
        this.walker = new SplitChainWalker(memory, layout, features, deviations);
        this.jumpUnchecked = deviations.contains(RingDeviation.AVAIL_JUMP_UNCHECKED);
        this.duplicatesServed = deviations.contains(RingDeviation.DUPLICATE_HEAD_SERVED);
        this.lengthBeyondBuffer = deviations.contains(RingDeviation.LENGTH_BEYOND_BUFFER);
        this.staleAvailEvent = deviations.contains(RingDeviation.STALE_AVAIL_EVENT);
        this.unsignalled = eventIdx && deviations.contains(RingDeviation.FIRST_INTERRUPT_ALWAYS);
        this.inFlight = new long[size];
        this.order = new int[size];
    }

    @Override
    public boolean pop(BufferChain chain) {
        if (lastAvailIdx == seenAvailIdx && !look()) {
            return false;
        }
        int slot = lastAvailIdx & mask;
        int head = ring.load16(ring.driver + SplitRing.availSlotOffset(slot));
        long[] states = inFlight; // as long as the queue: one compare with its length is the check of both
        if (head >= states.length || states[head] != 0 && !duplicatesServed) {
            return failHead(slot, head);
        }
        RingError bad = walker.walk(ring, head, chain);
        if (bad != null) {
            chain.clear();
            return fail(bad);
        }
        chain.token = head;
        states[head] = (states[head] >>> 40) + 1 << 40 | chain.writableBytes;
        if (inOrder) {
            order[slot] = head;
        }
        lastAvailIdx = (lastAvailIdx + 1) & 0xffff;
        if (eventIdx && notificationsEnabled) {
            ring.store16(ring.device + SplitRing.usedSlotOffset(size), lastAvailIdx);
        }
        return true;
    }

    /**
     * Reads {@code avail.idx}; returns whether there is something new. How far it is ahead of {@code usedIdx} only
     * shrinks until the next look, so once is enough.
     */
    private boolean look() {
        if (error != null) {
            return false;
        }
        int availIdx = ring.loadAcquire16(ring.driver + SplitRing.IDX);
        int waiting = (availIdx - lastAvailIdx) & 0xffff;
        int unpublished = (lastAvailIdx - usedIdx) & 0xffff; // popped, and not yet seen as used by the driver
        if (waiting != 0 && waiting + unpublished > size && (!jumpUnchecked || unpublished >= size)) {
            return failIdx(availIdx);
        }
        seenAvailIdx = jumpUnchecked && waiting != 0 ? (lastAvailIdx + 1) & 0xffff : availIdx;
        return waiting != 0;
    }

    private boolean failIdx(int availIdx) {
        return fail(new RingError(
                Rule.A2, "avail.idx", availIdx, "must be at most the queue size ahead of used.idx = " + usedIdx));
    }

    private boolean failHead(int slot, int head) {
        String place = "avail.ring[" + slot + "]";
        return fail(
                head >= size
                        ? new RingError(Rule.S4, place, head, "must be < the queue size " + size)
                        : new RingError(Rule.A6, place, head, "is in flight already"));
    }

    private boolean fail(RingError ringError) {
        error = ringError;
        seenAvailIdx = lastAvailIdx;
        return false;
    }

    @Override
    public void complete(int token, long writtenBytes) {
        long[] states = inFlight;
        if (token < 0 || token >= states.length) {
            throw refusedCompletion(token, writtenBytes);
        }
        long state = states[token];
        if (state == 0 || writtenBytes < 0 || writtenBytes > (state & ONCE - 1) && !lengthBeyondBuffer) {
            throw refusedCompletion(token, writtenBytes);
        }
        if (inOrder) {
            completeInOrder(token, writtenBytes);
        } else {
            writeUsed(completedIdx, token, writtenBytes);
        }
        states[token] = state < 2 * ONCE ? 0 : state - ONCE;
        completedIdx = (completedIdx + 1) & 0xffff;
    }

    private long writableBytes(int token) {
        return inFlight[token] & ONCE - 1;
    }

    private IllegalArgumentException refusedCompletion(int token, long writtenBytes) {
        return new IllegalArgumentException(
                token < 0 || token >= size || inFlight[token] == 0
                        ? "token is not in flight, token=" + token
                        : "writtenBytes must be in [0, " + writableBytes(token) + "], writtenBytes=" + writtenBytes);
    }

    private void completeInOrder(int token, long writtenBytes) {
        if (order[completedIdx & mask] != token) {
            throw new IllegalArgumentException(
                    "IN_ORDER: token " + order[completedIdx & mask] + " comes before " + token);
        }
        // only a buffer that was filled to its end may be skipped: the driver takes it as fully used (section 2.7.9)
        if (batchHead >= 0 && batchLength != batchWritable) {
            closeBatch();
        }
        if (batchHead < 0) {
            batchStartIdx = completedIdx;
        }
        batchHead = token;
        batchWritable = writableBytes(token);
        batchLength = writtenBytes;
    }

    private void closeBatch() {
        if (batchHead >= 0) {
            writeUsed(batchStartIdx, batchHead, batchLength);
            batchHead = -1;
        }
    }

    private void writeUsed(int idx, int id, long length) {
        if (error == null) {
            ring.store64(ring.device + SplitRing.usedSlotOffset(idx & mask), length << 32 | id);
        }
    }

    @Override
    public void publish() {
        if (error == null && completedIdx != usedIdx) {
            closeBatch();
            usedIdx = completedIdx;
            ring.storeRelease16(ring.device + SplitRing.IDX, usedIdx);
        }
    }

    @Override
    public boolean interruptNeeded() {
        if (usedIdx == interruptedIdx) {
            return false;
        }
        memory.fullFence(); // used.idx before flags or used_event
        int old = interruptedIdx;
        interruptedIdx = usedIdx;
        if (notifyOnEmpty && ring.load16(ring.driver + SplitRing.IDX) == lastAvailIdx) {
            return true; // section 6.3, legacy
        }
        if (eventIdx) {
            boolean first = unsignalled;
            unsignalled = false;
            return first
                    || SplitRing.needEvent(ring.load16(ring.driver + SplitRing.availSlotOffset(size)), usedIdx, old);
        }
        return (ring.load16(ring.driver) & SplitRing.AVAIL_F_NO_INTERRUPT) == 0;
    }

    @Override
    public boolean enableNotifications() {
        if (error != null) {
            return false;
        }
        notificationsEnabled = true;
        if (eventIdx) {
            int event = staleAvailEvent ? ring.load16(ring.driver + SplitRing.IDX) : lastAvailIdx;
            ring.store16(ring.device + SplitRing.usedSlotOffset(size), event);
        } else {
            ring.store16(ring.device, 0);
        }
        memory.fullFence(); // the wish before the second look
        return ring.loadAcquire16(ring.driver + SplitRing.IDX) != lastAvailIdx;
    }

    @Override
    public void disableNotifications() {
        if (error != null) {
            return;
        }
        notificationsEnabled = false;
        if (eventIdx && staleAvailEvent) {
            return;
        }
        if (eventIdx) {
            // just behind us: reached only after 65535 more buffers
            ring.store16(ring.device + SplitRing.usedSlotOffset(size), lastAvailIdx - 1);
        } else {
            ring.store16(ring.device, SplitRing.USED_F_NO_NOTIFY);
        }
    }

    @Override
    public @Nullable RingError error() {
        return error;
    }
}
