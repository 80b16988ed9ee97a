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

/** A split device half as a user would write it, with one fault or none. */
final class PlantedSplitDevice implements DeviceQueue {
    private record Flight(long readBytes, long room, long in, long out, long outEnd, int slot) {}

    private record Staged(int id, long length, Flight flight) {}

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
    private int seen;
    private int used;
    private int lastEvent;
    private int told;
    private int before;
    private int completions;
    private int interrupts;
    private boolean muted;
    private boolean earlyWish;
    private RingError error;
    private static int lastLife;

    PlantedSplitDevice(GuestMemory memory, QueueLayout layout, long features, Fault fault, Variant variant) {
        m = memory;
        pen = new Pen(memory, variant);
        l = layout;
        q = layout.size();
        event = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        tables = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC);
        if (fault == SV_STATE_SURVIVES) {
            seen = lastLife;
        }
        inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
        f = fault;
        v = variant;
    }

    private boolean stop(Rule rule, String place, long value) {
        if (f == SV_HEAD_LEAKED) {
            seen = seen + 1 & 0xffff;
            return false;
        }
        if (f != SV_REPARSED) {
            error = new RingError(v == Variant.OTHER_NAMES ? Rule.S9 : rule, place, value, "refused");
        }
        return false;
    }

    private int availIdx() {
        return f == SV_NO_ACQUIRE ? m.load16(l.driverAddr() + 2) : m.loadAcquire16(l.driverAddr() + 2);
    }

    @Override
    public boolean pop(BufferChain chain) {
        if (error != null) {
            return false;
        }
        int early = f == SV_SLOT_EARLY ? m.load16(l.driverAddr() + 4 + 2L * (seen % q)) : 0;
        int idx = availIdx();
        if (f == SV_FULL_LOOKS_EMPTY ? idx % q == seen % q : idx == seen) {
            return false;
        }
        if (f != SV_AVAIL_JUMP && f != SV_INDEX_WIDE && (idx - used & 0xffff) > q) {
            return stop(Rule.A2, "avail.idx", idx);
        }
        int slot = f == SV_SLOT_WRONG ? seen & 7 : seen % q;
        int head = f == SV_SLOT_EARLY ? early : m.load16(l.driverAddr() + 4 + 2L * slot);
        if (f == SV_HEAD_MASKED) {
            head %= q;
        }
        if (head >= q) {
            if (f == SV_THROWS) {
                throw new ArrayIndexOutOfBoundsException("head " + head);
            }
            return stop(Rule.S4, "avail.ring", head);
        }
        if (flying.containsKey(head) && f != SV_DUPLICATE_HEAD && f != SV_AVAIL_JUMP) {
            return stop(Rule.A6, "avail.ring", head);
        }
        chain.clear();
        if (!walk(chain, head)) {
            return false;
        }
        if (f == SV_STACK && chain.count() > 2) {
            deeper(chain.count());
        }
        chain.token(head);
        int r = chain.readableCount();
        boolean writable = chain.count() > r;
        int last = chain.count() - 1;
        flying.put(
                head,
                new Flight(
                        chain.readableBytes(),
                        chain.writableBytes(),
                        r > 0 && chain.length(0) > 0 ? chain.address(0) : -1,
                        writable && chain.length(r) > 0 ? chain.address(r) : -1,
                        writable ? chain.address(last) + chain.length(last) : -1,
                        slot));
        if (f == SV_STATE_SURVIVES) {
            lastLife = seen + 1;
        }
        seen = f == SV_INDEX_WIDE ? seen + 1 : seen + 1 & 0xffff;
        if (event && !muted && f != SV_AVAIL_EVENT_STALE) {
            m.store16(availEvent(), seen);
        }
        if (v == Variant.LOOKS_AHEAD && availIdx() != seen) {
            int ahead = m.load16(l.driverAddr() + 4 + 2L * (seen % q));
            if (ahead < q) {
                m.load64(l.descAddr() + 16L * ahead);
            }
        }
        return true;
    }

    private long availEvent() {
        return l.deviceAddr() + 4 + 8L * q - (f == SV_AVAIL_EVENT_WRONG_PLACE ? 2 : 0);
    }

    private boolean walk(BufferChain chain, int head) {
        int i = head;
        for (int n = 0; ; n++) {
            long at = l.descAddr() + 16L * i;
            long address = m.load64(at);
            long length = m.load32(at + 8) & 0xffff_ffffL;
            int flags = m.load16(at + 12);
            int next = m.load16(at + 14);
            if ((flags & 4) != 0 && !(f == SV_TRAILING_TABLE && n > 0)) {
                if (f == SV_DIRECT_DROPPED) {
                    chain.clear();
                }
                return table(chain, address, length, flags);
            }
            if (!element(chain, address, length, flags, at)) {
                return false;
            }
            boolean more = (flags & 1) != 0 || (f == SV_NEXT_UNFLAGGED && next != 0);
            more &= f != SV_ZERO_ENDS || length > 0;
            if (!more || f == SV_FIRST_ONLY || (f == SV_TWO_ONLY && n == 1)) {
                return true;
            }
            i = f == SV_NEXT_MASKED ? next % q : next;
            if (i >= q) {
                return stop(Rule.S5, "next", i);
            }
            if (n + 1 >= q && f != SV_LOOP) {
                return stop(Rule.S6, "next", i);
            }
        }
    }

    private boolean table(BufferChain chain, long tableAddr, long length, int outer) {
        long table = f == SV_TABLE_ADDRESS_32 ? tableAddr & 0xffff_ffffL : tableAddr;
        if (!tables && f != SV_TABLE_UNASKED) {
            return stop(Rule.S17, "flags", outer);
        }
        if ((outer & 1) != 0) {
            return stop(Rule.I2, "flags", outer);
        }
        if (f == SV_TABLE_WRITE_REFUSED && (outer & 2) != 0) {
            return stop(Rule.I5, "flags", outer);
        }
        if (f != SV_TABLE_ODD_LENGTH && (length == 0 || length % 16 != 0)) {
            return stop(Rule.I3, "len", length);
        }
        if (table < 0 || table > m.sizeBytes() - length) {
            return stop(Rule.S15, "addr", table);
        }
        if (f == SV_TABLE_ALIGNED && table % 16 != 0) {
            return stop(Rule.I7, "addr", table);
        }
        long entries = length / 16;
        long i = 0;
        for (int n = 0; ; n++) {
            if (chain.count() >= (v == Variant.LONG_TABLES ? 1024 : q)) {
                return stop(entries > q ? Rule.I4 : Rule.S6, "table", length);
            }
            long at = f == SV_TABLE_FROM_RING && n > 0 ? l.descAddr() + 16L * (i % q) : table + 16 * i;
            long address = m.load64(at);
            long bytes = m.load32(at + 8) & 0xffff_ffffL;
            int flags = m.load16(at + 12);
            int next = m.load16(at + 14);
            if ((flags & 4) != 0 && f != SV_NESTED) {
                return stop(Rule.I1, "flags", flags);
            }
            if (!element(chain, address, bytes, flags, at)) {
                return false;
            }
            if ((flags & 1) == 0 || f == SV_TABLE_FIRST || f == SV_ZERO_ENDS && bytes == 0) {
                return true;
            }
            i = f == SV_TABLE_SEQUENTIAL ? i + 1 : next;
            if (i >= entries) {
                return stop(Rule.S5, "next", i);
            }
        }
    }

    private int deeper(int count) {
        return deeper(count + 1) + 1;
    }

    private boolean element(BufferChain chain, long address, long bytes, int flags, long at) {
        boolean write = (flags & 2) != 0;
        if (f == SV_SEVEN_ELEMENTS && chain.count() == 7) {
            return true;
        }
        if (!write && chain.count() > chain.readableCount()) {
            if (f != SV_ORDER_UNCHECKED) {
                return stop(Rule.S8, "flags", flags);
            }
            write = true;
        }
        long length = f == SV_LENGTH_16 ? bytes & 0xffff : f == SV_LENGTH_20 ? bytes & 0xf_ffff : bytes;
        if (f == SV_LENGTH_SIGNED) {
            length = (int) bytes;
        }
        if (f == SV_ZERO_ELEMENT && length > 255) {
            return stop(Rule.S7, "len", length);
        }
        long size = m.sizeBytes();
        boolean outside =
                switch (f) {
                    case SV_ADDRESS_OVERFLOW -> address + length > size;
                    case SV_TOP_OF_RAM -> address < 0 || address >= size - length;
                    default -> address < 0 || address > size - length;
                };
        if (outside) {
            return stop(Rule.S15, "addr", address);
        }
        if (f == SV_DOUBLE_FETCH) {
            length = m.load32(at + 8) & 0xffff_ffffL;
        }
        if (chain.readableBytes() + chain.writableBytes() + length > 1L << 32) {
            return stop(Rule.S7, "len", length);
        }
        if (f == SV_LATE_SHORT
                && completions > 300
                && write
                && (flags & 1) == 0
                && chain.count() > chain.readableCount()) {
            length--;
        }
        long from = f == SV_ADDRESS_32 ? address & 0xffff_ffffL : Planted.atEdge(f == SV_ODD_AT_EDGE, address, length);
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
            if (f == SV_FORGETS_WHEN_MISUSED) {
                flying.remove(token);
            }
            throw new IllegalArgumentException("token " + token + ", written " + written);
        }
        flying.remove(token);
        long length =
                switch (f) {
                    case SV_LEN_COUNTS_READ -> written + flight.readBytes;
                    case SV_LEN_ZERO -> 0;
                    case SV_LEN_CAPACITY -> flight.room;
                    case SV_LEN_20 -> written & 0xf_ffff;
                    default -> written;
                };
        completions++;
        if (f == SV_LOST && completions % 7 == 0) {
            return;
        }
        if (f == SV_WRITES_DESC) {
            m.store16(l.descAddr() + 16L * token + 12, 0);
        }
        if (f == SV_WRITES_READABLE && flight.in >= 0) {
            m.store8(flight.in, 0);
        }
        if (f == SV_WRITES_PAST && flight.outEnd >= 0) {
            m.store8(flight.outEnd, 0);
        }
        staged.add(new Staged(f == SV_ID_IS_SLOT ? flight.slot : token, length, flight));
        if (f == SV_USED_TWICE && completions % 5 == 0) {
            staged.add(new Staged(token, length, flight));
        }
        if (f == SV_SHOWN_BY_COMPLETE) {
            publish();
        }
    }

    @Override
    public void publish() {
        if (f == SV_PUBLISHES_POPPED) {
            flying.forEach((token, flight) -> staged.add(new Staged(token, 0, flight)));
            flying.clear();
        }
        if ((error != null && f != SV_WRITES_WHEN_BROKEN) || staged.isEmpty()) {
            return;
        }
        if (f == SV_WISH_READ_EARLY) {
            earlyWish = wish(used + staged.size() & 0xffff);
        }
        int n = staged.size();
        before = used;
        boolean early = f == SV_IDX_BEFORE_ENTRY;
        if (early) {
            index(used + n & 0xffff);
        }
        List<Long> after = new ArrayList<>();
        boolean batching = inOrder && (f == SV_BATCH_SLOT || f == SV_BATCH_FIRST_ID);
        boolean whole = batching && n > 1 && staged.stream().allMatch(s -> s.length == s.flight.room);
        if (whole) {
            Staged last = staged.peekLast();
            int slot = (f == SV_BATCH_SLOT ? used + n - 1 : used) % q;
            entry(slot, f == SV_BATCH_FIRST_ID ? staged.peekFirst().id : last.id, last.length);
            staged.clear();
        }
        int k = 0;
        while (!staged.isEmpty()) {
            Staged s = f == SV_BATCH_REVERSED && inOrder ? staged.pollLast() : staged.poll();
            int position = used + k++;
            entry(f == SV_USED_SLOT_UNMASKED ? position : position % q, s.id, s.length);
            if (s.flight.out >= 0) {
                after.add(s.flight.out);
            }
        }
        used = used + n & 0xffff;
        if (!early) {
            index(f == SV_USED_IDX_MOD ? used % q : used);
        }
        if (f == SV_WRITES_AFTER) {
            after.forEach(at -> m.store8(at, m.load8(at)));
        }
        if (f == SV_WRITES_AVAIL) {
            m.store16(l.driverAddr(), 0);
        }
    }

    private void index(int value) {
        if (f == SV_AHEAD_AT_WRAP && value == 0) {
            m.storeRelease16(l.deviceAddr() + 2, 1);
        }
        if (f == SV_NO_RELEASE) {
            m.store16(l.deviceAddr() + 2, value);
        } else {
            m.storeRelease16(l.deviceAddr() + 2, value);
        }
    }

    private void entry(int slot, int id, long length) {
        long at = l.deviceAddr() + 4 + 8L * slot;
        int first = f == SV_ENTRY_SWAPPED ? (int) length : id;
        int second = f == SV_ENTRY_SWAPPED ? id : (int) length;
        if (v == Variant.REVERSED) {
            pen.put32(at + 4, second);
        }
        if (f == SV_ID_16) {
            m.store16(at, first);
        } else {
            pen.put32(at, first);
        }
        if (v != Variant.REVERSED) {
            pen.put32(at + 4, second);
        }
    }

    private boolean wish(int now) {
        if (!event && f == SV_WISH_CACHED) {
            lastEvent = interrupts++ % 4 == 0 ? m.load16(l.driverAddr()) : lastEvent;
            return (lastEvent & 1) == 0;
        }
        if (!event || f == SV_EVENT_FLAGS) {
            return (m.load16(l.driverAddr()) & 1) == (f == SV_INTERRUPT_INVERTED ? 1 : 0);
        }
        int ev = m.load16(l.driverAddr() + 4 + 2L * q - (f == SV_USED_EVENT_WRONG_PLACE ? 2 : 0));
        return switch (f) {
            case SV_EVENT_LAST_ONLY -> (now - 1 & 0xffff) == ev;
            case SV_EVENT_WIDE -> now - ev - 1 < now - told;
            case SV_EVENT_ZERO_STALE -> {
                lastEvent = ev == 0 ? lastEvent : ev;
                yield (now - lastEvent - 1 & 0xffff) < (now - told & 0xffff);
            }
            case SV_EVENT_NOT_MODULAR -> now >= ev + 1;
            case SV_EVENT_LAST_BATCH -> (now - ev - 1 & 0xffff) < (now - before & 0xffff);
            default -> (now - ev - 1 & 0xffff) < (now - told & 0xffff);
        };
    }

    @Override
    public boolean interruptNeeded() {
        if (told == used) {
            return false;
        }
        if (v == Variant.ALWAYS_EVENT_UNFENCED) {
            told = used;
            return true;
        }
        if (f != SV_NO_FENCE_INTERRUPT && f != SV_WISH_READ_EARLY) {
            m.fullFence();
        }
        boolean wanted = v == Variant.ALWAYS_EVENT || (f == SV_WISH_READ_EARLY ? earlyWish : wish(used));
        told = used;
        return wanted && !(f == SV_NEVER_INTERRUPTS && ++interrupts > 10);
    }

    @Override
    public boolean enableNotifications() {
        if (error != null) {
            return false;
        }
        muted = false;
        if (event) {
            if (f != SV_AVAIL_EVENT_STALE) {
                m.store16(availEvent(), f == SV_EVENT_AT_USED ? used : seen);
            }
        } else if (f != SV_NEVER_UNMUTED) {
            m.store16(l.deviceAddr(), f == SV_FLAGS_RESERVED ? 2 : 0);
        }
        if (f == SV_NO_RECHECK) {
            return false;
        }
        if (f != SV_NO_FENCE_ENABLE) {
            m.fullFence();
        }
        return f == SV_RECHECK_INT ? availIdx() > seen : availIdx() != (seen & 0xffff);
    }

    @Override
    public void disableNotifications() {
        if (error != null && f != SV_WISHES_AFTER_STOP) {
            return;
        }
        muted = true;
        if (!event || f == SV_FLAGS_WITH_EVENT) {
            m.store16(l.deviceAddr(), 1);
        }
    }

    @Override
    public RingError error() {
        return error;
    }
}
