package io.torosim.virtio.testkit;

import static io.torosim.virtio.testkit.CheckerCase.EVENT;
import static io.torosim.virtio.testkit.CheckerCase.ORDERED;
import static io.torosim.virtio.testkit.CheckerCase.PLAIN;
import static io.torosim.virtio.testkit.CheckerScene.IN;
import static io.torosim.virtio.testkit.CheckerScene.OUT;
import static io.torosim.virtio.testkit.CheckerScene.TABLE;

import io.torosim.virtio.Rule;
import io.torosim.virtio.layout.SplitRing;
import java.util.List;

/** The device of a split queue against single wrong stores: each is named, and the right ones beside it are not. */
class DeviceRulesTest extends CheckerRules {
    static List<CheckerCase> cases() {
        return collect(DeviceRulesTest::all);
    }

    private static void all(CheckerRules.Cases cases) {
        cases.add(Rule.S13, PLAIN, s -> s.begin().exposed().device.store16(s.layout.descAddr(), 1), s -> s.begin()
                .exposed()
                .device
                .load16(s.layout.descAddr()));
        cases.add(Rule.S13, PLAIN, s -> s.table(0).device.store8(TABLE, 1), s -> s.table(0)
                .device
                .load8(TABLE));
        cases.add(Rule.S14, PLAIN, s -> s.begin().exposed().device.store8(IN + 15, 1), s -> s.begin()
                .exposed()
                .device
                .store8(OUT, 1));
        cases.add(Rule.S15, PLAIN, s -> s.begin().exposed().device.store8(OUT + 16, 1), s -> s.begin()
                .exposed()
                .device
                .store8(OUT + 15, 1));
        cases.add(Rule.S15, PLAIN, s -> s.begin().exposed().device.store16(OUT + 15, 1), s -> s.begin()
                .exposed()
                .device
                .store16(OUT + 14, 1));
        cases.add(Rule.S15, PLAIN, s -> s.begin().exposed().device.store16(s.layout.driverAddr(), 1), s -> s.begin()
                .exposed()
                .device
                .store16(s.layout.deviceAddr(), 1));
        cases.add(Rule.N2, PLAIN, s -> s.begin().device.store16(s.layout.deviceAddr(), 2), s -> s.begin()
                .device
                .store16(s.layout.deviceAddr(), 1));
        cases.add(Rule.N2, EVENT, s -> s.begin().device.store16(s.layout.deviceAddr(), 1), s -> s.begin()
                .device
                .store16(s.layout.deviceAddr(), 0));
        cases.add(Rule.U1, PLAIN, s -> s.begin().exposed().usedIdx(1), s -> s.begin()
                .exposed()
                .used(0, 0, 0)
                .usedIdx(1));
        cases.add(Rule.U1, PLAIN, s -> s.begin().exposed().used(2, 0, 0), s -> s.begin()
                .exposed()
                .used(0, 0, 0));
        cases.add(
                Rule.U1,
                PLAIN,
                s -> s.begin().exposed().used(0, 0, 0).device.store16(SplitRing.usedIdx(s.layout.deviceAddr()), 1),
                s -> {
                    s.begin().exposed().used(0, 0, 0).device.fullFence();
                    s.device.store16(SplitRing.usedIdx(s.layout.deviceAddr()), 1);
                });
        cases.add(Rule.U2, PLAIN, s -> s.begin().exposed().used(0, 0, 0).usedIdx(2), s -> s.begin()
                .exposed()
                .used(0, 0, 0)
                .usedIdx(0));
        cases.add(Rule.U3, PLAIN, s -> s.begin().exposed().used(0, 1, 0).usedIdx(1), s -> s.begin()
                .exposed()
                .used(0, 0, 0)
                .usedIdx(1));
        cases.add(
                Rule.U4,
                PLAIN,
                s -> s.begin().exposed().used(0, 0, 17).usedIdx(1),
                s -> s.begin().exposed().fill(16).used(0, 0, 16).usedIdx(1));
        cases.add(
                Rule.U5,
                PLAIN,
                s -> {
                    s.begin().exposed().device.store32(OUT + 4, 1); // a gap in front
                    s.used(0, 0, 8).usedIdx(1);
                },
                s -> s.begin().exposed().fill(8).used(0, 0, 8).usedIdx(1));
        cases.add(Rule.U6, PLAIN, s -> s.one().used(0, 0, 1).usedIdx(1), s -> s.one()
                .used(0, 0, 0)
                .usedIdx(1));
        cases.add(Rule.O1, ORDERED, s -> s.two().used(0, 1, 0).usedIdx(1), s -> s.two()
                .used(0, 0, 0)
                .usedIdx(1));
        cases.add(Rule.O3, ORDERED, s -> s.three().used(0, 2, 0).usedIdx(2), s -> s.three()
                .used(0, 2, 0)
                .usedIdx(3));
        cases.add(
                Rule.A7,
                PLAIN,
                s -> {
                    s.begin().exposed().device.load16(s.idx());
                    s.device.load16(s.slot(0));
                },
                s -> {
                    s.begin().exposed().device.loadAcquire16(s.idx());
                    s.device.load16(s.slot(0));
                });
        cases.add(
                Rule.U11,
                PLAIN,
                s -> {
                    s.begin().exposed().used(0, 0, 0).usedIdx(1);
                    s.driver.memory().load16(SplitRing.usedIdx(s.layout.deviceAddr()));
                    s.driver.memory().load32(SplitRing.usedSlot(s.layout.deviceAddr(), 0));
                },
                s -> {
                    s.begin().exposed().used(0, 0, 0).usedIdx(1);
                    s.driver.memory().load16(SplitRing.usedIdx(s.layout.deviceAddr()));
                    s.driver.memory().fullFence();
                    s.driver.memory().load32(SplitRing.usedSlot(s.layout.deviceAddr(), 0));
                });
    }
}
