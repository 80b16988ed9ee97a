package io.torosim.virtio.testkit;

import static io.torosim.virtio.layout.PackedRing.DESC_F_AVAIL;
import static io.torosim.virtio.layout.PackedRing.DESC_F_INDIRECT;
import static io.torosim.virtio.layout.PackedRing.DESC_F_NEXT;
import static io.torosim.virtio.layout.PackedRing.DESC_F_USED;
import static io.torosim.virtio.layout.PackedRing.DESC_F_WRITE;
import static io.torosim.virtio.testkit.AttackRing.RAM_BYTES;
import static io.torosim.virtio.testkit.AttackRing.READABLE;
import static io.torosim.virtio.testkit.AttackRing.TABLE;
import static io.torosim.virtio.testkit.AttackRing.WRITABLE;

import io.torosim.virtio.Rule;
import io.torosim.virtio.testkit.DeviceAttacks.DeviceAttack;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Malformed and odd packed rings, for a queue of 8 with INDIRECT_DESC unless the name says otherwise. */
final class PackedAttacks {
    private static final List<DeviceAttack> ALL = new ArrayList<>();

    static {
        bad("endless NEXT", Rule.P10, 0, r -> {
            for (int i = 0; i < r.size(); i++) {
                r.packed(i, READABLE, 16, DESC_F_NEXT, 0);
            }
        });
        odd("list with a zeroed tail", Rule.P8, 0, r -> r.packed(0, READABLE, 16, DESC_F_NEXT, 0));
        odd("second descriptor of the other lap", Rule.P8, 0, r -> r.packed(0, READABLE, 16, DESC_F_NEXT, 0)
                .packedRaw(1, READABLE, 16, DESC_F_USED, 0));
        odd("second descriptor marked used", Rule.P8, 0, r -> r.packed(0, READABLE, 16, DESC_F_NEXT, 0)
                .packedRaw(1, READABLE, 16, DESC_F_AVAIL | DESC_F_USED, 0));
        bad("writable before readable", Rule.P11, 0, r -> r.packed(0, WRITABLE, 16, DESC_F_NEXT | DESC_F_WRITE, 0)
                .packed(1, READABLE, 16, 0, 0));
        bad("writable before readable in table", Rule.P11, 0, r -> r.packedEntry(TABLE, 0, WRITABLE, 16, DESC_F_WRITE)
                .packedEntry(TABLE, 1, READABLE, 16, 0)
                .packed(0, TABLE, 32, DESC_F_INDIRECT, 0));
        bad("table of 0 bytes", Rule.I3, 0, r -> r.packed(0, TABLE, 0, DESC_F_INDIRECT, 0));
        bad("table of 47 bytes", Rule.I3, 0, r -> r.packed(0, TABLE, 47, DESC_F_INDIRECT, 0));
        odd("table longer than the queue", Rule.I4, 0, r -> r.packed(0, TABLE, 16L * 9, DESC_F_INDIRECT, 0));
        bad("table of 4 GiB", Rule.I3, 0, r -> r.packed(0, TABLE, 0xffff_ffffL, DESC_F_INDIRECT, 0));
        bad("table outside RAM", Rule.S15, 0, r -> r.packed(0, RAM_BYTES, 16, DESC_F_INDIRECT, 0));
        bad("table straddles the end of RAM", Rule.S15, 0, r -> r.packed(0, RAM_BYTES - 16, 32, DESC_F_INDIRECT, 0));
        bad("INDIRECT with NEXT", Rule.P22, 0, r -> r.packed(0, TABLE, 16, DESC_F_INDIRECT | DESC_F_NEXT, 0)
                .packed(1, READABLE, 16, 0, 0));
        bad("INDIRECT at the end of a list", Rule.P22, 0, r -> r.packed(0, READABLE, 16, DESC_F_NEXT, 0)
                .packed(1, TABLE, 16, DESC_F_INDIRECT, 0));
        bad("element outside RAM", Rule.S15, 0, r -> r.packed(0, RAM_BYTES, 16, DESC_F_WRITE, 0));
        bad("element straddles the end of RAM", Rule.S15, 0, r -> r.packed(0, RAM_BYTES - 8, 9, DESC_F_WRITE, 0));
        bad("element wraps at 2^64", Rule.S15, 0, r -> r.packed(0, -8, 24, DESC_F_WRITE, 0));
        bad("element in table outside RAM", Rule.S15, 0, r -> r.packedEntry(TABLE, 0, RAM_BYTES, 16, 0)
                .packed(0, TABLE, 16, DESC_F_INDIRECT, 0));
        bad("len 0xffffffff", Rule.S15, 0, r -> r.packed(0, WRITABLE, 0xffff_ffffL, DESC_F_WRITE, 0));
        odd("id that is in flight", Rule.P16, 1, r -> r.packed(0, READABLE, 16, 0, 5)
                .packed(1, READABLE, 16, 0, 5));
        bad("bad list behind a good one", Rule.P11, 1, r -> r.packed(0, READABLE, 16, 0, 0)
                .packed(1, WRITABLE, 16, DESC_F_NEXT | DESC_F_WRITE, 1)
                .packed(2, READABLE, 16, 0, 1));

        good(
                "AVAIL and USED both set in the first lap",
                0,
                r -> r.packedRaw(0, READABLE, 16, DESC_F_AVAIL | DESC_F_USED, 0));
        good("AVAIL of the other lap", 0, r -> r.packedRaw(0, READABLE, 16, DESC_F_USED, 0));
        good("id 65535", 1, r -> r.packed(0, READABLE, 16, 0, 0xffff));
        good("id of the list in the last descriptor", 1, r -> r.packed(1, WRITABLE, 16, DESC_F_WRITE, 3)
                .packed(0, READABLE, 16, DESC_F_NEXT, 77));
        good("reserved flag bits set", 1, r -> r.packed(1, WRITABLE, 16, DESC_F_WRITE | 0x7f78, 1)
                .packed(0, READABLE, 16, DESC_F_NEXT | 0x7f78, 1));
        good("ids that differ within a list", 1, r -> r.packed(2, WRITABLE, 16, DESC_F_WRITE, 5)
                .packed(1, READABLE + 16, 16, DESC_F_NEXT, 2)
                .packed(0, READABLE, 16, DESC_F_NEXT, 1));
        good("length that grows once it was read", 1, r -> r.packed(1, WRITABLE, 32, DESC_F_WRITE, 0)
                .packed(0, READABLE, 16, DESC_F_NEXT, 0)
                .afterFirstRead(r.layout().descAddr() + 8, 0x7fff_fff0L)
                .afterFirstRead(r.layout().descAddr() + 24, 0x7fff_fff0L));
        good("length in a table that grows once it was read", 1, r -> r.packedEntry(TABLE, 0, READABLE, 16, 0)
                .packedEntry(TABLE, 1, WRITABLE, 32, DESC_F_WRITE)
                .packed(0, TABLE, 32, DESC_F_INDIRECT, 0)
                .afterFirstRead(TABLE + 8, 0x7fff_fff0L)
                .afterFirstRead(TABLE + 24, 0x7fff_fff0L));
        good("NEXT, INDIRECT, AVAIL and USED inside a table", 1, r -> r.packedEntry(
                        TABLE, 0, READABLE, 16, DESC_F_NEXT | DESC_F_AVAIL | DESC_F_USED)
                .packedEntry(TABLE, 1, WRITABLE, 16, DESC_F_WRITE | DESC_F_NEXT | DESC_F_INDIRECT)
                .packed(0, TABLE, 32, DESC_F_INDIRECT, 0));
        good("WRITE on the descriptor of a table", 1, r -> r.packedEntry(TABLE, 0, READABLE, 16, 0)
                .packed(0, TABLE, 16, DESC_F_INDIRECT | DESC_F_WRITE, 0));
        good("buffer ends at the last byte of RAM", 1, r -> r.packed(0, RAM_BYTES - 16, 16, 0, 0));
        good("table at an odd address", 1, r -> r.packedEntry(TABLE + 5, 0, READABLE, 16, 0)
                .packed(0, TABLE + 5, 16, DESC_F_INDIRECT, 0));
        good("list over the whole ring", 1, r -> {
            for (int i = r.size() - 1; i >= 0; i--) {
                r.packed(i, READABLE, 16, i + 1 < r.size() ? DESC_F_NEXT : 0, 0);
            }
        });
        good("garbage in the driver event area", 1, r -> {
            r.packed(0, READABLE, 16, 0, 0);
            r.memory().store32(r.layout().driverAddr(), 0xffff_fffd);
        });
    }

    /** What must be refused where INDIRECT_DESC was not negotiated. */
    static final DeviceAttack NOT_NEGOTIATED = new DeviceAttack(
            "INDIRECT not negotiated", Rule.P22, false, 0, r -> r.packedEntry(TABLE, 0, READABLE, 16, 0)
                    .packed(0, TABLE, 16, DESC_F_INDIRECT, 0));

    /** Driver event areas that say nothing that makes sense; a device may stop there, or serve and send what it likes. */
    static List<DeviceAttack> events(int size) {
        List<DeviceAttack> events = new ArrayList<>();
        for (int area :
                new int[] {2 << 16 | size, 2 << 16 | 0x8000 | size, 2 << 16 | 0x7fff, 2 << 16 | 0xffff, 3 << 16}) {
            events.add(new DeviceAttack(
                    "driver event area 0x" + Integer.toHexString(area),
                    area >>> 16 == 3 ? Rule.E1 : Rule.E2,
                    true,
                    1,
                    r -> {
                        r.packed(0, READABLE, 16, 0, 0);
                        r.memory().store32(r.layout().driverAddr(), area);
                    }));
        }
        return events;
    }

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

    private PackedAttacks() {}
}
