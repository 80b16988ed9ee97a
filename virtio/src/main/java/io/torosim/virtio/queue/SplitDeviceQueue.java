package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import java.util.Set;

/**
 * Device half of a split virtqueue (virtio 1.2 section 2.7).
 *
 * <p>The token of a buffer is its head. {@code avail.idx} is tested against what was published as used before any
 * descriptor is looked at; a descriptor is two 8-byte loads, so no field is read twice.
 */
public final class SplitDeviceQueue implements DeviceQueue {
    private final GuestMemory memory;
    private final int size;
    private final int mask;
    private final long descAddr;
    private final long availAddr;
    private final long usedAddr;
    private final boolean eventIdx;
    private final boolean inOrder;
    private final boolean notifyOnEmpty;
    private final SplitChainWalker walker;
    private final boolean jumpUnchecked;
    private final boolean duplicatesServed;

    private final int[] inFlight; // by head, how often (at most once unless duplicates are served)
    private final long[] writableOf; // by head, bytes
    private final int[] order; // heads by available ring slot, for IN_ORDER
    private int lastAvailIdx;
    private int usedIdx; // what the driver can see
    private int completedIdx; // with what was completed and not published
    private int interruptedIdx; // at the last decision to interrupt
    private boolean notificationsEnabled = true;

    private int batchStartIdx; // IN_ORDER: one used entry for [batchStartIdx, completedIdx)
    private int batchHead = -1; // -1: no open batch
    private long batchLength;
    private RingError error;

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
        this.descAddr = layout.descAddr();
        this.availAddr = layout.driverAddr();
        this.usedAddr = layout.deviceAddr();
        this.eventIdx = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        this.notifyOnEmpty = VirtioFeatures.has(features, VirtioFeatures.NOTIFY_ON_EMPTY)
                && !VirtioFeatures.has(features, VirtioFeatures.VERSION_1);
        this.walker = new SplitChainWalker(memory, layout, features, deviations);
        this.jumpUnchecked = deviations.contains(RingDeviation.AVAIL_JUMP_UNCHECKED);
        this.duplicatesServed = deviations.contains(RingDeviation.DUPLICATE_HEAD_SERVED);
        this.inFlight = new int[size];
        this.writableOf = new long[size];
        this.order = new int[size];
    }

    @Override
    public boolean pop(BufferChain chain) {
        if (error != null) {
            return false;
        }
        int availIdx = memory.loadAcquire16(SplitRing.availIdx(availAddr));
        int waiting = (availIdx - lastAvailIdx) & 0xffff;
        if (waiting == 0) {
            return false;
        }
        int unpublished = (lastAvailIdx - usedIdx) & 0xffff; // popped, and not yet seen as used by the driver
        if (waiting + unpublished > size && (!jumpUnchecked || unpublished >= size)) {
            return failIdx(availIdx);
        }
        int slot = lastAvailIdx & mask;
        int head = memory.load16(SplitRing.availSlot(availAddr, slot));
        if (head >= size || inFlight[head] != 0 && !duplicatesServed) {
            return failHead(slot, head);
        }
        RingError bad = walker.walk(head, chain);
        if (bad != null) {
            return fail(bad);
        }
        chain.token = head;
        inFlight[head]++;
        writableOf[head] = chain.writableBytes;
        order[slot] = head;
        lastAvailIdx = (lastAvailIdx + 1) & 0xffff;
        if (eventIdx && notificationsEnabled) {
            memory.store16(SplitRing.availEvent(usedAddr, size), lastAvailIdx);
        }
        return true;
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
        return false;
    }

    @Override
    public void complete(int token, long writtenBytes) {
        if (token < 0 || token >= size || inFlight[token] == 0) {
            throw new IllegalArgumentException("token is not in flight, token=" + token);
        }
        if (writtenBytes < 0 || writtenBytes > writableOf[token]) {
            throw new IllegalArgumentException(
                    "writtenBytes must be in [0, " + writableOf[token] + "], writtenBytes=" + writtenBytes);
        }
        if (inOrder) {
            completeInOrder(token, writtenBytes);
        } else {
            writeUsed(completedIdx, token, writtenBytes);
        }
        inFlight[token]--;
        completedIdx = (completedIdx + 1) & 0xffff;
    }

    private void completeInOrder(int token, long writtenBytes) {
        if (order[completedIdx & mask] != token) {
            throw new IllegalArgumentException(
                    "IN_ORDER: token " + order[completedIdx & mask] + " comes before " + token);
        }
        // only a buffer that was filled to its end may be skipped: the driver takes it as fully used (section 2.7.9)
        if (batchHead >= 0 && batchLength != writableOf[batchHead]) {
            closeBatch();
        }
        if (batchHead < 0) {
            batchStartIdx = completedIdx;
        }
        batchHead = token;
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
            memory.store64(SplitRing.usedSlot(usedAddr, idx & mask), length << 32 | id);
        }
    }

    @Override
    public void publish() {
        if (error == null && completedIdx != usedIdx) {
            closeBatch();
            usedIdx = completedIdx;
            memory.storeRelease16(SplitRing.usedIdx(usedAddr), usedIdx);
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
        if (notifyOnEmpty && memory.load16(SplitRing.availIdx(availAddr)) == lastAvailIdx) {
            return true; // section 6.3, legacy
        }
        if (eventIdx) {
            return SplitRing.needEvent(memory.load16(SplitRing.usedEvent(availAddr, size)), usedIdx, old);
        }
        return (memory.load16(availAddr) & SplitRing.AVAIL_F_NO_INTERRUPT) == 0;
    }

    @Override
    public boolean enableNotifications() {
        if (error != null) {
            return false;
        }
        notificationsEnabled = true;
        if (eventIdx) {
            memory.store16(SplitRing.availEvent(usedAddr, size), lastAvailIdx);
        } else {
            memory.store16(usedAddr, 0);
        }
        memory.fullFence(); // the wish before the second look
        return memory.loadAcquire16(SplitRing.availIdx(availAddr)) != lastAvailIdx;
    }

    @Override
    public void disableNotifications() {
        if (error != null) {
            return;
        }
        notificationsEnabled = false;
        if (eventIdx) {
            // just behind us: reached only after 65535 more buffers
            memory.store16(SplitRing.availEvent(usedAddr, size), lastAvailIdx - 1);
        } else {
            memory.store16(usedAddr, SplitRing.USED_F_NO_NOTIFY);
        }
    }

    @Override
    public RingError error() {
        return error;
    }
}
