package io.torosim.virtio.testkit;

import static io.torosim.virtio.testkit.CheckerCase.EVENT;
import static io.torosim.virtio.testkit.CheckerCase.ORDERED;
import static io.torosim.virtio.testkit.CheckerCase.PACKED;
import static io.torosim.virtio.testkit.CheckerCase.PLAIN;
import static io.torosim.virtio.testkit.CheckerCase.split;
import static io.torosim.virtio.testkit.CheckerScene.IN;
import static io.torosim.virtio.testkit.CheckerScene.OUT;
import static io.torosim.virtio.testkit.CheckerScene.Q;
import static io.torosim.virtio.testkit.CheckerScene.TABLE;

import io.torosim.virtio.Rule;
import io.torosim.virtio.layout.SplitRing;
import java.util.List;

/** How a queue begins, and the driver against single wrong stores: each is named, and the right ones beside it are not. */
class StartAndDriverRulesTest extends CheckerRules {
    static List<CheckerCase> cases() {
        return collect(StartAndDriverRulesTest::all);
    }

    private static void all(CheckerRules.Cases cases) {
        cases.add(Rule.N3, PLAIN, s -> s.raw16(s.layout.deviceAddr(), 1).begin(), s -> s.garbageInEntries()
                .begin());
        cases.add(
                Rule.N3,
                PLAIN,
                s -> s.raw16(SplitRing.usedIdx(s.layout.deviceAddr()), 1).begin(),
                s -> s.raw16(SplitRing.availEvent(s.layout.deviceAddr(), Q), 7).begin());
        cases.add(
                Rule.A1,
                PLAIN,
                s -> s.raw16(SplitRing.availIdx(s.layout.driverAddr()), 1).begin(),
                s -> s.raw16(SplitRing.usedEvent(s.layout.driverAddr(), Q), 7).begin());
        cases.add(Rule.N1, PLAIN, s -> s.raw16(s.layout.driverAddr(), 2).begin(), s -> s.raw16(s.layout.driverAddr(), 1)
                .begin());
        cases.add(
                Rule.S10,
                PLAIN,
                s -> s.begin().exposed().driver.desc(2, IN, 4, 1, 1).avail(0, 2),
                s -> s.begin()
                        .exposed()
                        .driver
                        .desc(2, IN, 4, 1, 3)
                        .desc(3, OUT + 32, 4, 2, 0)
                        .avail(0, 2));
        cases.add(Rule.S11, PLAIN, s -> s.begin().exposed().driver.desc(1, OUT, 8, 2, 0), s -> s.begin()
                .exposed()
                .driver
                .desc(2, OUT, 8, 2, 0));
        cases.add(Rule.S11, PLAIN, s -> s.table(0).driver.entry(TABLE, 0, IN, 5, 0, 0), s -> s.table(0)
                .driver
                .entry(TABLE, 1, IN, 5, 0, 0));
        cases.add(
                Rule.D1,
                PLAIN,
                s -> s.begin().exposed().driver.memory().store8(IN + 15, 1),
                s -> s.begin().exposed().driver.memory().store8(IN + 16, 1));
        cases.add(
                Rule.D1,
                PACKED,
                s -> s.begin().packedExposed().driver.memory().store8(IN, 1),
                s -> s.begin().packedExposed().driver.memory().store8(IN + 16, 1));
        cases.add(Rule.S12, PLAIN, s -> s.begin().driver.memory().store8(0xf000, 1), s -> s.begin()
                .driver
                .memory()
                .store8(TABLE + 0xfff, 1));
        cases.add(Rule.S12, PLAIN, s -> s.begin().driver.memory().store16(s.layout.deviceAddr(), 1), s -> s.begin()
                .driver
                .memory()
                .store16(s.layout.driverAddr(), 1));
        cases.add(Rule.S4, PLAIN, s -> s.begin().driver.avail(Q), s -> s.begin()
                .driver
                .desc(Q - 1, IN, 1, 0, 0)
                .avail(Q - 1));
        cases.add(Rule.S5, PLAIN, s -> s.begin().driver.desc(0, IN, 1, 1, Q).avail(0), s -> s.begin()
                .driver
                .desc(0, IN, 1, 1, Q - 1)
                .desc(Q - 1, IN, 1, 0, Q)
                .avail(0));
        cases.add(
                Rule.S6,
                PLAIN,
                s -> s.begin().driver.desc(0, IN, 1, 1, 1).desc(1, IN, 1, 1, 0).avail(0),
                s -> s.begin()
                        .driver
                        .desc(0, IN, 1, 1, 1)
                        .desc(1, IN, 1, 1, 2)
                        .desc(2, IN, 1, 1, 3)
                        .desc(3, IN, 1, 0, 0)
                        .avail(0));
        cases.add(
                Rule.S8,
                PLAIN,
                s -> s.begin().driver.desc(0, OUT, 1, 3, 1).desc(1, IN, 1, 0, 0).avail(0),
                s -> s.begin()
                        .driver
                        .desc(0, OUT, 1, 3, 1)
                        .desc(1, OUT + 1, 1, 2, 0)
                        .avail(0));
        cases.add(
                Rule.S17,
                split(false, false, false),
                s -> s.begin().driver.desc(0, TABLE, 16, 4, 0).avail(0),
                s -> s.begin().driver.desc(0, TABLE, 16, 2, 0).avail(0)); // another bit
        cases.add(
                Rule.I1,
                PLAIN,
                s -> s.begin()
                        .driver
                        .entry(TABLE, 0, IN, 16, 4, 0)
                        .desc(0, TABLE, 16, 4, 0)
                        .avail(0),
                s -> s.begin()
                        .driver
                        .entry(TABLE, 0, IN, 16, 2, 0)
                        .desc(0, TABLE, 16, 4, 0)
                        .avail(0));
        cases.add(
                Rule.I2,
                PLAIN,
                s -> s.begin()
                        .driver
                        .entry(TABLE, 0, IN, 1, 0, 0)
                        .desc(0, TABLE, 16, 5, 1)
                        .avail(0),
                s -> s.begin()
                        .driver
                        .entry(TABLE, 0, IN, 1, 0, 0)
                        .desc(0, TABLE, 16, 6, 1)
                        .avail(0)); // WRITE
        cases.add(Rule.I3, PLAIN, s -> s.begin().driver.desc(0, TABLE, 17, 4, 0).avail(0), s -> s.begin()
                .driver
                .entry(TABLE + 1, 0, IN, 1, 0, 0)
                .desc(0, TABLE + 1, 16, 4, 0)
                .avail(0));
        cases.add(Rule.I4, PLAIN, s -> s.table(Q), s -> s.table(Q - 1));
        cases.add(Rule.A1, PLAIN, s -> s.begin().exposed().driver.availIdx(0), s -> s.begin()
                .exposed()
                .driver
                .availIdx(1));
        cases.add(Rule.A2, PLAIN, s -> s.four().availIdx(5), CheckerScene::four);
        cases.add(
                Rule.A3,
                PLAIN,
                s -> s.begin().driver.desc(0, IN, 1, 0, 0).avail(0).memory().store16(s.slot(0), 3),
                s -> s.begin().driver.desc(0, IN, 1, 0, 0).avail(0).memory().store16(s.slot(0), 0));
        cases.add(
                Rule.A3,
                PLAIN,
                s -> s.begin().driver.desc(0, IN, 1, 0, 0).memory().store16(s.idx(), 1),
                s -> {
                    s.begin().driver.desc(0, IN, 1, 0, 0).memory().fullFence();
                    s.driver.memory().store16(s.idx(), 1);
                });
        cases.add(
                Rule.A5,
                PLAIN,
                s -> s.begin().exposed().driver.memory().store16(s.slot(0), 3),
                s -> s.begin().exposed().driver.memory().store16(s.slot(1), 3));
        cases.add(
                Rule.A6,
                PLAIN,
                s -> s.begin().exposed().driver.avail(0, 0),
                s -> s.begin().exposed().driver.desc(3, IN, 1, 0, 0).avail(0, 3));
        cases.add(Rule.N1, PLAIN, s -> s.begin().driver.memory().store16(s.layout.driverAddr(), 2), s -> s.begin()
                .driver
                .memory()
                .store16(s.layout.driverAddr(), 1));
        cases.add(Rule.N1, EVENT, s -> s.begin().driver.memory().store16(s.layout.driverAddr(), 1), s -> s.begin()
                .driver
                .memory()
                .store16(s.layout.driverAddr(), 0));
        cases.add(
                Rule.O2,
                ORDERED,
                s -> s.begin().driver.desc(0, IN, 1, 1, 2).desc(2, IN, 1, 0, 0).avail(0),
                s -> s.begin().driver.desc(0, IN, 1, 1, 1).desc(1, IN, 1, 0, 0).avail(0));
        cases.add(
                Rule.O2,
                ORDERED,
                s -> s.begin().exposed().driver.desc(3, IN, 1, 0, 0).avail(0, 3),
                s -> s.begin().exposed().driver.desc(2, IN, 1, 0, 0).avail(0, 2));
        cases.add(Rule.O2, ORDERED, s -> s.begin().driver.desc(1, IN, 1, 0, 0).avail(1), s -> s.begin()
                .driver
                .desc(0, IN, 1, 0, 0)
                .avail(0));
        cases.add(
                Rule.I9,
                ORDERED,
                s -> s.begin()
                        .driver
                        .entry(TABLE, 0, IN, 1, 1, 2)
                        .entry(TABLE, 2, IN, 1, 0, 0)
                        .desc(0, TABLE, 48, 4, 0)
                        .avail(0),
                s -> s.begin()
                        .driver
                        .entry(TABLE, 0, IN, 1, 1, 1)
                        .entry(TABLE, 1, IN, 1, 0, 0)
                        .desc(0, TABLE, 32, 4, 0)
                        .avail(0));
    }
}
