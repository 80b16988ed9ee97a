package io.torosim.virtio.testkit;

import static io.torosim.virtio.testkit.CheckerCase.PLAIN;
import static io.torosim.virtio.testkit.CheckerCase.packed;
import static io.torosim.virtio.testkit.CheckerCase.split;
import static io.torosim.virtio.testkit.CheckerScene.IN;
import static io.torosim.virtio.testkit.CheckerScene.Q;
import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.Rule;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import org.junit.jupiter.api.Test;

/** The checker over what is right: habits, whole round trips, bytes that do not count. */
class CheckerInnocenceTest {
    /** Allowed, and worth a word: neither fails. */
    @Test
    void habits_areNoViolations() {
        CheckerScene twice = new CheckerScene(PLAIN).begin().exposed();
        twice.device.load64(twice.layout.descAddr());
        twice.device.load32(twice.layout.descAddr() + 4);
        assertThat(twice.checker.violations())
                .singleElement()
                .matches(v -> v.rule() == Rule.U10 && v.verdict() == Verdict.IMPLEMENTATION && v.side() == Side.DEVICE);
        CheckerScene eager = new CheckerScene(PLAIN).begin();
        eager.checker.driverNotified(); // nothing was published
        eager.checker.driverIdle();
        assertThat(eager.checker.violations())
                .singleElement()
                .matches(v -> v.rule() == Rule.N4 && v.verdict() == Verdict.SHOULD && v.side() == Side.DRIVER);
        assertThat(twice.checker.broken() || eager.checker.broken()).isFalse();
        CheckerScene again = new CheckerScene(packed(false, false)).begin().packedExposed();
        again.device.load64(again.layout.descAddr());
        again.device.load64(again.layout.descAddr());
        assertThat(again.checker.violations()).singleElement().matches(v -> v.rule() == Rule.U10);
    }

    /** Flags that a driver writes back as they are make nothing available; cleared ones are worth a word. */
    @Test
    void packedFlagsOfADescriptorOfTheDriversOwn_mayBeWrittenBack() {
        for (int flags : new int[] {PackedRing.usedBits(true), 0}) {
            CheckerScene s = new CheckerScene(packed(false, false)).begin();
            s.packedExposed().fill(8).packedUsed(0, 0, 8, PackedRing.usedBits(true) | 2);
            s.driver.memory().store16(s.layout.descAddr() + 14, flags);
            assertThat(s.checker.broken()).isFalse();
            assertThat(s.checker.violations()).hasSize(flags == 0 ? 1 : 0);
        }
    }

    /** Bits without a meaning, in each place where there are any. */
    @Test
    void reservedBits_areWorthAWord() {
        for (int flags : new int[] {0x8, 0x8000}) {
            CheckerScene s = new CheckerScene(PLAIN).begin();
            s.driver.desc(0, IN, 16, flags, 0).avail(0);
            assertThat(s.checker.violations())
                    .singleElement()
                    .matches(v -> v.rule() == Rule.S9
                            && v.verdict() == Verdict.SHOULD
                            && v.error().value() == flags);
        }
        CheckerScene s = new CheckerScene(packed(false, false)).begin();
        s.driver.packed(0, IN, 16, 0x10, 0);
        assertThat(s.checker.violations())
                .singleElement()
                .matches(v -> v.rule() == Rule.P9
                        && v.verdict() == Verdict.SHOULD
                        && v.error().value() == 0x10);
    }

    @Test
    void aWholeRoundTrip_isFoundInnocent() {
        for (boolean isPacked : new boolean[] {false, true}) {
            CheckerScene s = new CheckerScene(isPacked ? packed(false, false) : split(false, false, false)).begin();
            if (isPacked) {
                s.packedExposed().fill(8).packedUsed(0, 0, 8, PackedRing.usedBits(true) | 2);
            } else {
                s.exposed().fill(8).used(0, 0, 8).usedIdx(1);
            }
            s.checker.deviceInterrupted();
            s.checker.deviceIdle();
            assertThat(s.checker.violations()).isEmpty();
            assertThat(s.checker.inFlight()).isZero();
        }
    }

    /** N5, N7, N10, N12: bytes that only matter in the other mode change nothing. */
    @Test
    void bytesOfTheOtherMode_changeNothing() {
        for (boolean event : new boolean[] {false, true}) {
            for (int garbage : new int[] {0, 1, 0x7fff, 0xffff}) {
                FlatMemory memory = new FlatMemory(0x10000);
                QueueMode mode = split(false, event, false);
                QueueLayout layout = mode.layout(0x1000);
                DriverQueue driver = DriverQueue.create(memory, layout, mode.features());
                DeviceQueue device = DeviceQueue.create(memory, layout, mode.features());
                long driverWish = event ? layout.driverAddr() : SplitRing.usedEvent(layout.driverAddr(), Q);
                long deviceWish = event ? layout.deviceAddr() : SplitRing.availEvent(layout.deviceAddr(), Q);
                BufferChain chain = new BufferChain();
                chain.clear();
                chain.addReadable(IN, 4);
                for (int i = 0; i < 10; i++) {
                    memory.store16(driverWish, garbage);
                    memory.store16(deviceWish, garbage);
                    driver.add(chain);
                    driver.publish();
                    assertThat(driver.notificationNeeded()).isTrue();
                    BufferChain popped = new BufferChain();
                    device.pop(popped);
                    device.complete(popped.token(), 0);
                    device.publish();
                    assertThat(device.interruptNeeded()).isTrue();
                    assertThat(driver.poll(new UsedBuffer())).isTrue();
                }
            }
        }
    }
}
