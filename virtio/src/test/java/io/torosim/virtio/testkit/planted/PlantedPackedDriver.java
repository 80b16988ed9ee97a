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

/** A packed driver half as a user would write it, with one fault or none. */
final class PlantedPackedDriver implements DriverQueue {
    private record Flight(int slots, long room, int slot) {}

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
    private final ArrayDeque<Integer> ids = new ArrayDeque<>();
    private final Flight[] flights;
    private final ArrayDeque<Integer> age = new ArrayDeque<>();
    private final ArrayDeque<Done> ready = new ArrayDeque<>();
    private final List<Runnable> heads = new ArrayList<>(); // flags of first descriptors, stored by publish
    private final List<Runnable> bodies = new ArrayList<>();
    private final List<Runnable> mischief = new ArrayList<>();
    private int free;
    private int next;
    private boolean wrap = true;
    private int shown;
    private boolean shownWrap = true;
    private long passed;
    private long counted; // of what passed, at the last publication
    private long batch;
    private int used;
    private boolean usedWrap = true;
    private boolean quiet;
    private boolean moved;
    private int lastWish;
    private int decisions;
    private RingError error;
    private static int lastLife;

    PlantedPackedDriver(GuestMemory memory, QueueLayout layout, long features, Fault fault, Variant variant) {
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
        free = q;
        for (int i = 0; i < q; i++) {
            ids.add(i);
        }
        if (f == PD_STATE_SURVIVES) {
            next = lastLife % q;
            used = next;
            shown = next;
        }
        if (f != PD_NOT_CLEARED) {
            m.fill(l.descAddr(), 16L * q, 0);
        }
        m.fill(l.driverAddr(), 4, 0);
        if (f != PD_EVENT_NOT_CLEARED) {
            m.fill(l.deviceAddr(), 4, 0);
        }
    }

    private BufferChain checked(BufferChain chain) {
        if (chain.count() < 1 || chain.count() > q || chain.readableBytes() + chain.writableBytes() > 1L << 32) {
            throw new IllegalArgumentException("elements " + chain.count());
        }
        return chain;
    }

    private int room() {
        return free - (v == Variant.ONE_FREE || v == Variant.ONE_FREE_THROWS ? 1 : 0) + (f == PD_FULL_OVERRUN ? 1 : 0);
    }

    private int takeId() {
        if (f == PD_ID_IS_SLOT) {
            return next;
        }
        return v == Variant.LAST_FIRST ? ids.pollLast() : ids.poll();
    }

    @Override
    public int add(BufferChain given) {
        BufferChain chain = f == PD_SEVEN_ELEMENTS ? Planted.seven(given) : given;
        int n = f == PD_ZERO_ENDS
                ? Planted.untilEmpty(checked(chain))
                : checked(chain).count();
        if (v == Variant.ONE_FREE_THROWS && n > q - 1) {
            throw new IllegalArgumentException("never fits: " + n);
        }
        if (error != null || n > room() || n > q || (f != PD_ID_IS_SLOT && ids.isEmpty())) {
            return -1;
        }
        int readable = chain.readableCount();
        if (f == PD_INDIRECT_UNASKED && !tables && n > 1) {
            int id = takeId();
            open(id, 1, chain.writableBytes());
            slot(chain.address(0), chain.length(0), id, 4, true);
            return id;
        }
        int id = takeId();
        added++;
        open(id, n, chain.writableBytes());
        long in = readable > 0 && chain.length(0) > 0 ? chain.address(0) : -1;
        int first = next;
        for (int k = 0; k < n; k++) {
            int i = f == PD_ORDER ? (k + readable) % n : k;
            boolean write = i >= readable && !(f == PD_WRITE_MISSING && i == n - 1);
            boolean more = k + 1 < n;
            if (f == PD_NEXT_MISSING && n == 3 && k == 1) {
                more = false;
            }
            if (f == PD_NEXT_ON_LAST && n == 2 && k == 1) {
                more = true;
            }
            int called = id;
            if (f == PD_ID_FIRST_ONLY && k > 0) {
                called = 0x5555;
            } else if (f == PD_ID_COUNTS) {
                called = id + n - 1 - k;
            }
            boolean moved = f == PD_LATE_ADDRESS && i == 0 && readable > 1 && added > 1000;
            slot(chain.address(moved ? 1 : i), chain.length(i), called, (more ? 1 : 0) | (write ? 2 : 0), k == 0);
        }
        if (f == PD_WRAP_EXACT_END && next == 0 && n > 1) {
            wrap = !wrap; // never told of the lap
        }
        long at = l.descAddr() + 16L * first;
        if (f == PD_DESC_CHANGED) {
            mischief.add(() -> m.store32(at + 8, m.load32(at + 8) + 1));
        } else if (f == PD_DATA_CHANGED && in >= 0) {
            mischief.add(() -> m.store8(in, m.load8(in) ^ 0x55));
        } else if (f == PD_USED_CLEARED) {
            mischief.add(() -> m.store16(at + 12, 0xffff));
        } else if (f == PD_SHOWN_BY_ADD) {
            heads.forEach(Runnable::run);
            heads.clear();
            shown = next;
            shownWrap = wrap;
        }
        return id;
    }

    private void open(int id, int slots, long roomBytes) {
        free -= f == PD_FREE_PER_CHAIN ? 1 : slots;
        passed += slots;
        flights[id] = new Flight(slots, roomBytes, next);
        age.add(id);
    }

    private int bits(boolean lap) {
        return lap ? 0x80 : 0x8000;
    }

    /** Writes one descriptor at the next slot; the flags of the first of a list wait for publish. */
    private void slot(long address, long length, int id, int flags, boolean first) {
        long at = l.descAddr() + 16L * next;
        boolean lap = wrap;
        if (f == PD_WRAP_MIDDLE && !first && next < firstOf()) {
            lap = !lap;
        }
        int all = flags | bits(lap) | (f == PD_DESC_RESERVED ? 0x10 : 0);
        if (f == PD_BITS_FIRST_ONLY && !first) {
            all = flags;
        }
        if (f == PD_USED_BIT_ONLY) {
            all = flags | m.load16(at + 14) & 0x8000 | (lap ? 0x80 : 0);
        }
        Runnable body = () -> {
            long from = Planted.atEdge(f == PD_ODD_AT_EDGE, address, length);
            pen.put64(at, f == PD_ADDRESS_32 ? address & 0xffff_ffffL : from);
            pen.put32(at + 8, (int)
                    (f == PD_LENGTH_16 ? length & 0xffff : f == PD_LENGTH_20 ? length & 0xf_ffff : length));
            pen.put16(at + 12, id);
        };
        int value = all;
        if (first) {
            Runnable head = () -> {
                if (f == PD_NO_RELEASE) {
                    m.store16(at + 14, value);
                } else {
                    m.storeRelease16(at + 14, value);
                }
            };
            if (f == PD_FLAGS_BEFORE_BODY) {
                heads.add(head);
                bodies.add(body);
            } else {
                body.run();
                heads.add(head);
            }
        } else if (f == PD_FLAGS_FIRST) {
            bodies.add(body);
            bodies.add(() -> m.store16(at + 14, value));
        } else {
            body.run();
            pen.put16(at + 14, value);
        }
        if (++next == q) {
            next = 0;
            wrap = !wrap;
        }
    }

    private int firstOf() {
        return flights[age.peekLast()].slot;
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
        if (error != null || room() < 1 || (f != PD_ID_IS_SLOT && ids.isEmpty())) {
            return -1;
        }
        int n = f == PD_ZERO_ENDS ? Planted.untilEmpty(chain) : chain.count();
        for (int i = 0; i < n; i++) {
            long at = table + 16L * i;
            pen.put64(at, chain.address(i));
            pen.put32(at + 8, (int) chain.length(i));
            pen.put16(at + 12, f == PD_TABLE_ID ? i + 1 : 0);
            int lap = f == PD_TABLE_AVAILABLE ? 0x80 : 0;
            int flags = lap | (i >= chain.readableCount() && !(f == PD_TABLE_WRITE_MISSING && i == n - 1) ? 2 : 0);
            pen.put16(at + 14, f == PD_TABLE_NEXT && i + 1 < n ? flags | 1 : flags);
        }
        if (f == PD_BEHIND_TABLE) {
            m.store16(table + 16L * n, 0);
        }
        int id = takeId();
        open(id, 1, chain.writableBytes());
        slot(table, f == PD_TABLE_BYTES ? n : 16L * n, id, f == PD_TABLE_AND_NEXT ? 5 : 4, true);
        return id;
    }

    @Override
    public void publish() {
        if (error != null && f != PD_PUBLISHES_AFTER_STOP) {
            return;
        }
        if (f == PD_FLAGS_FIRST) {
            heads.forEach(Runnable::run);
            bodies.forEach(Runnable::run);
        } else {
            for (int i = heads.size() - 1; i >= 0; i--) { // the first list last: all become visible at once
                heads.get(i).run();
            }
            bodies.forEach(Runnable::run);
        }
        heads.clear();
        bodies.clear();
        mischief.forEach(Runnable::run);
        mischief.clear();
        shown = next;
        shownWrap = wrap;
        batch = passed - counted;
        counted = passed;
        if (f == PD_STATE_SURVIVES) {
            lastLife = next;
        }
    }

    @Override
    public boolean notificationNeeded() {
        if (passed == 0) {
            return false;
        }
        if (v == Variant.ALWAYS_EVENT_UNFENCED) {
            passed = 0;
            return true;
        }
        if (f != PD_NO_FENCE_KICK) {
            m.fullFence();
        }
        long n = f == PD_EVENT_LAST_BATCH ? batch : passed;
        passed = 0;
        counted = 0;
        if (v == Variant.ALWAYS_EVENT) {
            return true;
        }
        lastWish = f == PD_WISH_CACHED && decisions++ % 4 != 0 ? lastWish : m.load32(l.deviceAddr());
        int area = lastWish;
        return wants(area, n, shown, shownWrap);
    }

    private boolean wants(int area, long n, int end, boolean endWrap) {
        int flags = area >>> 16 & 3;
        if (f == PD_EVENT_OFFSET_THROWS && event && flags == 2 && (area & 0x7fff) >= q
                || f == PD_EVENT_FLAGS_THROW && area >>> 16 == 3) {
            throw new IllegalStateException("event area " + area);
        }
        if (f == PD_KICK_INVERTED) {
            flags = flags == 0 ? 1 : flags == 1 ? 0 : flags;
        }
        if (flags == 1 || (flags == 2 && f == PD_DESC_IGNORED)) {
            return false;
        }
        if (flags != 2 || !event) {
            return true;
        }
        int offset = area & 0x7fff;
        boolean lap = (area & 0x8000) != 0;
        if (f == PD_EVENT_LAST_ONLY) {
            return offset == (end + q - 1) % q;
        }
        int distance = end - offset; // the end lies this far behind the event's slot, if they are in one lap
        if (f == PD_EVENT_WRAP_IGNORED) {
            return distance > 0 && distance <= n;
        }
        if (lap != endWrap) {
            distance += q;
        }
        return distance > 0 && distance <= n;
    }

    @Override
    public boolean poll(UsedBuffer result) {
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
        if (done.flight != null) {
            free(done.id, done.flight);
        }
        result.set(done.id, done.usable, done.reported);
        return true;
    }

    private boolean isUsed() {
        long at = l.descAddr() + 16L * used + 14;
        int flags = f == PD_NO_ACQUIRE ? m.load16(at) : m.loadAcquire16(at);
        boolean a = (flags & 0x80) != 0;
        boolean u = (flags & 0x8000) != 0;
        return a == u && u == usedWrap;
    }

    private void reap() {
        int earlyId = f == PD_ID_EARLY ? m.load16(l.descAddr() + 16L * used + 12) : 0;
        long earlyLength = f == PD_LENGTH_EARLY ? m.load32(l.descAddr() + 16L * used + 8) & 0xffff_ffffL : 0;
        if (age.isEmpty() && f != PD_ID_UNCHECKED || !isUsed()) {
            return;
        }
        long at = l.descAddr() + 16L * used;
        int flags = m.load16(at + 14);
        long length = f == PD_LENGTH_EARLY ? earlyLength : m.load32(at + 8) & 0xffff_ffffL;
        int id = f == PD_ID_EARLY ? earlyId : m.load16(at + 12);
        if (f == PD_FIFO && !age.isEmpty()) {
            id = age.peek();
        }
        if (v == Variant.WRITES_BACK) {
            m.store16(at + 14, flags);
        }
        if (id >= q || flights[id] == null) {
            if (f == PD_ID_UNCHECKED) {
                ready.add(new Done(id, length, length, null));
                step(1);
                return;
            }
            error = new RingError(Rule.U9, "desc.id", id, "not in flight");
            return;
        }
        int slots = 0;
        if (inOrder && f != PD_BATCH_SINGLE) {
            while (age.peek() != id) {
                int skipped = age.peek();
                long room = flights[skipped].room;
                slots += flights[skipped].slots;
                ready.add(new Done(skipped, room, room, release(skipped)));
            }
        }
        long room = flights[id].room;
        if (v == Variant.STOPS && (flags & 2) != 0 && length > room) {
            error = new RingError(Rule.U8, "used length", length, "longer than the buffer");
            return;
        }
        slots += flights[id].slots;
        Flight taken = release(id);
        if (f == PD_NEXT_BELIEVED && (flags & 1) != 0) {
            slots++;
        }
        long said = (flags & 2) != 0 || f == PD_LEN_WITHOUT_WRITE ? length : 0;
        ready.add(new Done(
                id,
                f == PD_LEN_UNBOUNDED || f == PD_LEN_UNBOUNDED_UNROOMED && room == 0 ? said : Math.min(said, room),
                said,
                taken));
        step(f == PD_USED_SKIPS_ONE ? 1 : slots);
        if (event && !quiet && f != PD_EVENT_STALE) {
            wish();
        }
    }

    private void step(int slots) {
        used += slots;
        if (f == PD_USED_WRAP_STALE && used == q) {
            used = 0;
            return;
        }
        if (used >= q) {
            used -= q;
            usedWrap = !usedWrap;
        }
    }

    private Flight release(int id) {
        Flight flight = flights[id];
        flights[id] = null;
        age.remove(id);
        return flight;
    }

    private void free(int id, Flight flight) {
        free += f == PD_FREE_PER_CHAIN ? 1 : f == PD_FREE_LEAK && flight.slots == 3 ? 2 : flight.slots;
        ids.add(id);
    }

    /** Asks for an interrupt at the next used slot. */
    private void wish() {
        long at = f == PD_EVENT_SWAPPED ? l.deviceAddr() : l.driverAddr();
        if (event || f == PD_DESC_UNASKED) {
            if (f != PD_EVENT_STALE || !moved) {
                m.store16(at, used | (usedWrap || f == PD_EVENT_WRAP_WRITTEN ? 0x8000 : 0));
            }
            moved = true;
            m.store16(at + 2, f == PD_EVENT_RESERVED ? 6 : 2);
        } else if (f != PD_NEVER_ENABLED) {
            m.store16(at + 2, f == PD_EVENT_RESERVED ? 4 : 0);
        }
    }

    @Override
    public boolean enableInterrupts() {
        quiet = false;
        if (!(event && f == PD_NEVER_ENABLED)) {
            wish();
        }
        if (f == PD_NO_RECHECK) {
            return !ready.isEmpty();
        }
        if (f != PD_NO_FENCE_ENABLE) {
            m.fullFence();
        }
        return !ready.isEmpty() || !age.isEmpty() && isUsed();
    }

    @Override
    public void disableInterrupts() {
        quiet = true;
        m.store16((f == PD_EVENT_SWAPPED ? l.deviceAddr() : l.driverAddr()) + 2, 1);
    }

    @Override
    public int freeDescriptors() {
        return error != null ? 0 : room();
    }

    @Override
    public int nextAvailable() {
        return shown | (shownWrap != (f == PD_NEXT_AVAILABLE) ? 0x8000 : 0);
    }

    @Override
    public RingError error() {
        return error;
    }
}
