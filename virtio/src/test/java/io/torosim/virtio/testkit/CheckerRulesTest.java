package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.PackedRing;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.queue.SplitRing;
import io.torosim.virtio.queue.UsedBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker against single wrong stores: each is named, and the right ones before it are not. */
class CheckerRulesTest {
    private static final int Q = 4;
    private static final long IN = 0x8000; // the driver's data
    private static final long OUT = 0x9000; // where the device writes
    private static final long TABLE = 0xa000;

    /** A ring under the checker, and words for what goes on in it. */
    private static final class Scene {
        final FlatMemory memory = new FlatMemory(0x10000);
        final QueueLayout layout;
        final VirtqueueChecker checker;
        final AttackRing driver;
        final GuestMemory device;

        Scene(QueueMode mode) {
            layout = mode.layout(0x1000);
            checker = new VirtqueueChecker(memory, layout, mode.features());
            driver = new AttackRing(checker.driverView(), layout);
            device = checker.deviceView();
            checker.allowDriver(IN, 0x1000);
            checker.allowDriver(TABLE, 0x1000);
        }

        Scene begin() {
            checker.begin();
            return this;
        }

        /** Exposes a buffer of one readable and one writable element, head 0. */
        Scene exposed() {
            driver.desc(0, IN, 16, 1, 1).desc(1, OUT, 16, 2, 0).avail(0);
            checker.driverNotified();
            checker.driverIdle();
            return this;
        }

        void used(int slot, int id, int length) {
            device.store32(SplitRing.usedSlot(layout.deviceAddr(), slot), id);
            device.store32(SplitRing.usedSlot(layout.deviceAddr(), slot) + 4, length);
        }

        void usedIdx(int idx) {
            device.store16(SplitRing.usedIdx(layout.deviceAddr()), idx);
        }

        Scene packedExposed() {
            driver.packed(1, OUT, 16, 2, 0);
            driver.packed(0, IN, 16, 1, 0);
            checker.driverNotified();
            checker.driverIdle();
            return this;
        }

        void packedUsed(int slot, int id, int length, int flags) {
            long at = layout.descAddr() + 16L * slot;
            device.store32(at + 8, length);
            device.store16(at + 12, id);
            device.store16(at + 14, flags);
        }
    }

    private record Case(Rule rule, QueueMode mode, Consumer<Scene> play) {
        @Override
        public String toString() {
            return rule + " " + mode;
        }
    }

    private static QueueMode split(boolean indirect, boolean event, boolean order) {
        return new QueueMode(false, false, indirect, event, order, Q);
    }

    private static QueueMode packed(boolean event, boolean order) {
        return new QueueMode(true, false, true, event, order, Q);
    }

    static List<Case> cases() {
        List<Case> c = new ArrayList<>();
        QueueMode plain = split(true, false, false);
        QueueMode event = split(true, true, false);
        QueueMode ordered = split(true, false, true);
        QueueMode pk = packed(false, false);
        int used = PackedRing.usedBits(true);
        c.add(new Case(Rule.N3, plain, s -> {
            s.memory.store16(s.layout.deviceAddr(), 1);
            s.begin();
        }));
        c.add(new Case(
                Rule.S10,
                plain,
                s -> s.begin().exposed().driver.desc(2, IN, 4, 1, 1).avail(0, 2)));
        c.add(new Case(Rule.S11, plain, s -> s.begin().exposed().driver.desc(1, OUT, 8, 2, 0)));
        c.add(new Case(Rule.S11, plain, s -> {
            s.begin()
                    .driver
                    .entry(TABLE, 0, IN, 4, 0, 0)
                    .desc(0, TABLE, 16, 4, 0)
                    .avail(0);
            s.driver.entry(TABLE, 0, IN, 5, 0, 0);
        }));
        c.add(new Case(Rule.S12, plain, s -> s.begin().driver.memory().store8(0xf000, 1)));
        c.add(new Case(Rule.S12, plain, s -> s.begin().driver.memory().store16(s.layout.deviceAddr(), 1)));
        c.add(new Case(Rule.S13, plain, s -> s.begin().exposed().device.store16(s.layout.descAddr(), 1)));
        c.add(new Case(Rule.S13, plain, s -> {
            s.begin()
                    .driver
                    .entry(TABLE, 0, IN, 4, 0, 0)
                    .desc(0, TABLE, 16, 4, 0)
                    .avail(0);
            s.device.store8(TABLE, 1);
        }));
        c.add(new Case(Rule.S14, plain, s -> s.begin().exposed().device.store8(IN + 3, 1)));
        c.add(new Case(Rule.S15, plain, s -> s.begin().exposed().device.store8(OUT + 16, 1)));
        c.add(new Case(Rule.S15, plain, s -> s.begin().exposed().device.store16(OUT + 15, 1)));
        c.add(new Case(Rule.S15, plain, s -> s.begin().exposed().device.store16(s.layout.driverAddr(), 1)));
        c.add(new Case(Rule.A1, plain, s -> s.begin().exposed().driver.availIdx(0)));
        c.add(new Case(Rule.A2, plain, s -> s.begin()
                .driver
                .desc(0, IN, 1, 0, 0)
                .desc(1, IN, 1, 0, 0)
                .desc(2, IN, 1, 0, 0)
                .desc(3, IN, 1, 0, 0)
                .avail(0, 1, 2, 3)
                .availIdx(5)));
        c.add(new Case(
                Rule.A3,
                plain,
                s -> s.begin().exposed().driver.memory().store16(SplitRing.availSlot(s.layout.driverAddr(), 0), 3)));
        c.add(new Case(Rule.A6, plain, s -> s.begin().exposed().driver.avail(0, 0)));
        c.add(new Case(Rule.N1, plain, s -> s.begin().driver.memory().store16(s.layout.driverAddr(), 2)));
        c.add(new Case(Rule.N1, event, s -> s.begin().driver.memory().store16(s.layout.driverAddr(), 1)));
        c.add(new Case(Rule.N2, plain, s -> s.begin().device.store16(s.layout.deviceAddr(), 2)));
        c.add(new Case(Rule.N2, event, s -> s.begin().device.store16(s.layout.deviceAddr(), 1)));
        c.add(new Case(Rule.N4, plain, s -> {
            s.begin().driver.desc(0, IN, 1, 0, 0).avail(0);
            s.checker.driverIdle();
        }));
        c.add(new Case(Rule.N9, plain, s -> {
            s.begin().exposed();
            s.used(0, 0, 0);
            s.usedIdx(1);
            s.checker.deviceIdle();
        }));
        c.add(new Case(Rule.U1, plain, s -> s.begin().exposed().usedIdx(1)));
        c.add(new Case(Rule.U1, plain, s -> {
            s.begin().exposed();
            s.used(2, 0, 0);
        }));
        c.add(new Case(Rule.U2, plain, s -> {
            s.begin().exposed();
            s.used(0, 0, 0);
            s.usedIdx(2);
        }));
        c.add(new Case(Rule.U3, plain, s -> {
            s.begin().exposed();
            s.used(0, 1, 0);
            s.usedIdx(1);
        }));
        c.add(new Case(Rule.U4, plain, s -> {
            s.begin().exposed();
            s.used(0, 0, 17);
            s.usedIdx(1);
        }));
        c.add(new Case(Rule.U5, plain, s -> {
            s.begin().exposed();
            s.device.store32(OUT + 4, 1); // a gap in front
            s.used(0, 0, 8);
            s.usedIdx(1);
        }));
        c.add(new Case(Rule.U6, plain, s -> {
            s.begin().driver.desc(0, IN, 16, 0, 0).avail(0);
            s.used(0, 0, 1);
            s.usedIdx(1);
        }));
        c.add(new Case(Rule.U10, plain, s -> {
            s.begin().exposed();
            s.device.load64(s.layout.descAddr());
            s.device.load32(s.layout.descAddr() + 4);
        }));
        c.add(new Case(Rule.U10, plain, s -> {
            s.begin()
                    .driver
                    .entry(TABLE, 0, IN, 4, 0, 0)
                    .desc(0, TABLE, 16, 4, 0)
                    .avail(0);
            s.device.load64(TABLE);
            s.device.load8(TABLE + 7);
        }));
        c.add(new Case(Rule.O1, ordered, s -> {
            s.begin().driver.desc(0, IN, 1, 0, 0).desc(1, IN, 1, 0, 0).avail(0, 1);
            s.used(0, 1, 0);
            s.usedIdx(1);
        }));
        c.add(new Case(Rule.O3, ordered, s -> {
            s.begin()
                    .driver
                    .desc(0, IN, 1, 0, 0)
                    .desc(1, IN, 1, 0, 0)
                    .desc(2, IN, 1, 0, 0)
                    .avail(0, 1, 2);
            s.used(0, 2, 0);
            s.usedIdx(2);
        }));
        c.add(new Case(
                Rule.O2,
                ordered,
                s -> s.begin().driver.desc(0, IN, 1, 1, 2).desc(2, IN, 1, 0, 0).avail(0)));
        c.add(new Case(Rule.I9, ordered, s -> s.begin()
                .driver
                .entry(TABLE, 0, IN, 1, 1, 2)
                .entry(TABLE, 2, IN, 1, 0, 0)
                .desc(0, TABLE, 48, 4, 0)
                .avail(0)));
        // packed
        c.add(new Case(Rule.P3, pk, s -> {
            s.memory.store8(s.layout.descAddr() + 5, 1);
            s.begin();
        }));
        c.add(new Case(Rule.P4, pk, s -> s.begin().driver.packedRaw(0, IN, 1, 0x8000, 0)));
        c.add(new Case(Rule.P7, pk, s -> s.begin().driver.packed(0, IN, 1, 1, 0)));
        c.add(new Case(Rule.P12, pk, s -> s.begin().packedExposed().driver.packed(1, OUT, 8, 2, 0)));
        c.add(new Case(Rule.P5, pk, s -> {
            s.begin().packedExposed();
            s.packedUsed(0, 0, 0, 0x80);
        }));
        c.add(new Case(Rule.P13, pk, s -> s.begin().packedExposed().device.store16(s.layout.descAddr() + 16 * 2, 1)));
        c.add(new Case(Rule.P16, pk, s -> {
            s.begin().packedExposed();
            s.packedUsed(0, 3, 0, used);
        }));
        c.add(new Case(Rule.P16, pk, s -> s.begin().packedExposed().driver.packed(2, IN, 1, 0, 0)));
        c.add(new Case(Rule.P17, pk, s -> {
            s.begin().driver.packed(0, IN, 1, 0, 0);
            s.packedUsed(0, 0, 1, used | 2);
        }));
        c.add(new Case(Rule.P17, pk, s -> {
            s.begin().packedExposed();
            s.packedUsed(0, 0, 0, used | 2);
        }));
        c.add(new Case(Rule.U4, pk, s -> {
            s.begin().packedExposed();
            s.packedUsed(0, 0, 17, used | 2);
        }));
        c.add(new Case(Rule.P24, packed(false, true), s -> {
            s.begin().driver.packed(0, OUT, 16, 2, 0).packed(1, OUT + 64, 16, 2, 1);
            s.device.store64(OUT + 64, 1);
            s.packedUsed(0, 1, 8, used | 2); // skips buffer 0, which was never filled
        }));
        c.add(new Case(
                Rule.P22,
                pk,
                s -> s.begin().driver.packedEntry(TABLE, 0, IN, 1, 1).packed(0, TABLE, 16, 4, 0)));
        c.add(new Case(Rule.E1, pk, s -> s.begin().driver.memory().store16(s.layout.driverAddr() + 2, 2)));
        c.add(new Case(Rule.E1, packed(true, false), s -> s.begin().device.store16(s.layout.deviceAddr() + 2, 3)));
        c.add(new Case(Rule.E2, packed(true, false), s -> {
            s.begin().device.store16(s.layout.deviceAddr(), Q);
            s.device.store16(s.layout.deviceAddr() + 2, 2);
        }));
        c.add(new Case(Rule.E6, pk, s -> s.begin().driver.memory().store16(s.layout.deviceAddr() + 2, 1)));
        c.add(new Case(Rule.E6, pk, s -> s.begin().device.store16(s.layout.driverAddr() + 2, 1)));
        c.add(new Case(Rule.E3, pk, s -> {
            s.begin().driver.packed(0, IN, 1, 0, 0);
            s.checker.driverIdle();
        }));
        c.add(new Case(Rule.S13, pk, s -> {
            s.begin().driver.packedEntry(TABLE, 0, IN, 4, 0).packed(0, TABLE, 16, 4, 0);
            s.device.store8(TABLE, 1);
        }));
        c.add(new Case(Rule.S14, pk, s -> s.begin().packedExposed().device.store8(IN, 1)));
        c.add(new Case(Rule.U10, pk, s -> {
            s.begin().packedExposed();
            s.device.load64(s.layout.descAddr());
            s.device.load64(s.layout.descAddr());
        }));
        return c;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyRule_isNamed(Case c) {
        Scene scene = new Scene(c.mode());
        c.play().accept(scene);
        assertThat(scene.checker.violations())
                .as(scene.checker.dump())
                .isNotEmpty()
                .anyMatch(v -> v.rule() == c.rule());
    }

    @Test
    void aWholeRoundTrip_isFoundInnocent() {
        for (boolean isPacked : new boolean[] {false, true}) {
            Scene s = new Scene(isPacked ? packed(false, false) : split(false, false, false)).begin();
            if (isPacked) {
                s.packedExposed();
                s.device.store64(OUT, 7);
                s.packedUsed(0, 0, 8, PackedRing.usedBits(true) | 2);
            } else {
                s.exposed();
                s.device.store64(OUT, 7);
                s.used(0, 0, 8);
                s.usedIdx(1);
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
