package io.torosim.virtio.testkit;

import static io.torosim.virtio.testkit.CheckerCase.EVENT;
import static io.torosim.virtio.testkit.CheckerCase.PACKED;
import static io.torosim.virtio.testkit.CheckerCase.PACKED_EVENT;
import static io.torosim.virtio.testkit.CheckerCase.PLAIN;
import static io.torosim.virtio.testkit.CheckerScene.Q;

import io.torosim.virtio.Rule;
import io.torosim.virtio.layout.SplitRing;
import java.util.List;

/** Notifications and interrupts left out, or sent for nothing: each is named, and the right ones beside it are not. */
class EventRulesTest extends CheckerRules {
    static List<CheckerCase> cases() {
        return collect(EventRulesTest::all);
    }

    private static void all(CheckerRules.Cases cases) {
        cases.add(Rule.N4, PLAIN, s -> s.one().checker.driverIdle(), s -> {
            s.begin().device.store16(s.layout.deviceAddr(), 1); // wants none
            s.one().driver.memory().fullFence();
            s.driver.memory().load16(s.layout.deviceAddr());
            s.checker.driverIdle();
        });
        cases.add(
                Rule.N8,
                PLAIN,
                s -> {
                    s.begin().device.store16(s.layout.deviceAddr(), 1);
                    s.one().driver.memory().load16(s.layout.deviceAddr());
                    s.checker.driverIdle();
                },
                s -> {
                    s.one().checker.driverNotified();
                    s.checker.driverIdle(); // who notifies need not look
                });
        cases.add(
                Rule.N6,
                EVENT,
                s -> {
                    s.begin().device.store16(SplitRing.availEvent(s.layout.deviceAddr(), Q), 1);
                    s.two().checker.driverIdle();
                },
                s -> {
                    s.begin().device.store16(SplitRing.availEvent(s.layout.deviceAddr(), Q), 2);
                    s.two().driver.memory().fullFence();
                    s.driver.memory().load16(SplitRing.availEvent(s.layout.deviceAddr(), Q));
                    s.checker.driverIdle();
                });
        cases.add(
                Rule.N9,
                PLAIN,
                s -> s.begin().exposed().used(0, 0, 0).usedIdx(1).checker.deviceIdle(),
                s -> {
                    s.begin().exposed().driver.memory().store16(s.layout.driverAddr(), 1);
                    s.used(0, 0, 0).usedIdx(1).device.fullFence();
                    s.device.load16(s.layout.driverAddr());
                    s.checker.deviceIdle();
                });
        cases.add(
                Rule.N11,
                EVENT,
                s -> s.begin().exposed().used(0, 0, 0).usedIdx(1).checker.deviceIdle(),
                s -> {
                    s.begin().exposed().used(0, 0, 0).usedIdx(1).checker.deviceInterrupted();
                    s.checker.deviceIdle();
                });
        cases.add(
                Rule.N11, // sleeps, having asked for the one after next
                EVENT,
                s -> {
                    s.begin().exposed().driver.memory().store16(SplitRing.usedEvent(s.layout.driverAddr(), Q), 1);
                    s.lookAndSleep();
                },
                s -> {
                    s.begin().exposed().driver.memory().store16(SplitRing.usedEvent(s.layout.driverAddr(), Q), 0);
                    s.lookAndSleep();
                });
        cases.add(
                Rule.N15,
                PLAIN,
                s -> {
                    s.begin().exposed().driver.memory().store16(s.layout.driverAddr(), 0);
                    s.driver.memory().loadAcquire16(SplitRing.usedIdx(s.layout.deviceAddr())); // no fence
                    s.checker.driverSleeps();
                },
                s -> {
                    s.begin().exposed().driver.memory().store16(s.layout.driverAddr(), 0);
                    s.lookAndSleep();
                });
        cases.add(
                Rule.N15, // the device's silence
                PLAIN,
                s -> {
                    s.begin().exposed().driver.memory().store16(s.layout.driverAddr(), 1);
                    s.used(0, 0, 0).usedIdx(1).device.load16(s.layout.driverAddr());
                    s.checker.deviceIdle();
                },
                s -> {
                    s.begin().exposed().driver.memory().store16(s.layout.driverAddr(), 1);
                    s.used(0, 0, 0).usedIdx(1).device.fullFence();
                    s.device.load16(s.layout.driverAddr());
                    s.checker.deviceIdle();
                });
        cases.add(Rule.N17, PLAIN, s -> s.one().checker.driverNotified(2), s -> s.one()
                .checker
                .driverNotified(1));
        cases.add(Rule.E3, PACKED, s -> s.packedOne().checker.driverIdle(), s -> {
            s.begin().device.store16(s.layout.deviceAddr() + 2, 1);
            s.packedOne().driver.memory().fullFence();
            s.driver.memory().load32(s.layout.deviceAddr());
            s.checker.driverIdle();
        });
        cases.add(
                Rule.E5,
                PACKED,
                s -> {
                    s.begin().device.store16(s.layout.deviceAddr() + 2, 1);
                    s.packedOne().driver.memory().load32(s.layout.deviceAddr());
                    s.checker.driverIdle();
                },
                s -> {
                    s.packedOne().checker.driverNotified();
                    s.checker.driverIdle();
                });
        cases.add(
                Rule.E4,
                PACKED_EVENT,
                s -> {
                    s.begin().device.store32(s.layout.deviceAddr(), 2 << 16 | 0x8000);
                    s.packedOne().checker.driverIdle();
                },
                s -> {
                    s.begin().device.store32(s.layout.deviceAddr(), 2 << 16 | 0x8001);
                    s.packedOne().driver.memory().fullFence();
                    s.driver.memory().load32(s.layout.deviceAddr());
                    s.checker.driverIdle();
                });
        cases.add(
                Rule.E7,
                PACKED,
                s -> {
                    s.begin().packedExposed().driver.memory().store16(s.layout.driverAddr() + 2, 0);
                    s.checker.driverSleeps();
                },
                s -> {
                    s.begin().packedExposed().driver.memory().store16(s.layout.driverAddr() + 2, 0);
                    s.driver.memory().fullFence();
                    s.driver.memory().loadAcquire16(s.layout.descAddr() + 14);
                    s.checker.driverSleeps();
                });
    }
}
