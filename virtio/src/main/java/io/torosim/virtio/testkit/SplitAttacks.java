package io.torosim.virtio.testkit;

import static io.torosim.virtio.layout.SplitRing.DESC_F_INDIRECT;
import static io.torosim.virtio.layout.SplitRing.DESC_F_NEXT;
import static io.torosim.virtio.layout.SplitRing.DESC_F_WRITE;
import static io.torosim.virtio.testkit.AttackRing.RAM_BYTES;
import static io.torosim.virtio.testkit.AttackRing.READABLE;
import static io.torosim.virtio.testkit.AttackRing.TABLE;
import static io.torosim.virtio.testkit.AttackRing.WRITABLE;

import io.torosim.virtio.Rule;
import io.torosim.virtio.testkit.DeviceAttacks.DeviceAttack;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Malformed and odd split rings, for a queue of 8 with INDIRECT_DESC unless the name says otherwise.
 *
 * <p>{@link DeviceAttacks} tries them, each written into an {@link AttackRing}.
 */
final class SplitAttacks {
    private static final List<DeviceAttack> ALL = new ArrayList<>();

    static {
        // available ring
        bad("avail.idx one more than the queue size", Rule.A2, 0, r -> good(r).availIdx(r.size() + 1));
        bad("avail.idx far ahead, ring zero-filled", Rule.A2, 0, r -> good(r).availIdx(r.size() + 44));
        bad("avail.idx decremented", Rule.A2, 0, r -> good(r).availIdx(-1));
        bad("avail.idx half way round", Rule.A2, 0, r -> good(r).availIdx(0x8000));
        bad("head equals queue size", Rule.S4, 0, r -> r.avail(r.size()));
        bad("head 65535", Rule.S4, 0, r -> r.avail(0xffff));
        bad("second head out of range", Rule.S4, 1, r -> good(r).avail(0, r.size()));
        odd("same head twice", Rule.A6, 1, r -> good(r).avail(0, 0));
        odd("same head twice with one between", Rule.A6, 2, r -> two(r).avail(0, 1, 0));
        // next
        bad("next equals queue size", Rule.S5, 0, r -> r.desc(0, READABLE, 16, DESC_F_NEXT, r.size())
                .avail(0));
        bad("next 65535", Rule.S5, 0, r -> r.desc(0, READABLE, 16, DESC_F_NEXT, 0xffff)
                .avail(0));
        bad("self loop", Rule.S6, 0, r -> r.desc(0, READABLE, 16, DESC_F_NEXT, 0)
                .avail(0));
        bad("loop of two", Rule.S6, 0, r -> r.desc(0, READABLE, 16, DESC_F_NEXT, 1)
                .desc(1, READABLE, 16, DESC_F_NEXT, 0)
                .avail(0));
        bad("loop over all descriptors", Rule.S6, 0, r -> ring(r).avail(0));
        bad("loop behind a straight part", Rule.S6, 0, r -> r.desc(0, READABLE, 16, DESC_F_NEXT, 1)
                .desc(1, READABLE, 16, DESC_F_NEXT, 2)
                .desc(2, READABLE, 16, DESC_F_NEXT, 1)
                .avail(0));
        // direction and addresses
        bad("writable before readable", Rule.S8, 0, r -> r.desc(0, WRITABLE, 16, DESC_F_NEXT | DESC_F_WRITE, 1)
                .desc(1, READABLE, 16, 0, 0)
                .avail(0));
        bad("readable, writable, readable", Rule.S8, 0, r -> r.desc(0, READABLE, 16, DESC_F_NEXT, 1)
                .desc(1, WRITABLE, 16, DESC_F_NEXT | DESC_F_WRITE, 2)
                .desc(2, READABLE, 16, 0, 0)
                .avail(0));
        bad("readable element outside RAM", Rule.S15, 0, r -> r.desc(0, RAM_BYTES, 16, 0, 0)
                .avail(0));
        bad("writable element outside RAM", Rule.S15, 0, r -> r.desc(0, RAM_BYTES + 64, 16, DESC_F_WRITE, 0)
                .avail(0));
        bad("element straddles the end of RAM", Rule.S15, 0, r -> r.desc(0, RAM_BYTES - 8, 9, DESC_F_WRITE, 0)
                .avail(0));
        bad("element wraps at 2^64", Rule.S15, 0, r -> r.desc(0, -8, 24, DESC_F_WRITE, 0)
                .avail(0));
        bad("element at 2^63", Rule.S15, 0, r -> r.desc(0, Long.MIN_VALUE, 16, DESC_F_WRITE, 0)
                .avail(0));
        bad("len 0xffffffff", Rule.S15, 0, r -> r.desc(0, WRITABLE, 0xffff_ffffL, DESC_F_WRITE, 0)
                .avail(0));
        bad("second element outside RAM", Rule.S15, 0, r -> r.desc(0, READABLE, 16, DESC_F_NEXT, 1)
                .desc(1, 1L << 40, 16, DESC_F_WRITE, 0)
                .avail(0));
        // indirect tables
        bad("table of 0 bytes", Rule.I3, 0, r -> r.desc(0, TABLE, 0, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("table of 15 bytes", Rule.I3, 0, r -> r.desc(0, TABLE, 15, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("table of 17 bytes", Rule.I3, 0, r -> r.desc(0, TABLE, 17, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("table of 47 bytes", Rule.I3, 0, r -> r.desc(0, TABLE, 47, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("INDIRECT and NEXT together", Rule.I2, 0, r -> table(r, 1)
                .desc(0, TABLE, 16, DESC_F_INDIRECT | DESC_F_NEXT, 1)
                .avail(0));
        bad("nested indirect", Rule.I1, 0, r -> r.entry(TABLE, 0, TABLE + 256, 16, DESC_F_INDIRECT, 0)
                .desc(0, TABLE, 16, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("nested indirect behind a plain entry", Rule.I1, 0, r -> r.entry(TABLE, 0, READABLE, 16, DESC_F_NEXT, 1)
                .entry(TABLE, 1, TABLE + 256, 16, DESC_F_INDIRECT, 0)
                .desc(0, TABLE, 32, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("table outside RAM", Rule.S15, 0, r -> r.desc(0, RAM_BYTES, 32, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("table straddles the end of RAM", Rule.S15, 0, r -> r.desc(0, RAM_BYTES - 16, 32, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("table address wraps at 2^64", Rule.S15, 0, r -> r.desc(0, -16, 32, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("next in table equals its length", Rule.S5, 0, r -> r.entry(TABLE, 0, READABLE, 16, DESC_F_NEXT, 2)
                .desc(0, TABLE, 32, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("next in table 65535", Rule.S5, 0, r -> r.entry(TABLE, 0, READABLE, 16, DESC_F_NEXT, 0xffff)
                .desc(0, TABLE, 32, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("self loop in table", Rule.S6, 0, r -> r.entry(TABLE, 0, READABLE, 16, DESC_F_NEXT, 0)
                .desc(0, TABLE, 32, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("loop of two in table", Rule.S6, 0, r -> r.entry(TABLE, 0, READABLE, 16, DESC_F_NEXT, 1)
                .entry(TABLE, 1, READABLE, 16, DESC_F_NEXT, 0)
                .desc(0, TABLE, 32, DESC_F_INDIRECT, 0)
                .avail(0));
        bad("writable before readable in table", Rule.S8, 0, r -> r.entry(
                        TABLE, 0, WRITABLE, 16, DESC_F_NEXT | DESC_F_WRITE, 1)
                .entry(TABLE, 1, READABLE, 16, 0, 0)
                .desc(0, TABLE, 32, DESC_F_INDIRECT, 0)
                .avail(0));
        odd("table longer than the queue", Rule.I4, 0, r -> table(r, r.size() + 1)
                .desc(0, TABLE, 16L * (r.size() + 1), DESC_F_INDIRECT, 0)
                .avail(0));
        odd("direct part and table together longer than the queue", Rule.S6, 0, r -> table(r, r.size())
                .desc(0, READABLE, 16, DESC_F_NEXT, 1)
                .desc(1, TABLE, 16L * r.size(), DESC_F_INDIRECT, 0)
                .avail(0));
        bad("element in table outside RAM", Rule.S15, 0, r -> r.entry(TABLE, 0, RAM_BYTES, 16, 0, 0)
                .desc(0, TABLE, 16, DESC_F_INDIRECT, 0)
                .avail(0));
        // legal, and easily refused
        good("buffer ends at the last byte of RAM", 1, r -> r.desc(0, RAM_BYTES - 16, 16, 0, 0)
                .avail(0));
        good("table ends at the last byte of RAM", 1, r -> r.entry(RAM_BYTES - 16, 0, READABLE, 16, 0, 0)
                .desc(0, RAM_BYTES - 16, 16, DESC_F_INDIRECT, 0)
                .avail(0));
        good("direct descriptor, then a table", 1, r -> table(r, 2)
                .desc(0, READABLE, 16, DESC_F_NEXT, 1)
                .desc(1, TABLE, 32, DESC_F_INDIRECT, 0)
                .avail(0));
        good("table at an odd address", 1, r -> r.entry(TABLE + 3, 0, READABLE, 16, 0, 0)
                .desc(0, TABLE + 3, 16, DESC_F_INDIRECT, 0)
                .avail(0));
        good("WRITE on the descriptor of a table", 1, r -> table(r, 1)
                .desc(0, TABLE, 16, DESC_F_INDIRECT | DESC_F_WRITE, 0)
                .avail(0));
        good("next is garbage without NEXT", 1, r -> r.desc(0, READABLE, 16, 0, 0xabcd)
                .avail(0));
        good("reserved flag bits set", 1, r -> r.desc(0, READABLE, 16, 0xfff8, 0)
                .avail(0));
        good("reserved flag bits set on a writable element", 1, r -> r.desc(0, READABLE, 16, DESC_F_NEXT | 0xfff8, 1)
                .desc(1, WRITABLE, 16, DESC_F_WRITE | 0xfff8, 0)
                .avail(0));
        good("reserved flag bits set in a table", 1, r -> r.entry(TABLE, 0, READABLE, 16, DESC_F_NEXT | 0xfff8, 1)
                .entry(TABLE, 1, WRITABLE, 16, DESC_F_WRITE | 0xfff8, 0)
                .desc(0, TABLE, 32, DESC_F_INDIRECT | 0xfff8, 0)
                .avail(0));
        good("element of 2^16 bytes and more", 1, r -> r.desc(0, 0, 0xc000, DESC_F_NEXT, 1)
                .desc(1, WRITABLE, 0x1000, DESC_F_WRITE, 0)
                .avail(0));
        good("length that grows once it was read", 1, r -> r.desc(0, READABLE, 16, DESC_F_NEXT, 1)
                .desc(1, WRITABLE, 32, DESC_F_WRITE, 0)
                .avail(0)
                .afterFirstRead(r.layout().descAddr() + 8, 0x7fff_fff0L)
                .afterFirstRead(r.layout().descAddr() + 24, 0x7fff_fff0L));
        good("length in a table that grows once it was read", 1, r -> r.entry(TABLE, 0, READABLE, 16, DESC_F_NEXT, 1)
                .entry(TABLE, 1, WRITABLE, 32, DESC_F_WRITE, 0)
                .desc(0, TABLE, 32, DESC_F_INDIRECT, 0)
                .avail(0)
                .afterFirstRead(TABLE + 8, 0x7fff_fff0L)
                .afterFirstRead(TABLE + 24, 0x7fff_fff0L));
        bad("two lengths of 2^31", Rule.S15, 0, r -> r.desc(0, WRITABLE, 0x8000_0000L, DESC_F_WRITE | DESC_F_NEXT, 1)
                .desc(1, WRITABLE, 0x8000_0000L, DESC_F_WRITE, 0)
                .avail(0));
        good("all descriptors in one chain", 1, r -> {
            ring(r).desc(r.size() - 1, WRITABLE, 16, DESC_F_WRITE, 0).avail(0);
        });
        good("table as long as the queue", 1, r -> table(r, r.size())
                .desc(0, TABLE, 16L * r.size(), DESC_F_INDIRECT, 0)
                .avail(0));
        good("entries of a table not in order", 1, r -> r.entry(TABLE, 0, READABLE, 8, DESC_F_NEXT, 2)
                .entry(TABLE, 2, READABLE + 8, 8, DESC_F_NEXT, 1)
                .entry(TABLE, 1, WRITABLE, 8, DESC_F_WRITE, 0)
                .desc(0, TABLE, 48, DESC_F_INDIRECT, 0)
                .avail(0));
        good("full queue of tables", 8, r -> {
            table(r, 1);
            for (int i = 0; i < r.size(); i++) {
                r.desc(i, TABLE, 16, DESC_F_INDIRECT, 0);
            }
            r.avail(7, 6, 5, 4, 3, 2, 1, 0);
        });
        good("garbage in avail.flags and used_event", 1, r -> {
            good(r);
            r.memory().store16(r.layout().driverAddr(), 0xfffe);
            r.memory().store16(r.layout().driverAddr() + 4 + 2L * r.size(), 0xdead);
        });
    }

    /** What must be refused where INDIRECT_DESC was not negotiated. */
    static final DeviceAttack NOT_NEGOTIATED =
            new DeviceAttack("INDIRECT not negotiated", Rule.S17, false, 0, r -> table(r, 1)
                    .desc(0, TABLE, 16, DESC_F_INDIRECT, 0)
                    .avail(0));

    static List<DeviceAttack> all() {
        return List.copyOf(ALL);
    }

    private static void bad(String name, Rule rule, int servedBefore, Consumer<AttackRing> setup) {
        ALL.add(new DeviceAttack(name, rule, false, servedBefore, setup));
    }

    /** What a device may as well serve. */
    private static void odd(String name, Rule rule, int servedBefore, Consumer<AttackRing> setup) {
        ALL.add(new DeviceAttack(name, rule, true, servedBefore, setup));
    }

    private static void good(String name, int buffers, Consumer<AttackRing> setup) {
        ALL.add(new DeviceAttack(name, null, false, buffers, setup));
    }

    private static AttackRing good(AttackRing r) {
        return r.desc(0, READABLE, 16, DESC_F_NEXT, 1)
                .desc(1, WRITABLE, 32, DESC_F_WRITE, 0)
                .avail(0);
    }

    private static AttackRing two(AttackRing r) {
        return r.desc(0, READABLE, 16, 0, 0).desc(1, READABLE, 16, 0, 0);
    }

    private static AttackRing ring(AttackRing r) {
        for (int i = 0; i < r.size(); i++) {
            r.desc(i, READABLE, 16, DESC_F_NEXT, (i + 1) % r.size());
        }
        return r;
    }

    private static AttackRing table(AttackRing r, int entries) {
        for (int i = 0; i < entries; i++) {
            r.entry(TABLE, i, READABLE, 16, i + 1 < entries ? DESC_F_NEXT : 0, i + 1);
        }
        return r;
    }

    private SplitAttacks() {}
}
