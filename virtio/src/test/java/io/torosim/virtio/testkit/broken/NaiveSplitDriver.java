package io.torosim.virtio.testkit.broken;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.QueueLayout;
import java.util.ArrayDeque;

/** A second driver half, written without a look at the first: plain, slow, and wrong in one way at a time. */
final class NaiveSplitDriver implements DriverQueue {
    private final GuestMemory m;
    private final QueueLayout l;
    private final int q;
    private final boolean event;
    private final Bug bug;
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private final int[][] indices;
    private final long[] capacity;
    private final ArrayDeque<Integer> age = new ArrayDeque<>();
    private int freeCount;
    private int ringNext;
    private int avail;
    private int shown;
    private int told;
    private int reaped; // bug 13: never wrapped
    private boolean wanted = true;
    private RingError error;

    NaiveSplitDriver(GuestMemory memory, QueueLayout layout, long features, Bug bug) {
        this.m = memory;
        this.l = layout;
        this.q = layout.size();
        this.event = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.bug = bug;
        this.indices = new int[q][];
        this.capacity = new long[q];
        this.freeCount = q;
        for (int i = 0; i < q; i++) {
            free.add(i);
        }
        m.fill(l.descAddr(), 16L * q, 0);
        m.fill(l.driverAddr(), 6 + 2L * q, 0);
        m.fill(l.deviceAddr(), 6 + 8L * q, 0);
    }

    @Override
    public int add(BufferChain chain) {
        int n = chain.count();
        if (error != null || n > freeCount || (bug != Bug.FREE_COUNT_PER_CHAIN && n > free.size())) {
            return -1;
        }
        int[] own = new int[n];
        for (int i = 0; i < n; i++) {
            own[i] = bug == Bug.FREE_COUNT_PER_CHAIN ? (ringNext++ & q - 1) : free.poll();
        }
        for (int i = 0; i < n; i++) {
            long at = l.descAddr() + 16L * own[i];
            m.store64(at, chain.address(i));
            m.store32(at + 8, (int) chain.length(i));
            m.store16(at + 12, (i + 1 < n ? 1 : 0) | (i >= chain.readableCount() ? 2 : 0));
            m.store16(at + 14, i + 1 < n ? own[i + 1] : 0);
        }
        return expose(own, chain.writableBytes());
    }

    @Override
    public int addIndirect(BufferChain chain, long table) {
        if (error != null || free.isEmpty()) {
            return -1;
        }
        for (int i = 0; i < chain.count(); i++) {
            long at = table + 16L * i;
            m.store64(at, chain.address(i));
            m.store32(at + 8, (int) chain.length(i));
            m.store16(at + 12, (i + 1 < chain.count() ? 1 : 0) | (i >= chain.readableCount() ? 2 : 0));
            m.store16(at + 14, i + 1 < chain.count() ? i + 1 : 0);
        }
        int[] own = {free.poll()};
        long at = l.descAddr() + 16L * own[0];
        m.store64(at, table);
        m.store32(at + 8, 16 * chain.count());
        m.store16(at + 12, 4);
        return expose(own, chain.writableBytes());
    }

    private int expose(int[] own, long writable) {
        freeCount -= bug == Bug.FREE_COUNT_PER_CHAIN ? 1 : own.length;
        indices[own[0]] = own;
        capacity[own[0]] = writable;
        age.add(own[0]);
        m.store16(l.driverAddr() + 4 + 2L * (avail % q), own[0]);
        avail = avail + 1 & 0xffff;
        return own[0];
    }

    @Override
    public void publish() {
        if (error != null) {
            return;
        }
        shown = avail;
        m.storeRelease16(l.driverAddr() + 2, avail);
    }

    @Override
    public boolean notificationNeeded() {
        if (told == shown) {
            return false;
        }
        if (bug != Bug.NO_BARRIER_DRIVER) {
            m.fullFence();
        }
        int old = told;
        told = shown;
        if (!event || bug == Bug.EVENT_IGNORED) {
            return (m.load16(l.deviceAddr()) & 1) == 0;
        }
        int ev = m.load16(l.deviceAddr() + 4 + 8L * q);
        if (bug == Bug.EVENT_NOT_MODULAR) {
            return shown >= ev + 1;
        }
        if (bug == Bug.WINDOW_TOO_NARROW) {
            return (shown - 1 & 0xffff) == ev; // only if the last one is it
        }
        return (shown - ev - 1 & 0xffff) < (shown - old & 0xffff);
    }

    @Override
    public boolean poll(UsedBuffer used) {
        if (error != null) {
            return false;
        }
        int idx = m.loadAcquire16(l.deviceAddr() + 2);
        boolean nothing = bug == Bug.FULL_LOOKS_EMPTY ? idx % q == reaped % q : idx == reaped;
        if (nothing) {
            return false;
        }
        if (bug != Bug.USED_ID_UNCHECKED && (idx - reaped & 0xffff) > (shown - reaped & 0xffff)) {
            error = new RingError(Rule.U2, "used.idx", idx, "naive");
            return false;
        }
        long at = l.deviceAddr() + 4 + 8L * (reaped % q);
        int id = m.load32(at);
        if (bug == Bug.FIFO_ASSUMED && !age.isEmpty()) {
            id = age.peek();
        }
        if (bug != Bug.USED_ID_UNCHECKED && (id < 0 || id >= q || indices[id] == null)) {
            error = new RingError(Rule.U9, "used.id", id, "naive");
            return false;
        }
        for (int i : indices[id]) {
            free.add(i);
        }
        freeCount += bug == Bug.FREE_COUNT_PER_CHAIN ? 1 : indices[id].length;
        indices[id] = null;
        age.remove(id);
        long length = m.load32(at + 4) & 0xffff_ffffL;
        used.set(id, bug == Bug.USED_LEN_UNBOUNDED ? length : Math.min(length, capacity[id]), length);
        reaped = bug == Bug.INDEX_NOT_WRAPPED ? reaped + 1 : reaped + 1 & 0xffff;
        if (event && wanted && bug != Bug.USED_EVENT_STALE) {
            m.store16(l.driverAddr() + 4 + 2L * q, reaped);
        }
        return true;
    }

    @Override
    public boolean enableInterrupts() {
        if (error != null) {
            return false;
        }
        wanted = true;
        if (!event) {
            m.store16(l.driverAddr(), 0);
        } else if (bug != Bug.USED_EVENT_STALE) {
            m.store16(l.driverAddr() + 4 + 2L * q, reaped);
        }
        m.fullFence();
        return m.loadAcquire16(l.deviceAddr() + 2) != (reaped & 0xffff);
    }

    @Override
    public void disableInterrupts() {
        if (error != null) {
            return;
        }
        wanted = false;
        if (!event) {
            m.store16(l.driverAddr(), 1);
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
