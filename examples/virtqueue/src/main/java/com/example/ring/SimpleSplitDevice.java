package com.example.ring;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.QueueLayout;

/** The device's half of a split virtqueue (section 2.7): EVENT_IDX, no tables, any order of completion. */
public final class SimpleSplitDevice implements DeviceQueue {
    private static final int NEXT = 1;
    private static final int WRITE = 2;
    private static final int INDIRECT = 4;

    private final GuestMemory memory;
    private final long desc;
    private final long avail;
    private final long used;
    private final int size;
    private final boolean eventIdx;
    private final long[] room; // by head: writable bytes of a buffer in flight, or -1
    private int availIdx; // next to be taken
    private int usedIdx; // next to be written
    private int publishedIdx;
    private int decidedIdx; // at the last decision on an interrupt
    private RingError error;

    public SimpleSplitDevice(GuestMemory memory, QueueLayout layout, long features) {
        this.memory = memory;
        this.desc = layout.descAddr();
        this.avail = layout.driverAddr();
        this.used = layout.deviceAddr();
        this.size = layout.size();
        this.eventIdx = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.room = new long[size];
        java.util.Arrays.fill(room, -1);
    }

    @Override
    public boolean pop(BufferChain chain) {
        if (error != null) {
            return false;
        }
        int idx = memory.loadAcquire16(avail + 2); // before what it covers
        if (idx == availIdx) {
            return false;
        }
        if ((idx - publishedIdx & 0xffff) > size) {
            return stop(Rule.A2, "avail.idx", idx);
        }
        int head = memory.load16(avail + 4 + 2L * (availIdx & size - 1));
        if (head >= size) {
            return stop(Rule.S4, "head", head);
        }
        if (room[head] >= 0) {
            return stop(Rule.A6, "head", head);
        }
        chain.clear();
        int index = head;
        for (int count = 1; ; count++) {
            long address = memory.load64(desc + 16L * index);
            long rest = memory.load64(desc + 16L * index + 8); // once, then checked, then used
            long length = rest & 0xffff_ffffL;
            int flags = (int) (rest >>> 32) & 0xffff;
            if ((flags & INDIRECT) != 0) {
                return stop(Rule.S17, "flags", flags);
            }
            if (address < 0 || address > memory.sizeBytes() - length) {
                return stop(Rule.S15, "addr", address);
            }
            if (chain.readableBytes() + chain.writableBytes() + length > 1L << 32) {
                return stop(Rule.S7, "len", length);
            }
            if ((flags & WRITE) != 0) {
                chain.addWritable(address, length);
            } else if (chain.count() > chain.readableCount()) {
                return stop(Rule.S8, "flags", flags);
            } else {
                chain.addReadable(address, length);
            }
            if ((flags & NEXT) == 0) {
                break;
            }
            index = (int) (rest >>> 48);
            if (index >= size) {
                return stop(Rule.S5, "next", index);
            }
            if (count == size) {
                return stop(Rule.S6, "next", index);
            }
        }
        chain.token(head);
        room[head] = chain.writableBytes();
        availIdx = availIdx + 1 & 0xffff;
        return true;
    }

    private boolean stop(Rule rule, String place, long value) {
        error = new RingError(rule, place, value, "refused");
        return false;
    }

    @Override
    public void complete(int token, long writtenBytes) {
        if (token < 0 || token >= size || room[token] < 0 || writtenBytes < 0 || writtenBytes > room[token]) {
            throw new IllegalArgumentException("token " + token + ", writtenBytes " + writtenBytes);
        }
        room[token] = -1;
        if (error == null) {
            long at = used + 4 + 8L * (usedIdx & size - 1);
            memory.store32(at, token);
            memory.store32(at + 4, (int) writtenBytes);
            usedIdx = usedIdx + 1 & 0xffff;
        }
    }

    @Override
    public void publish() {
        if (error == null && publishedIdx != usedIdx) {
            publishedIdx = usedIdx;
            memory.storeRelease16(used + 2, usedIdx); // behind what it covers
        }
    }

    @Override
    public boolean interruptNeeded() {
        if (decidedIdx == publishedIdx) {
            return false;
        }
        memory.fullFence(); // used.idx before the driver's wish
        int before = decidedIdx;
        decidedIdx = publishedIdx;
        if (!eventIdx) {
            return (memory.load16(avail) & 1) == 0;
        }
        int event = memory.load16(avail + 4 + 2L * size);
        return (publishedIdx - event - 1 & 0xffff) < (publishedIdx - before & 0xffff);
    }

    @Override
    public boolean enableNotifications() {
        if (error != null) {
            return false;
        }
        if (eventIdx) {
            memory.store16(used + 4 + 8L * size, availIdx);
        } else {
            memory.store16(used, 0);
        }
        memory.fullFence(); // the wish before the second look
        return memory.loadAcquire16(avail + 2) != availIdx;
    }

    @Override
    public void disableNotifications() {
        if (error == null && !eventIdx) {
            memory.store16(used, 1);
        }
    }

    @Override
    public RingError error() {
        return error;
    }
}
