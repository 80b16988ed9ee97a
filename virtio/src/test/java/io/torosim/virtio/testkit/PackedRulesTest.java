package io.torosim.virtio.testkit;

import static io.torosim.virtio.testkit.CheckerCase.PACKED;
import static io.torosim.virtio.testkit.CheckerCase.PACKED_EVENT;
import static io.torosim.virtio.testkit.CheckerCase.USED;
import static io.torosim.virtio.testkit.CheckerCase.packed;
import static io.torosim.virtio.testkit.CheckerScene.IN;
import static io.torosim.virtio.testkit.CheckerScene.OUT;
import static io.torosim.virtio.testkit.CheckerScene.Q;
import static io.torosim.virtio.testkit.CheckerScene.TABLE;

import io.torosim.virtio.Rule;
import java.util.List;

/** Both sides of a packed queue against single wrong stores: each is named, and the right ones beside it are not. */
class PackedRulesTest extends CheckerRules {
    static List<CheckerCase> cases() {
        return collect(PackedRulesTest::all);
    }

    private static void all(CheckerRules.Cases cases) {
        cases.add(
                Rule.P3,
                PACKED,
                s -> s.raw8(s.layout.descAddr() + 16 * Q - 1, 1).begin(),
                s -> s.raw8(s.layout.descAddr() + 16 * Q, 1).begin()); // the driver event area
        cases.add(Rule.E1, PACKED, s -> s.raw16(s.layout.deviceAddr() + 2, 2).begin(), s -> s.raw16(
                        s.layout.deviceAddr() + 2, 1)
                .begin());
        cases.add(Rule.P4, PACKED, s -> s.begin().driver.packedRaw(0, IN, 1, 0x8000, 0), s -> s.begin()
                .driver
                .packedRaw(0, IN, 1, 0x80, 0));
        cases.add(Rule.P7, PACKED, s -> s.begin().driver.packed(0, IN, 1, 1, 0), s -> s.begin()
                .driver
                .packed(0, IN, 1, 0, 0));
        cases.add(
                Rule.P7,
                PACKED,
                s -> s.begin().packedBody().driver.memory().store16(s.layout.descAddr() + 14, 0x80),
                s -> s.begin().packedBody().driver.memory().storeRelease16(s.layout.descAddr() + 14, 0x80));
        cases.add(
                Rule.P10,
                PACKED,
                s -> {
                    s.begin()
                            .driver
                            .packed(1, IN, 1, 1, 0)
                            .packed(2, IN, 1, 1, 0)
                            .packed(3, IN, 1, 1, 0);
                    s.driver.packed(0, IN, 1, 1, 0);
                },
                s -> {
                    s.begin()
                            .driver
                            .packed(1, IN, 1, 1, 0)
                            .packed(2, IN, 1, 1, 0)
                            .packed(3, IN, 1, 0, 0);
                    s.driver.packed(0, IN, 1, 1, 0);
                });
        cases.add(Rule.P11, PACKED, s -> s.begin().driver.packed(1, IN, 1, 0, 0).packed(0, OUT, 1, 3, 0), s -> s.begin()
                .driver
                .packed(1, OUT + 8, 1, 2, 0)
                .packed(0, OUT, 1, 3, 0));
        cases.add(Rule.P12, PACKED, s -> s.begin().packedExposed().driver.packed(1, OUT, 8, 2, 0), s -> s.begin()
                .packedExposed()
                .driver
                .packed(2, OUT + 32, 8, 2, 1));
        cases.add(Rule.P5, PACKED, s -> s.begin().packedExposed().packedUsed(0, 0, 0, 0x80), s -> s.begin()
                .packedExposed()
                .packedUsed(0, 0, 0, USED));
        cases.add(
                Rule.P13,
                PACKED,
                s -> s.begin().packedExposed().device.store16(s.layout.descAddr() + 16 * 2, 1),
                s -> s.begin().packedExposed().device.load16(s.layout.descAddr() + 16 * 2));
        cases.add(
                Rule.P14,
                PACKED,
                s -> {
                    s.begin().packedExposed().device.store32(s.layout.descAddr() + 16 + 8, 0);
                    s.packedUsed(0, 0, 0, USED);
                },
                s -> s.begin().packedExposed().packedUsed(0, 0, 0, USED));
        cases.add(
                Rule.P15,
                PACKED,
                s -> {
                    s.begin().packedExposed().device.store16(s.layout.descAddr() + 12, 0);
                    s.device.store16(s.layout.descAddr() + 14, USED);
                },
                s -> {
                    s.begin().packedExposed().device.store16(s.layout.descAddr() + 12, 0);
                    s.device.storeRelease16(s.layout.descAddr() + 14, USED);
                });
        cases.add(Rule.P16, PACKED, s -> s.begin().packedExposed().packedUsed(0, 3, 0, USED), s -> s.begin()
                .packedExposed()
                .packedUsed(0, 0, 0, USED));
        cases.add(Rule.P16, PACKED, s -> s.begin().packedExposed().driver.packed(2, IN, 1, 0, 0), s -> s.begin()
                .packedExposed()
                .driver
                .packed(2, IN, 1, 0, 0xffff));
        cases.add(Rule.P17, PACKED, s -> s.packedOne().packedUsed(0, 0, 1, USED | 2), s -> s.packedOne()
                .packedUsed(0, 0, 1, USED)); // without WRITE the length says nothing
        cases.add(Rule.P17, PACKED, s -> s.begin().packedExposed().packedUsed(0, 0, 0, USED | 2), s -> s.begin()
                .packedExposed()
                .fill(1)
                .packedUsed(0, 0, 1, USED | 2));
        cases.add(
                Rule.P17, // something was written
                PACKED,
                s -> s.begin().packedExposed().fill(8).packedUsed(0, 0, 8, USED),
                s -> s.begin().packedExposed().fill(8).packedUsed(0, 0, 8, USED | 2));
        cases.add(Rule.U4, PACKED, s -> s.begin().packedExposed().packedUsed(0, 0, 17, USED | 2), s -> s.begin()
                .packedExposed()
                .fill(16)
                .packedUsed(0, 0, 16, USED | 2));
        cases.add(Rule.U5, PACKED, s -> s.begin().packedExposed().fill(7).packedUsed(0, 0, 8, USED | 2), s -> s.begin()
                .packedExposed()
                .fill(8)
                .packedUsed(0, 0, 7, USED | 2));
        cases.add(
                Rule.P24,
                packed(false, true),
                s -> {
                    s.begin().driver.packed(0, OUT, 16, 2, 0).packed(1, OUT + 64, 16, 2, 1);
                    s.device.store64(OUT + 64, 1);
                    s.packedUsed(0, 1, 8, USED | 2); // skips buffer 0, which was never filled
                },
                s -> {
                    s.begin().driver.packed(0, OUT, 16, 2, 0).packed(1, OUT + 64, 16, 2, 1);
                    s.fill(16).device.store64(OUT + 64, 1);
                    s.packedUsed(0, 1, 8, USED | 2);
                });
        cases.add(
                Rule.P22,
                PACKED,
                s -> s.begin().driver.packedEntry(TABLE, 0, IN, 1, 1).packed(0, TABLE, 16, 4, 0),
                s -> s.begin().driver.packedEntry(TABLE, 0, OUT, 1, 2).packed(0, TABLE, 16, 4, 0));
        cases.add(
                Rule.P22,
                PACKED,
                s -> s.begin().driver.packedEntry(TABLE, 0, IN, 1, 0).packed(0, TABLE, 16, 5, 0),
                s -> s.begin().driver.packedEntry(TABLE, 0, IN, 1, 0).packed(0, TABLE, 16, 6, 0));
        cases.add(
                Rule.P27,
                PACKED,
                s -> {
                    s.begin().packedExposed().device.load16(s.layout.descAddr() + 14);
                    s.device.load64(s.layout.descAddr());
                },
                s -> {
                    s.begin().packedExposed().device.loadAcquire16(s.layout.descAddr() + 14);
                    s.device.load64(s.layout.descAddr());
                });
        cases.add(
                Rule.P27, // the driver's side
                PACKED,
                s -> {
                    s.begin().packedExposed().packedUsed(0, 0, 0, USED);
                    s.driver.memory().load16(s.layout.descAddr() + 14);
                    s.driver.memory().load32(s.layout.descAddr() + 8);
                },
                s -> {
                    s.begin().packedExposed().packedUsed(0, 0, 0, USED);
                    s.driver.memory().load64(s.layout.descAddr() + 8); // all at once
                });
        cases.add(Rule.E1, PACKED, s -> s.begin().driver.memory().store16(s.layout.driverAddr() + 2, 2), s -> s.begin()
                .driver
                .memory()
                .store16(s.layout.driverAddr() + 2, 1));
        cases.add(Rule.E1, PACKED_EVENT, s -> s.begin().device.store16(s.layout.deviceAddr() + 2, 3), s -> s.begin()
                .device
                .store16(s.layout.deviceAddr() + 2, 2));
        cases.add(
                Rule.E2, PACKED_EVENT, s -> s.begin().device.store32(s.layout.deviceAddr(), 2 << 16 | Q), s -> s.begin()
                        .device
                        .store32(s.layout.deviceAddr(), 2 << 16 | Q - 1));
        cases.add(Rule.E6, PACKED, s -> s.begin().driver.memory().store16(s.layout.deviceAddr() + 2, 1), s -> s.begin()
                .driver
                .memory()
                .store16(s.layout.driverAddr() + 2, 1));
        cases.add(Rule.E6, PACKED, s -> s.begin().device.store16(s.layout.driverAddr() + 2, 1), s -> s.begin()
                .device
                .store16(s.layout.deviceAddr() + 2, 1));
        cases.add(Rule.S13, PACKED, s -> s.packedTable().device.store8(TABLE + 15, 1), s -> s.packedTable()
                .device
                .load8(TABLE + 15));
        cases.add(Rule.S14, PACKED, s -> s.begin().packedExposed().device.store8(IN, 1), s -> s.begin()
                .packedExposed()
                .device
                .store8(OUT, 1));
        cases.add(Rule.S11, PACKED, s -> s.packedTable().driver.memory().store8(TABLE, 1), s -> s.packedTable()
                .driver
                .memory()
                .store8(TABLE + 16, 1));
    }
}
