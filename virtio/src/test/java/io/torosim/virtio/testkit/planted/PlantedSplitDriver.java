package io.torosim.virtio.testkit.planted;

import static io.torosim.virtio.testkit.planted.Fault.*;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.QueueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A split driver half as a user would write it, with one fault or none. */
final class PlantedSplitDriver implements DriverQueue {
    /** What is in flight. */
    private record Flight(int head, int[] own, long room, long firstReadable, long firstWritable, long table) {}

    private record Done(int id, long usable, long reported, Flight flight) {}

    private final GuestMemory m;
    private final Pen pen;
    private final QueueLayout l;
    private final int q;
    private final boolean event;
    private final boolean inOrder;
    private final boolean tables;
    private final Fault f;
    private final Variant v;
    private int added;
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private final Flight[] flights;
    private final ArrayDeque<Integer> age = new ArrayDeque<>();
    private final ArrayDeque<Done> ready = new ArrayDeque<>();
    private final List<Runnable> late = new ArrayList<>();
    private final List<Runnable> mischief = new ArrayList<>();
    private int count; // bug: a count beside the list
    private int turn;
    private int avail;
    private int shown;
    private int told;
    private int before;
    private int reaped;
    private int kicks;
    private int lastEvent;
    private boolean earlyWish;
    private boolean quiet;
    private RingError error;
    private static int lastLife;

    PlantedSplitDriver(GuestMemory memory, QueueLayout layout, long features, Fault fault, Variant variant) {
        m = memory;
        pen = new Pen(memory, variant);
        l = layout;
        q = layout.size();
        event = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        tables = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC);
        f = fault;
        v = variant;
        flights = new Flight[q];
        count = q;
        for (int i = 0; i < q; i++) {
            free.add(i);
        }
        if (f == SD_STATE_SURVIVES) {
            avail = lastLife;
            shown = avail;
            told = avail;
        }
        if (f != SD_NOT_CLEARED) {
            m.fill(l.descAddr(), 16L * q, 0);
            m.fill(l.driverAddr(), 6 + 2L * q, 0);
            m.fill(l.deviceAddr(), (f == SD_EVENT_NOT_CLEARED ? 4 : 6) + 8L * q, 0);
        }
    }

    private BufferChain checked(BufferChain chain) {
        if (chain.count() < 1 || chain.count() > q || chain.readableBytes() + chain.writableBytes() > 1L << 32) {
            throw new IllegalArgumentException("elements " + chain.count());
        }
        return chain;
    }

    private int room() {
        return f == SD_FREE_PER_CHAIN
                ? count
                : free.size() - (v == Variant.ONE_FREE || v == Variant.ONE_FREE_THROWS ? 1 : 0);
    }

    @Override
    public int add(BufferChain given) {
        BufferChain chain = f == SD_SEVEN_ELEMENTS ? Planted.seven(given) : given;
        int n = f == SD_ZERO_ENDS
                ? Planted.untilEmpty(checked(chain))
                : checked(chain).count();
        if (v == Variant.ONE_FREE_THROWS && n > q - 1) {
            throw new IllegalArgumentException("never fits: " + n);
        }
        if (error != null || n > room()) {
            if (f == SD_IDX_AFTER_FAILED_ADD && error == null) {
                avail = avail + 1 & 0xffff;
            }
            if (f == SD_ASSERTS) {
                throw new AssertionError("full");
            }
            return -1;
        }
        if (f == SD_INDIRECT_UNASKED && !tables && n > 1) {
            n = 1;
            int[] own = {take()};
            describe(own[0], chain.address(0), chain.length(0), 4, 0);
            return expose(own, chain, 0);
        }
        int[] own = new int[n];
        for (int i = 0; i < n; i++) {
            own[i] = f == SD_FREE_PER_CHAIN ? turn++ & q - 1 : take();
        }
        if (f == SD_IN_ORDER_TABLE && inOrder && n > 1) {
            int first = own[0];
            own[0] = own[1];
            own[1] = first;
        }
        int readable = chain.readableCount();
        added++;
        for (int k = 0; k < n; k++) {
            int i = f == SD_ORDER ? (k + readable) % n : k;
            if (f == SD_LAST_TWO_SWAPPED && n - readable > 1 && i >= n - 2) {
                i = 2 * n - 3 - i;
            }
            boolean write = i >= readable;
            if (f == SD_WRITE_MISSING && write && i == n - 1) {
                write = false;
            }
            if (f == SD_WRITE_EXTRA && i == readable - 1) {
                write = true;
            }
            boolean next = k + 1 < n;
            if (f == SD_NEXT_MISSING && n == 3 && k == 1) {
                next = false;
            }
            if (f == SD_NEXT_ON_LAST && n == 2 && k == 1) {
                next = true;
            }
            int follow = k + 1 < n ? own[k + 1] + (f == SD_NEXT_OUT_OF_RANGE ? 1 : 0) : 0;
            boolean moved = f == SD_LATE_ADDRESS && i == 0 && readable > 1 && added > 1000;
            long address = chain.address(f == SD_ELEMENT_TWICE && i == 1 ? 0 : moved ? 1 : i);
            long length = chain.length(i);
            int flags = (next ? 1 : 0) | (write ? 2 : 0) | (f == SD_DESC_RESERVED ? 0x40 : 0);
            int index = own[k];
            if (f == SD_IDX_BEFORE_DESC) {
                late.add(() -> describe(index, address, length, flags, follow));
            } else {
                describe(index, address, length, flags, follow);
            }
        }
        return expose(own, chain, 0);
    }

    private void describe(int index, long address, long length, int flags, int next) {
        long at = l.descAddr() + 16L * index;
        long from = Planted.atEdge(f == SD_ODD_AT_EDGE, address, length);
        pen.put64(at, f == SD_ADDRESS_32 ? address & 0xffff_ffffL : from);
        long bytes = f == SD_PAGE_IS_NOTHING && length == 4096 ? 0 : length;
        pen.put32(at + 8, (int) (f == SD_LENGTH_16 ? length & 0xffff : f == SD_LENGTH_20 ? length & 0xf_ffff : bytes));
        pen.put16(at + 12, flags);
        pen.put16(at + 14, next);
    }

    @Override
    public int addIndirect(BufferChain chain, long table) {
        if (!tables) {
            throw new IllegalStateException("INDIRECT_DESC was not agreed");
        }
        checked(chain);
        if (v == Variant.ONE_FREE_THROWS && q == 1) {
            throw new IllegalArgumentException("a queue of 1 has no room");
        }
        if (error != null || room() < 1) {
            return -1;
        }
        int n = f == SD_ZERO_ENDS ? Planted.untilEmpty(chain) : chain.count();
        for (int i = 0; i < n; i++) {
            long at = table + 16L * i;
            pen.put64(at, chain.address(i));
            pen.put32(at + 8, (int) chain.length(i));
            boolean write = i >= chain.readableCount() && !(f == SD_TABLE_WRITE_MISSING && i == n - 1);
            int flags = (i + 1 < n ? 1 : 0) | (write ? 2 : 0);
            pen.put16(at + 12, f == SD_TABLE_NESTED && i == n - 1 ? flags | 4 : flags);
            pen.put16(at + 14, i + 1 < n ? i + 1 + (f == SD_TABLE_NEXT ? 1 : 0) : 0);
        }
        if (f == SD_BEHIND_TABLE) {
            m.store16(table + 16L * n, 0);
        }
        int[] own = {f == SD_FREE_PER_CHAIN ? turn++ & q - 1 : take()};
        describe(
                own[0],
                table,
                f == SD_TABLE_BYTES ? n : f == SD_TABLE_TOO_LONG ? 1 << 20 : 16L * n,
                f == SD_TABLE_AND_NEXT ? 5 : 4,
                0);
        return expose(own, chain, table);
    }

    private int expose(int[] own, BufferChain chain, long table) {
        count -= f == SD_FREE_PER_CHAIN ? 1 : own.length;
        int head = own[0];
        int readable = chain.readableCount();
        long in = readable > 0 && chain.length(0) > 0 ? chain.address(0) : -1;
        long out = chain.count() > readable && chain.length(readable) > 0 ? chain.address(readable) : -1;
        flights[head] = new Flight(head, own, chain.writableBytes(), in, out, table);
        age.add(head);
        int index = f == SD_SLOT_SHIFTED ? avail + 1 & 0xffff : avail;
        long slot = l.driverAddr() + 4 + 2L * (f == SD_SLOT_UNMASKED ? index : index % q);
        if (f == SD_IDX_BEFORE_SLOT) {
            late.add(() -> pen.put16(slot, head));
        } else {
            pen.put16(slot, head);
        }
        avail = avail + 1 & 0xffff;
        Flight flight = flights[head];
        if (f == SD_SHOWN_BY_ADD) {
            shown = avail;
            m.storeRelease16(l.driverAddr() + 2, avail);
        }
        if (f == SD_DESC_CHANGED) {
            mischief.add(() -> m.store32(l.descAddr() + 16L * head + 8, m.load32(l.descAddr() + 16L * head + 8) + 1));
        } else if (f == SD_DATA_CHANGED && in >= 0) {
            mischief.add(() -> m.store8(in, m.load8(in) ^ 0x55));
        } else if (f == SD_BUFFER_SCRIBBLED && out >= 0) {
            mischief.add(() -> m.store8(out, 0x5a));
        } else if (f == SD_TABLE_CHANGED && table != 0) {
            mischief.add(() -> m.store32(flight.table + 8, m.load32(flight.table + 8) + 1));
        }
        return head;
    }

    @Override
    public void publish() {
        if (error != null && f != SD_PUBLISHES_AFTER_STOP) {
            return;
        }
        if (f == SD_WISH_READ_EARLY) {
            earlyWish = (m.load16(l.deviceAddr()) & 1) == 0;
            if (event) {
                int ev = m.load16(l.deviceAddr() + 4 + 8L * q);
                earlyWish = (avail - ev - 1 & 0xffff) < (avail - told & 0xffff);
            }
        }
        before = shown;
        shown = avail;
        int value = f == SD_AVAIL_IDX_MOD ? avail % q : avail;
        if (f == SD_AHEAD_AT_WRAP && avail == 0 && before != 0) {
            m.storeRelease16(l.driverAddr() + 2, 1);
        }
        if (f == SD_NO_RELEASE) {
            m.store16(l.driverAddr() + 2, value);
        } else {
            m.storeRelease16(l.driverAddr() + 2, value);
        }
        if (f == SD_STATE_SURVIVES) {
            lastLife = avail;
        }
        late.forEach(Runnable::run);
        late.clear();
        mischief.forEach(Runnable::run);
        mischief.clear();
        if (f == SD_WRITES_USED) {
            m.store16(l.deviceAddr(), 0);
        }
    }

    @Override
    public boolean notificationNeeded() {
        if (told == shown) {
            return false;
        }
        if (v == Variant.ALWAYS_EVENT_UNFENCED) {
            told = shown;
            return true;
        }
        if (f != SD_NO_FENCE_KICK && f != SD_WISH_READ_EARLY) {
            m.fullFence();
        }
        int old = f == SD_EVENT_LAST_BATCH ? before : told;
        told = shown;
        if (v == Variant.ALWAYS_EVENT) {
            return true;
        }
        if (f == SD_WISH_READ_EARLY) {
            return earlyWish;
        }
        if (f == SD_KICK_ONCE && kicks++ > 0) {
            return false;
        }
        if (!event && f == SD_WISH_CACHED) {
            lastEvent = kicks++ % 4 == 0 ? m.load16(l.deviceAddr()) : lastEvent;
            return (lastEvent & 1) == 0;
        }
        if (!event || f == SD_EVENT_FLAGS) {
            return (m.load16(l.deviceAddr()) & 1) == (f == SD_KICK_INVERTED ? 1 : 0);
        }
        int ev = m.load16(l.deviceAddr() + 4 + 8L * q - (f == SD_EVENT_WRONG_PLACE ? 2 : 0));
        return switch (f) {
            case SD_EVENT_LAST_ONLY -> (shown - 1 & 0xffff) == ev;
            case SD_EVENT_WIDE -> shown - ev - 1 < shown - old;
            case SD_EVENT_ZERO_STALE -> {
                lastEvent = ev == 0 ? lastEvent : ev;
                yield (shown - lastEvent - 1 & 0xffff) < (shown - old & 0xffff);
            }
            case SD_EVENT_NOT_MODULAR -> shown >= ev + 1;
            default -> (shown - ev - 1 & 0xffff) < (shown - old & 0xffff);
        };
    }

    @Override
    public boolean poll(UsedBuffer used) {
        if (error != null) {
            return false;
        }
        if (ready.isEmpty()) {
            reap();
        }
        Done done = ready.poll();
        if (done == null) {
            return false;
        }
        if (done.flight != null && f != SD_RELEASES_DATA_EARLY) {
            free(done.flight);
        }
        used.set(done.id, done.usable, done.reported);
        return true;
    }

    private int usedIdx() {
        return f == SD_NO_ACQUIRE ? m.load16(l.deviceAddr() + 2) : m.loadAcquire16(l.deviceAddr() + 2);
    }

    private void reap() {
        long early = f == SD_ENTRY_EARLY ? m.load64(l.deviceAddr() + 4 + 8L * (reaped % q)) : 0;
        int idx = usedIdx();
        if (f == SD_FULL_LOOKS_EMPTY ? idx % q == reaped % q : idx == reaped) {
            return;
        }
        if (f != SD_USED_IDX_UNCHECKED
                && f != SD_INDEX_WIDE
                && v != Variant.STOPS
                && (idx - reaped & 0xffff) > (shown - reaped & 0xffff)) {
            error = new RingError(Rule.U2, "used.idx", idx, "more than is in flight");
            return;
        }
        int step = 1;
        if (f == SD_DRAINS_LAST) {
            step = idx - reaped & 0xffff;
        }
        long at = l.deviceAddr() + 4 + 8L * ((reaped + step - 1) % q);
        int id = f == SD_ENTRY_EARLY ? (int) early : m.load32(at);
        long length = f == SD_ENTRY_EARLY ? early >>> 32 : m.load32(at + 4) & 0xffff_ffffL;
        if (f == SD_FIFO && !age.isEmpty()) {
            id = age.peek();
        }
        if (f == SD_ID_UNCHECKED && (id < 0 || id >= q || flights[id] == null)) {
            ready.add(new Done(id, length, length, null));
            reaped = reaped + 1 & 0xffff;
            return;
        }
        if (id < 0 || id >= q || flights[id] == null) {
            error = new RingError(Rule.U9, "used.id", id, "not in flight");
            return;
        }
        if (inOrder && f != SD_BATCH_SINGLE) {
            while (age.peek() != id) {
                int skipped = age.peek();
                long room = flights[skipped].room;
                ready.add(new Done(skipped, room, room, release(skipped)));
                step++;
            }
        }
        long room = flights[id].room;
        if (v == Variant.STOPS && length > room) {
            error = new RingError(Rule.U8, "used.len", length, "longer than the buffer");
            return;
        }
        ready.add(new Done(
                id,
                f == SD_LEN_UNBOUNDED || f == SD_LEN_UNBOUNDED_UNROOMED && room == 0
                        ? length
                        : f == SD_BYTES_OF_LAST ? room : Math.min(length, room),
                length,
                release(id)));
        reaped = f == SD_INDEX_WIDE ? reaped + step : reaped + step & 0xffff;
        if (event && !quiet && f != SD_USED_EVENT_STALE) {
            m.store16(usedEvent(), reaped + (f == SD_USED_EVENT_AHEAD ? 1 : 0));
        }
    }

    private Flight release(int id) {
        Flight flight = flights[id];
        flights[id] = null;
        age.remove(id);
        if (f == SD_RELEASES_DATA_EARLY) {
            free(flight);
        }
        return flight;
    }

    private Integer take() {
        return v == Variant.LAST_FIRST && !inOrder ? free.pollLast() : free.poll();
    }

    private void free(Flight flight) {
        int[] own = flight.own;
        if (f == SD_FREES_BY_RING) {
            int at = flight.head;
            free.add(at);
            count++;
            while ((m.load16(l.descAddr() + 16L * at + 12) & 1) != 0 && free.size() < q) {
                at = m.load16(l.descAddr() + 16L * at + 14) % q;
                free.add(at);
                count++;
            }
            return;
        }
        for (int i = 0; i < own.length; i++) {
            if (f != SD_FREE_LEAK || own.length < 3 || i < own.length - 1) {
                free.add(own[i]);
            }
        }
        if (f == SD_FREE_TWICE) {
            free.add(flight.head);
        }
        count += f == SD_FREE_PER_CHAIN ? 1 : own.length;
    }

    private long usedEvent() {
        return l.driverAddr() + 4 + 2L * q - (f == SD_USED_EVENT_WRONG_PLACE ? 2 : 0);
    }

    @Override
    public boolean enableInterrupts() {
        quiet = false;
        if (event) {
            if (f != SD_USED_EVENT_STALE) {
                m.store16(
                        usedEvent(),
                        reaped + (f == SD_USED_EVENT_AHEAD ? 1 : f == SD_USED_EVENT_OPPOSITE ? 0x8000 : 0));
            }
        } else if (f != SD_FLAGS_STUCK) {
            m.store16(l.driverAddr(), f == SD_FLAGS_RESERVED ? 2 : 0);
        }
        if (f == SD_NO_RECHECK) {
            return !ready.isEmpty();
        }
        if (f != SD_NO_FENCE_ENABLE) {
            m.fullFence();
        }
        return !ready.isEmpty() || (f == SD_RECHECK_INT ? usedIdx() > reaped : usedIdx() != (reaped & 0xffff));
    }

    @Override
    public void disableInterrupts() {
        quiet = true;
        if (!event || f == SD_FLAGS_WITH_EVENT) {
            m.store16(l.driverAddr(), 1);
        }
    }

    @Override
    public int freeDescriptors() {
        return error != null ? 0 : room() + (f == SD_FREE_LIES ? 1 : 0);
    }

    @Override
    public int nextAvailable() {
        return f == SD_NEXT_AVAILABLE ? avail : shown;
    }

    @Override
    public RingError error() {
        return error;
    }
}
