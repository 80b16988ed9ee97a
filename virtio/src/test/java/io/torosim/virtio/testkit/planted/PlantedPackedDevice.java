package io.torosim.virtio.testkit.planted;

import static io.torosim.virtio.testkit.planted.Fault.*;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.QueueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A packed device half as a user would write it, with one fault or none. */
final class PlantedPackedDevice implements DeviceQueue {
    private record Flight(int id, int slots, int slot, long readBytes, long room, long in, long out, long outEnd) {}

    private record Staged(Flight flight, long written) {}

    private final GuestMemory m;
    private final Pen pen;
    private final QueueLayout l;
    private final int q;
    private final boolean event;
    private final boolean tables;
    private final boolean inOrder;
    private final Fault f;
    private final Variant v;
    private final TreeMap<Integer, Flight> flying = new TreeMap<>();
    private final ArrayDeque<Staged> staged = new ArrayDeque<>();
    private int avail;
    private boolean availWrap = true;
    private int used;
    private boolean usedWrap = true;
    private long passed;
    private long batch; // slots of the last publication
    private int tokens;
    private int completions;
    private boolean moved;
    private boolean muted;
    private int lastWish;
    private int decisions;
    private long firstWritten;
    private RingError error;
    private static int lastLife;

    PlantedPackedDevice(GuestMemory memory, QueueLayout layout, long features, Fault fault, Variant variant) {
        m = memory;
        pen = new Pen(memory, variant);
        l = layout;
        q = layout.size();
        event = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        tables = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC);
        if (fault == PV_STATE_SURVIVES) {
            avail = lastLife % q;
            used = avail;
        }
        inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        f = fault;
        v = variant;
    }

    private boolean stop(Rule rule, String place, long value) {
        if (f != PV_REPARSED) {
            error = new RingError(v == Variant.OTHER_NAMES ? Rule.S9 : rule, place, value, "refused");
        }
        return false;
    }

    private boolean open(int slot, boolean wrap) {
        long at = l.descAddr() + 16L * slot + 14;
        int flags = f == PV_NO_ACQUIRE ? m.load16(at) : m.loadAcquire16(at);
        boolean a = (flags & 0x80) != 0;
        boolean u = (flags & 0x8000) != 0;
        return a == wrap && (u != wrap || f == PV_AVAIL_BIT_ONLY);
    }

    @Override
    public boolean pop(BufferChain chain) {
        long early = f == PV_BODY_EARLY && error == null ? m.load64(l.descAddr() + 16L * avail) : 0;
        long earlyLength = f == PV_BODY_EARLY && error == null ? m.load32(l.descAddr() + 16L * avail + 8) : 0;
        if (error != null || !open(avail, availWrap)) {
            error = f == PV_ERROR_FORGOTTEN ? null : error;
            return false;
        }
        chain.clear();
        int slot = avail;
        int slots = 0;
        boolean ended = false;
        int id = 0;
        while (true) {
            long at = l.descAddr() + 16L * slot;
            int flags = m.load16(at + 14);
            boolean known = f == PV_BODY_EARLY && slots == 0;
            long address = known ? early : m.load64(at);
            long length = known ? earlyLength & 0xffff_ffffL : m.load32(at + 8) & 0xffff_ffffL;
            if (slots == 0 || f != PV_ID_FIRST) {
                id = m.load16(at + 12);
            }
            slots++;
            if ((flags & 4) != 0) {
                if (!table(chain, address, length, flags, slots)) {
                    return false;
                }
                break;
            }
            ended |= f == PV_ZERO_ENDS && length == 0;
            if (!ended && !element(chain, address, length, flags, at)) {
                return false;
            }
            if ((flags & 1) == 0 || f == PV_FIRST_ONLY) {
                break;
            }
            if (slots >= q && f != PV_LIST_UNBOUNDED) {
                return stop(Rule.P10, "desc.flags", flags);
            }
            slot++;
            if (slot == q) {
                if (f == PV_LIST_NO_WRAP) {
                    break;
                }
                slot = 0;
            } else if (f == PV_POWER_OF_TWO) {
                slot &= Integer.highestOneBit(q) - 1;
            }
        }
        int token = tokens++ & 0x7fffffff;
        chain.token(token);
        int r = chain.readableCount();
        boolean writable = chain.count() > r;
        int last = chain.count() - 1;
        flying.put(
                token,
                new Flight(
                        id,
                        slots,
                        avail,
                        chain.readableBytes(),
                        chain.writableBytes(),
                        r > 0 && chain.length(0) > 0 ? chain.address(0) : -1,
                        writable && chain.length(r) > 0 ? chain.address(r) : -1,
                        writable ? chain.address(last) + chain.length(last) : -1));
        avail += slots;
        if (avail >= q) {
            boolean exact = avail == q;
            avail -= q;
            if (f == PV_ASSERTS) {
                throw new AssertionError("lap");
            }
            boolean stale = (f == PV_SPAN_STALE && slots == q) || (f == PV_WRAP_EXACT_ONLY && !exact);
            if (!stale) {
                availWrap = !availWrap;
            }
        }
        if (f == PV_STATE_SURVIVES) {
            lastLife = avail;
        }
        if (event && !muted && f != PV_EVENT_STALE) {
            wish();
        }
        if (v == Variant.LOOKS_AHEAD && open(avail, availWrap)) {
            m.load64(l.descAddr() + 16L * avail);
        }
        if (f == PV_WRITES_AHEAD && !open(avail, availWrap)) {
            m.store32(l.descAddr() + 16L * avail + 8, 0);
        }
        return true;
    }

    private boolean table(BufferChain chain, long table, long length, int outer, int slots) {
        if ((!tables && f != PV_TABLE_UNASKED) || (outer & 1) != 0 || slots > 1) {
            return stop(Rule.P22, "desc.flags", outer);
        }
        if (f == PV_OUTER_WRITE && (outer & 2) != 0) {
            return stop(Rule.P23, "desc.flags", outer);
        }
        if (f != PV_TABLE_ODD_LENGTH && (length == 0 || length % 16 != 0)) {
            return stop(Rule.I3, "desc.len", length);
        }
        if (table < 0 || table > m.sizeBytes() - length) {
            return stop(Rule.S15, "desc.addr", table);
        }
        for (int i = 0; i < length / 16; i++) {
            if (i >= (v == Variant.LONG_TABLES ? 1024 : q)) {
                return stop(Rule.I4, "desc.len", length);
            }
            long entry = table + 16L * i;
            int flags = m.load16(entry + 14);
            if (!element(chain, m.load64(entry), m.load32(entry + 8) & 0xffff_ffffL, flags, entry)) {
                return false;
            }
            boolean empty = f == PV_ZERO_ENDS && m.load32(entry + 8) == 0;
            if (empty || f == PV_TABLE_FIRST || (f == PV_NEXT_IN_TABLE && (flags & 1) == 0)) {
                break;
            }
        }
        return true;
    }

    private boolean element(BufferChain chain, long address, long bytes, int flags, long at) {
        boolean write = (flags & 2) != 0;
        if (f == PV_SEVEN_ELEMENTS && chain.count() == 7) {
            return true;
        }
        if (!write && chain.count() > chain.readableCount()) {
            if (f != PV_ORDER_UNCHECKED) {
                return stop(Rule.P11, "flags", flags);
            }
            write = true;
        }
        boolean outside = f == PV_ADDRESS_OVERFLOW
                ? address + bytes > m.sizeBytes()
                : address < 0 || address > m.sizeBytes() - bytes;
        if (outside) {
            return stop(Rule.S15, "addr", address);
        }
        long length = f == PV_DOUBLE_FETCH
                ? m.load32(at + 8) & 0xffff_ffffL
                : f == PV_LENGTH_16 ? bytes & 0xffff : f == PV_LENGTH_20 ? bytes & 0xf_ffff : bytes;
        if (chain.readableBytes() + chain.writableBytes() + length > 1L << 32) {
            return stop(Rule.S7, "len", length);
        }
        if (f == PV_LATE_SHORT
                && completions > 300
                && write
                && (flags & 1) == 0
                && chain.count() > chain.readableCount()) {
            length--;
        }
        long from = f == PV_ADDRESS_32 ? address & 0xffff_ffffL : address;
        if (write) {
            chain.addWritable(from, length);
        } else {
            chain.addReadable(from, length);
        }
        return true;
    }

    @Override
    public void complete(int token, long written) {
        Flight flight = flying.get(token);
        if (flight == null || written > flight.room) {
            if (f == PV_FORGETS_WHEN_MISUSED) {
                flying.remove(token);
            }
            throw new IllegalArgumentException("token " + token + ", written " + written);
        }
        flying.remove(token);
        completions++;
        if (f == PV_LOST && completions % 7 == 0) {
            return;
        }
        if (f == PV_WRITES_READABLE && flight.in >= 0) {
            m.store8(flight.in, 0);
        }
        if (f == PV_WRITES_PAST && flight.outEnd >= 0) {
            m.store8(flight.outEnd, 0);
        }
        long told = f == PV_AT_LEAST_ONE && flight.room > 0 ? Math.max(1, written) : written;
        staged.add(new Staged(flight, told));
        if (f == PV_USED_TWICE && completions % 5 == 0) {
            staged.add(new Staged(flight, written));
        }
        if (f == PV_SHOWN_BY_COMPLETE) {
            publish();
        }
    }

    @Override
    public void publish() {
        if (error != null || staged.isEmpty()) {
            return;
        }
        long before = passed;
        boolean whole = inOrder
                && f == PV_BATCH_FIRST_ID
                && staged.size() > 1
                && staged.stream().allMatch(s -> s.written == s.flight.room);
        List<Runnable> bodies = new ArrayList<>();
        List<Runnable> flags = new ArrayList<>();
        List<Long> after = new ArrayList<>();
        int slotsOfBatch = whole ? staged.stream().mapToInt(s -> s.flight.slots).sum() : 0;
        while (!staged.isEmpty()) {
            Staged s = f == PV_BATCH_REVERSED && inOrder ? staged.pollLast() : staged.poll();
            if (whole) {
                staged.clear();
            }
            int slots = whole ? slotsOfBatch : s.flight.slots;
            stage(s, bodies, flags);
            if (s.flight.out >= 0) {
                after.add(s.flight.out);
            }
            if (f == PV_CLEARS_LIST && slots > 1) {
                long at = l.descAddr() + 16L * ((used + 1) % q) + 8;
                bodies.add(() -> m.store32(at, 0));
            }
            passed += slots;
            step(f == PV_USED_SKIPS_ONE ? 1 : slots);
        }
        batch = passed - before;
        List<Runnable> firstThen = f == PV_FLAGS_FIRST ? flags : bodies;
        List<Runnable> then = f == PV_FLAGS_FIRST ? bodies : flags;
        firstThen.forEach(Runnable::run);
        for (int i = then.size() - 1; i >= 0; i--) {
            then.get(i).run();
        }
        if (f == PV_WRITES_AFTER) {
            after.forEach(at -> m.store8(at, m.load8(at)));
        }
    }

    private void stage(Staged s, List<Runnable> bodies, List<Runnable> flags) {
        int count = f == PV_USED_PER_DESC ? s.flight.slots : 1;
        for (int i = 0; i < count; i++) {
            int slot = (used + i) % q;
            long at = l.descAddr() + 16L * (f == PV_USED_IN_PLACE ? s.flight.slot : slot);
            long length = f == PV_LEN_ZERO
                    ? 0
                    : f == PV_LEN_CAPACITY
                            ? s.flight.room
                            : f == PV_LEN_COUNTS_READ
                                    ? s.written + s.flight.readBytes
                                    : f == PV_LEN_20 ? s.written & 0xf_ffff : odd(s, bodies.isEmpty());
            boolean lap = used + i >= q ? !usedWrap : usedWrap;
            boolean write = s.written > 0 && f != PV_WRITE_NEVER
                    || f == PV_WRITE_ALWAYS
                    || f == PV_WRITE_ROOM && s.flight.room > 0;
            int value = (lap ? 0x8080 : 0) | (write ? 2 : 0);
            bodies.add(() -> {
                if (v == Variant.REVERSED) {
                    pen.put16(at + 12, s.flight.id);
                }
                pen.put32(at + 8, (int) length);
                if (v != Variant.REVERSED && f != PV_ID_MISSING) {
                    pen.put16(at + 12, f == PV_ID_8 ? s.flight.id & 0xff : s.flight.id);
                }
            });
            flags.add(() -> {
                if (f == PV_NO_RELEASE) {
                    m.store16(at + 14, value);
                } else {
                    if (f == PV_USED_FOR_A_MOMENT) {
                        m.storeRelease16(at + 14, value);
                        m.storeRelease16(at + 14, value ^ 0x8000);
                    }
                    m.storeRelease16(at + 14, value);
                }
                if (f == PV_LENGTH_AGAIN) {
                    m.store32(at + 8, (int) length);
                }
            });
        }
    }

    private long odd(Staged s, boolean first) {
        firstWritten = first ? s.written : firstWritten;
        return f == PV_LENGTH_OF_FIRST ? firstWritten : s.written;
    }

    private void step(int slots) {
        used += slots;
        if (used >= q) {
            used -= q;
            if (f != PV_USED_WRAP_STALE) {
                usedWrap = !usedWrap;
            }
        }
    }

    @Override
    public boolean interruptNeeded() {
        if (passed == 0) {
            return false;
        }
        if (v == Variant.ALWAYS_EVENT_UNFENCED) {
            passed = 0;
            return true;
        }
        if (f != PV_NO_FENCE_INTERRUPT) {
            m.fullFence();
        }
        long n = f == PV_EVENT_LAST_BATCH ? batch : passed;
        passed = 0;
        if (v == Variant.ALWAYS_EVENT) {
            return true;
        }
        lastWish = f == PV_WISH_CACHED && decisions % 4 != 0 ? lastWish : m.load32(l.driverAddr());
        int area = lastWish;
        if (f == PV_EVENT_LEFT_OUT && decisions % 8 == 7) {
            decisions++;
            return false;
        }
        decisions++;
        int flags = area >>> 16 & 3;
        if (f == PV_EVENT_OFFSET_THROWS && event && flags == 2 && (area & 0x7fff) >= q
                || f == PV_EVENT_FLAGS_THROW && area >>> 16 == 3) {
            throw new IllegalStateException("event area " + area);
        }
        if (f == PV_INTERRUPT_INVERTED && flags < 2) {
            flags = 1 - flags;
        }
        if (flags == 1 || (flags == 2 && f == PV_DESC_IGNORED)) {
            return false;
        }
        if (flags != 2 || !event) {
            return true;
        }
        int offset = area & 0x7fff;
        if (f == PV_EVENT_LAST_ONLY) {
            return offset == (used + q - 1) % q;
        }
        int distance = used - offset;
        if (((area & 0x8000) != 0) != usedWrap && f != PV_EVENT_WRAP_IGNORED) {
            distance += q;
        }
        return distance > 0 && distance <= n;
    }

    private void wish() {
        long at = f == PV_EVENT_SWAPPED ? l.driverAddr() : l.deviceAddr();
        if (event || f == PV_DESC_UNASKED) {
            if (f != PV_EVENT_STALE || !moved) {
                boolean atUsed = f == PV_EVENT_AT_USED;
                m.store16(
                        at,
                        (atUsed ? used : avail)
                                | ((atUsed ? usedWrap : availWrap) || f == PV_EVENT_WRAP_WRITTEN ? 0x8000 : 0));
            }
            moved = true;
            m.store16(at + 2, 2);
        } else {
            m.store16(at + 2, 0);
        }
    }

    @Override
    public boolean enableNotifications() {
        if (error != null) {
            return false;
        }
        if (f != PV_NEVER_UNMUTED || !muted) {
            wish();
        }
        muted = f == PV_NEVER_UNMUTED && muted;
        if (f == PV_NO_RECHECK) {
            return false;
        }
        if (f != PV_NO_FENCE_ENABLE) {
            m.fullFence();
        }
        return open(avail, availWrap);
    }

    @Override
    public void disableNotifications() {
        if (error != null && f != PV_WISHES_AFTER_STOP) {
            return;
        }
        muted = true;
        m.store16((f == PV_EVENT_SWAPPED ? l.driverAddr() : l.deviceAddr()) + 2, 1);
    }

    @Override
    public RingError error() {
        return error;
    }
}
