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
        private boolean begun;

        Scene(QueueMode mode) {
            layout = mode.layout(0x1000);
            checker = new VirtqueueChecker(memory, layout, mode.features());
            driver = new AttackRing(checker.driverView(), layout);
            device = checker.deviceView();
            checker.allowDriver(IN, 0x1000);
            checker.allowDriver(TABLE, 0x1000);
        }

        Scene begin() {
            if (!begun) {
                begun = true;
                checker.begin();
            }
            return this;
        }

        /** Exposes a buffer of one readable and one writable element, head 0. */
        Scene exposed() {
            driver.desc(0, IN, 16, 1, 1).desc(1, OUT, 16, 2, 0).avail(0);
            checker.driverNotified();
            checker.driverIdle();
            return this;
        }

        Scene used(int slot, int id, int length) {
            device.store32(SplitRing.usedSlot(layout.deviceAddr(), slot), id);
            device.store32(SplitRing.usedSlot(layout.deviceAddr(), slot) + 4, length);
            return this;
        }

        Scene usedIdx(int idx) {
            device.storeRelease16(SplitRing.usedIdx(layout.deviceAddr()), idx);
            return this;
        }

        long idx() {
            return SplitRing.availIdx(layout.driverAddr());
        }

        long slot(int slot) {
            return SplitRing.availSlot(layout.driverAddr(), slot);
        }

        /** The device writes the first bytes at OUT. */
        Scene fill(int bytes) {
            device.fill(OUT, bytes, 7);
            return this;
        }

        Scene raw8(long address, int value) {
            memory.store8(address, value);
            return this;
        }

        Scene raw16(long address, int value) {
            memory.store16(address, value);
            return this;
        }

        Scene garbageInEntries() {
            memory.fill(SplitRing.usedSlot(layout.deviceAddr(), 0), 8L * Q, 0xa5);
            return this;
        }

        /** Exposes a table of {@code last} + 1 entries. */
        Scene table(int last) {
            begin();
            for (int i = 0; i <= last; i++) {
                driver.entry(TABLE, i, IN, 4, i < last ? 1 : 0, i + 1);
            }
            driver.desc(0, TABLE, 16L * (last + 1), 4, 0).avail(0);
            return this;
        }

        private Scene many(int[] heads) {
            begin();
            for (int head : heads) {
                driver.desc(head, IN, 1, 0, 0);
            }
            driver.avail(heads);
            return this;
        }

        Scene one() {
            return many(new int[] {0});
        }

        Scene two() {
            return many(new int[] {0, 1});
        }

        Scene three() {
            return many(new int[] {0, 1, 2});
        }

        AttackRing four() {
            return many(new int[] {0, 1, 2, 3}).driver;
        }

        void lookAndSleep() {
            driver.memory().fullFence();
            driver.memory().loadAcquire16(SplitRing.usedIdx(layout.deviceAddr()));
            checker.driverSleeps();
        }

        Scene packedExposed() {
            driver.packed(1, OUT, 16, 2, 0);
            driver.packed(0, IN, 16, 1, 0);
            checker.driverNotified();
            checker.driverIdle();
            return this;
        }

        Scene packedOne() {
            begin().driver.packed(0, IN, 1, 0, 0);
            return this;
        }

        /** A descriptor without its flags. */
        Scene packedBody() {
            driver.memory().store64(layout.descAddr(), IN);
            driver.memory().store32(layout.descAddr() + 8, 1);
            return this;
        }

        Scene packedTable() {
            begin().driver.packedEntry(TABLE, 0, IN, 4, 0).packed(0, TABLE, 16, 4, 0);
            return this;
        }

        Scene packedUsed(int slot, int id, int length, int flags) {
            long at = layout.descAddr() + 16L * slot;
            device.store32(at + 8, length);
            device.store16(at + 12, id);
            device.storeRelease16(at + 14, flags);
            return this;
        }
    }

    /** What fires exactly one rule, and what stands at its border and is silent. */
    private record Case(Rule rule, QueueMode mode, Consumer<Scene> play, Consumer<Scene> border) {
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

    private static final QueueMode PLAIN = split(true, false, false);
    private static final QueueMode EVENT = split(true, true, false);
    private static final QueueMode ORDERED = split(true, false, true);
    private static final QueueMode PACKED = packed(false, false);
    private static final QueueMode PACKED_EVENT = packed(true, false);
    private static final int USED = PackedRing.usedBits(true);

    private final List<Case> cases = new ArrayList<>();

    private void add(Rule rule, QueueMode mode, Consumer<Scene> play, Consumer<Scene> border) {
        cases.add(new Case(rule, mode, play, border));
    }

    private void startAndDriver() {
        add(Rule.N3, PLAIN, s -> s.raw16(s.layout.deviceAddr(), 1).begin(), s -> s.garbageInEntries()
                .begin());
        add(
                Rule.N3,
                PLAIN,
                s -> s.raw16(SplitRing.usedIdx(s.layout.deviceAddr()), 1).begin(),
                s -> s.raw16(SplitRing.availEvent(s.layout.deviceAddr(), Q), 7).begin());
        add(
                Rule.A1,
                PLAIN,
                s -> s.raw16(SplitRing.availIdx(s.layout.driverAddr()), 1).begin(),
                s -> s.raw16(SplitRing.usedEvent(s.layout.driverAddr(), Q), 7).begin());
        add(Rule.N1, PLAIN, s -> s.raw16(s.layout.driverAddr(), 2).begin(), s -> s.raw16(s.layout.driverAddr(), 1)
                .begin());
        add(
                Rule.S10,
                PLAIN,
                s -> s.begin().exposed().driver.desc(2, IN, 4, 1, 1).avail(0, 2),
                s -> s.begin()
                        .exposed()
                        .driver
                        .desc(2, IN, 4, 1, 3)
                        .desc(3, OUT + 32, 4, 2, 0)
                        .avail(0, 2));
        add(Rule.S11, PLAIN, s -> s.begin().exposed().driver.desc(1, OUT, 8, 2, 0), s -> s.begin()
                .exposed()
                .driver
                .desc(2, OUT, 8, 2, 0));
        add(Rule.S11, PLAIN, s -> s.table(0).driver.entry(TABLE, 0, IN, 5, 0, 0), s -> s.table(0)
                .driver
                .entry(TABLE, 1, IN, 5, 0, 0));
        add(
                Rule.D1,
                PLAIN,
                s -> s.begin().exposed().driver.memory().store8(IN + 15, 1),
                s -> s.begin().exposed().driver.memory().store8(IN + 16, 1));
        add(
                Rule.D1,
                PACKED,
                s -> s.begin().packedExposed().driver.memory().store8(IN, 1),
                s -> s.begin().packedExposed().driver.memory().store8(IN + 16, 1));
        add(Rule.S12, PLAIN, s -> s.begin().driver.memory().store8(0xf000, 1), s -> s.begin()
                .driver
                .memory()
                .store8(TABLE + 0xfff, 1));
        add(Rule.S12, PLAIN, s -> s.begin().driver.memory().store16(s.layout.deviceAddr(), 1), s -> s.begin()
                .driver
                .memory()
                .store16(s.layout.driverAddr(), 1));
        add(Rule.S4, PLAIN, s -> s.begin().driver.avail(Q), s -> s.begin()
                .driver
                .desc(Q - 1, IN, 1, 0, 0)
                .avail(Q - 1));
        add(Rule.S5, PLAIN, s -> s.begin().driver.desc(0, IN, 1, 1, Q).avail(0), s -> s.begin()
                .driver
                .desc(0, IN, 1, 1, Q - 1)
                .desc(Q - 1, IN, 1, 0, Q)
                .avail(0));
        add(
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
        add(
                Rule.S8,
                PLAIN,
                s -> s.begin().driver.desc(0, OUT, 1, 3, 1).desc(1, IN, 1, 0, 0).avail(0),
                s -> s.begin()
                        .driver
                        .desc(0, OUT, 1, 3, 1)
                        .desc(1, OUT + 1, 1, 2, 0)
                        .avail(0));
        add(
                Rule.S17,
                split(false, false, false),
                s -> s.begin().driver.desc(0, TABLE, 16, 4, 0).avail(0),
                s -> s.begin().driver.desc(0, TABLE, 16, 8, 0).avail(0)); // a reserved bit
        add(
                Rule.I1,
                PLAIN,
                s -> s.begin()
                        .driver
                        .entry(TABLE, 0, IN, 16, 4, 0)
                        .desc(0, TABLE, 16, 4, 0)
                        .avail(0),
                s -> s.begin()
                        .driver
                        .entry(TABLE, 0, IN, 16, 8, 0)
                        .desc(0, TABLE, 16, 4, 0)
                        .avail(0));
        add(
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
        add(Rule.I3, PLAIN, s -> s.begin().driver.desc(0, TABLE, 17, 4, 0).avail(0), s -> s.begin()
                .driver
                .entry(TABLE + 1, 0, IN, 1, 0, 0)
                .desc(0, TABLE + 1, 16, 4, 0)
                .avail(0));
        add(Rule.I4, PLAIN, s -> s.table(Q), s -> s.table(Q - 1));
        add(Rule.A1, PLAIN, s -> s.begin().exposed().driver.availIdx(0), s -> s.begin()
                .exposed()
                .driver
                .availIdx(1));
        add(Rule.A2, PLAIN, s -> s.four().availIdx(5), Scene::four);
        add(
                Rule.A3,
                PLAIN,
                s -> s.begin().driver.desc(0, IN, 1, 0, 0).avail(0).memory().store16(s.slot(0), 3),
                s -> s.begin().driver.desc(0, IN, 1, 0, 0).avail(0).memory().store16(s.slot(0), 0));
        add(Rule.A3, PLAIN, s -> s.begin().driver.desc(0, IN, 1, 0, 0).memory().store16(s.idx(), 1), s -> {
            s.begin().driver.desc(0, IN, 1, 0, 0).memory().fullFence();
            s.driver.memory().store16(s.idx(), 1);
        });
        add(
                Rule.A5,
                PLAIN,
                s -> s.begin().exposed().driver.memory().store16(s.slot(0), 3),
                s -> s.begin().exposed().driver.memory().store16(s.slot(1), 3));
        add(
                Rule.A6,
                PLAIN,
                s -> s.begin().exposed().driver.avail(0, 0),
                s -> s.begin().exposed().driver.desc(3, IN, 1, 0, 0).avail(0, 3));
        add(Rule.N1, PLAIN, s -> s.begin().driver.memory().store16(s.layout.driverAddr(), 2), s -> s.begin()
                .driver
                .memory()
                .store16(s.layout.driverAddr(), 1));
        add(Rule.N1, EVENT, s -> s.begin().driver.memory().store16(s.layout.driverAddr(), 1), s -> s.begin()
                .driver
                .memory()
                .store16(s.layout.driverAddr(), 0));
        add(
                Rule.O2,
                ORDERED,
                s -> s.begin().driver.desc(0, IN, 1, 1, 2).desc(2, IN, 1, 0, 0).avail(0),
                s -> s.begin().driver.desc(0, IN, 1, 1, 1).desc(1, IN, 1, 0, 0).avail(0));
        add(
                Rule.O2,
                ORDERED,
                s -> s.begin().exposed().driver.desc(3, IN, 1, 0, 0).avail(0, 3),
                s -> s.begin().exposed().driver.desc(2, IN, 1, 0, 0).avail(0, 2));
        add(Rule.O2, ORDERED, s -> s.begin().driver.desc(1, IN, 1, 0, 0).avail(1), s -> s.begin()
                .driver
                .desc(0, IN, 1, 0, 0)
                .avail(0));
        add(
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

    private void device() {
        add(Rule.S13, PLAIN, s -> s.begin().exposed().device.store16(s.layout.descAddr(), 1), s -> s.begin()
                .exposed()
                .device
                .load16(s.layout.descAddr()));
        add(Rule.S13, PLAIN, s -> s.table(0).device.store8(TABLE, 1), s -> s.table(0)
                .device
                .load8(TABLE));
        add(Rule.S14, PLAIN, s -> s.begin().exposed().device.store8(IN + 15, 1), s -> s.begin()
                .exposed()
                .device
                .store8(OUT, 1));
        add(Rule.S15, PLAIN, s -> s.begin().exposed().device.store8(OUT + 16, 1), s -> s.begin()
                .exposed()
                .device
                .store8(OUT + 15, 1));
        add(Rule.S15, PLAIN, s -> s.begin().exposed().device.store16(OUT + 15, 1), s -> s.begin()
                .exposed()
                .device
                .store16(OUT + 14, 1));
        add(Rule.S15, PLAIN, s -> s.begin().exposed().device.store16(s.layout.driverAddr(), 1), s -> s.begin()
                .exposed()
                .device
                .store16(s.layout.deviceAddr(), 1));
        add(Rule.N2, PLAIN, s -> s.begin().device.store16(s.layout.deviceAddr(), 2), s -> s.begin()
                .device
                .store16(s.layout.deviceAddr(), 1));
        add(Rule.N2, EVENT, s -> s.begin().device.store16(s.layout.deviceAddr(), 1), s -> s.begin()
                .device
                .store16(s.layout.deviceAddr(), 0));
        add(Rule.U1, PLAIN, s -> s.begin().exposed().usedIdx(1), s -> s.begin()
                .exposed()
                .used(0, 0, 0)
                .usedIdx(1));
        add(Rule.U1, PLAIN, s -> s.begin().exposed().used(2, 0, 0), s -> s.begin()
                .exposed()
                .used(0, 0, 0));
        add(
                Rule.U1,
                PLAIN,
                s -> s.begin().exposed().used(0, 0, 0).device.store16(SplitRing.usedIdx(s.layout.deviceAddr()), 1),
                s -> {
                    s.begin().exposed().used(0, 0, 0).device.fullFence();
                    s.device.store16(SplitRing.usedIdx(s.layout.deviceAddr()), 1);
                });
        add(Rule.U2, PLAIN, s -> s.begin().exposed().used(0, 0, 0).usedIdx(2), s -> s.begin()
                .exposed()
                .used(0, 0, 0)
                .usedIdx(0));
        add(Rule.U3, PLAIN, s -> s.begin().exposed().used(0, 1, 0).usedIdx(1), s -> s.begin()
                .exposed()
                .used(0, 0, 0)
                .usedIdx(1));
        add(
                Rule.U4,
                PLAIN,
                s -> s.begin().exposed().used(0, 0, 17).usedIdx(1),
                s -> s.begin().exposed().fill(16).used(0, 0, 16).usedIdx(1));
        add(
                Rule.U5,
                PLAIN,
                s -> {
                    s.begin().exposed().device.store32(OUT + 4, 1); // a gap in front
                    s.used(0, 0, 8).usedIdx(1);
                },
                s -> s.begin().exposed().fill(8).used(0, 0, 8).usedIdx(1));
        add(Rule.U6, PLAIN, s -> s.one().used(0, 0, 1).usedIdx(1), s -> s.one()
                .used(0, 0, 0)
                .usedIdx(1));
        add(Rule.O1, ORDERED, s -> s.two().used(0, 1, 0).usedIdx(1), s -> s.two()
                .used(0, 0, 0)
                .usedIdx(1));
        add(Rule.O3, ORDERED, s -> s.three().used(0, 2, 0).usedIdx(2), s -> s.three()
                .used(0, 2, 0)
                .usedIdx(3));
        add(
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
        add(
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

    private void events() {
        add(Rule.N4, PLAIN, s -> s.one().checker.driverIdle(), s -> {
            s.begin().device.store16(s.layout.deviceAddr(), 1); // wants none
            s.one().driver.memory().fullFence();
            s.driver.memory().load16(s.layout.deviceAddr());
            s.checker.driverIdle();
        });
        add(
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
        add(
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
        add(
                Rule.N9,
                PLAIN,
                s -> s.begin().exposed().used(0, 0, 0).usedIdx(1).checker.deviceIdle(),
                s -> {
                    s.begin().exposed().driver.memory().store16(s.layout.driverAddr(), 1);
                    s.used(0, 0, 0).usedIdx(1).device.fullFence();
                    s.device.load16(s.layout.driverAddr());
                    s.checker.deviceIdle();
                });
        add(
                Rule.N11,
                EVENT,
                s -> s.begin().exposed().used(0, 0, 0).usedIdx(1).checker.deviceIdle(),
                s -> {
                    s.begin().exposed().used(0, 0, 0).usedIdx(1).checker.deviceInterrupted();
                    s.checker.deviceIdle();
                });
        add(
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
        add(
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
        add(
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
        add(Rule.N17, PLAIN, s -> s.one().checker.driverNotified(2), s -> s.one()
                .checker
                .driverNotified(1));
        add(Rule.E3, PACKED, s -> s.packedOne().checker.driverIdle(), s -> {
            s.begin().device.store16(s.layout.deviceAddr() + 2, 1);
            s.packedOne().driver.memory().fullFence();
            s.driver.memory().load32(s.layout.deviceAddr());
            s.checker.driverIdle();
        });
        add(
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
        add(
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
        add(
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

    private void packed() {
        add(Rule.P3, PACKED, s -> s.raw8(s.layout.descAddr() + 16 * Q - 1, 1).begin(), s -> s.raw8(
                        s.layout.descAddr() + 16 * Q, 1)
                .begin()); // the driver event area
        add(Rule.E1, PACKED, s -> s.raw16(s.layout.deviceAddr() + 2, 2).begin(), s -> s.raw16(
                        s.layout.deviceAddr() + 2, 1)
                .begin());
        add(Rule.P4, PACKED, s -> s.begin().driver.packedRaw(0, IN, 1, 0x8000, 0), s -> s.begin()
                .driver
                .packedRaw(0, IN, 1, 0x80, 0));
        add(Rule.P7, PACKED, s -> s.begin().driver.packed(0, IN, 1, 1, 0), s -> s.begin()
                .driver
                .packed(0, IN, 1, 0, 0));
        add(
                Rule.P7,
                PACKED,
                s -> s.begin().packedBody().driver.memory().store16(s.layout.descAddr() + 14, 0x80),
                s -> s.begin().packedBody().driver.memory().storeRelease16(s.layout.descAddr() + 14, 0x80));
        add(
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
        add(Rule.P11, PACKED, s -> s.begin().driver.packed(1, IN, 1, 0, 0).packed(0, OUT, 1, 3, 0), s -> s.begin()
                .driver
                .packed(1, OUT + 8, 1, 2, 0)
                .packed(0, OUT, 1, 3, 0));
        add(Rule.P12, PACKED, s -> s.begin().packedExposed().driver.packed(1, OUT, 8, 2, 0), s -> s.begin()
                .packedExposed()
                .driver
                .packed(2, OUT + 32, 8, 2, 1));
        add(Rule.P5, PACKED, s -> s.begin().packedExposed().packedUsed(0, 0, 0, 0x80), s -> s.begin()
                .packedExposed()
                .packedUsed(0, 0, 0, USED));
        add(
                Rule.P13,
                PACKED,
                s -> s.begin().packedExposed().device.store16(s.layout.descAddr() + 16 * 2, 1),
                s -> s.begin().packedExposed().device.load16(s.layout.descAddr() + 16 * 2));
        add(
                Rule.P14,
                PACKED,
                s -> {
                    s.begin().packedExposed().device.store32(s.layout.descAddr() + 16 + 8, 0);
                    s.packedUsed(0, 0, 0, USED);
                },
                s -> s.begin().packedExposed().packedUsed(0, 0, 0, USED));
        add(
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
        add(Rule.P16, PACKED, s -> s.begin().packedExposed().packedUsed(0, 3, 0, USED), s -> s.begin()
                .packedExposed()
                .packedUsed(0, 0, 0, USED));
        add(Rule.P16, PACKED, s -> s.begin().packedExposed().driver.packed(2, IN, 1, 0, 0), s -> s.begin()
                .packedExposed()
                .driver
                .packed(2, IN, 1, 0, 0xffff));
        add(Rule.P17, PACKED, s -> s.packedOne().packedUsed(0, 0, 1, USED | 2), s -> s.packedOne()
                .packedUsed(0, 0, 1, USED)); // without WRITE the length says nothing
        add(Rule.P17, PACKED, s -> s.begin().packedExposed().packedUsed(0, 0, 0, USED | 2), s -> s.begin()
                .packedExposed()
                .fill(1)
                .packedUsed(0, 0, 1, USED | 2));
        add(
                Rule.P17, // something was written
                PACKED,
                s -> s.begin().packedExposed().fill(8).packedUsed(0, 0, 8, USED),
                s -> s.begin().packedExposed().fill(8).packedUsed(0, 0, 8, USED | 2));
        add(Rule.U4, PACKED, s -> s.begin().packedExposed().packedUsed(0, 0, 17, USED | 2), s -> s.begin()
                .packedExposed()
                .fill(16)
                .packedUsed(0, 0, 16, USED | 2));
        add(Rule.U5, PACKED, s -> s.begin().packedExposed().fill(7).packedUsed(0, 0, 8, USED | 2), s -> s.begin()
                .packedExposed()
                .fill(8)
                .packedUsed(0, 0, 7, USED | 2));
        add(
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
        add(
                Rule.P22,
                PACKED,
                s -> s.begin().driver.packedEntry(TABLE, 0, IN, 1, 1).packed(0, TABLE, 16, 4, 0),
                s -> s.begin().driver.packedEntry(TABLE, 0, OUT, 1, 2).packed(0, TABLE, 16, 4, 0));
        add(
                Rule.P22,
                PACKED,
                s -> s.begin().driver.packedEntry(TABLE, 0, IN, 1, 0).packed(0, TABLE, 16, 5, 0),
                s -> s.begin().driver.packedEntry(TABLE, 0, IN, 1, 0).packed(0, TABLE, 16, 6, 0));
        add(
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
        add(
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
        add(Rule.E1, PACKED, s -> s.begin().driver.memory().store16(s.layout.driverAddr() + 2, 2), s -> s.begin()
                .driver
                .memory()
                .store16(s.layout.driverAddr() + 2, 1));
        add(Rule.E1, PACKED_EVENT, s -> s.begin().device.store16(s.layout.deviceAddr() + 2, 3), s -> s.begin()
                .device
                .store16(s.layout.deviceAddr() + 2, 2));
        add(Rule.E2, PACKED_EVENT, s -> s.begin().device.store32(s.layout.deviceAddr(), 2 << 16 | Q), s -> s.begin()
                .device
                .store32(s.layout.deviceAddr(), 2 << 16 | Q - 1));
        add(Rule.E6, PACKED, s -> s.begin().driver.memory().store16(s.layout.deviceAddr() + 2, 1), s -> s.begin()
                .driver
                .memory()
                .store16(s.layout.driverAddr() + 2, 1));
        add(Rule.E6, PACKED, s -> s.begin().device.store16(s.layout.driverAddr() + 2, 1), s -> s.begin()
                .device
                .store16(s.layout.deviceAddr() + 2, 1));
        add(Rule.S13, PACKED, s -> s.packedTable().device.store8(TABLE + 15, 1), s -> s.packedTable()
                .device
                .load8(TABLE + 15));
        add(Rule.S14, PACKED, s -> s.begin().packedExposed().device.store8(IN, 1), s -> s.begin()
                .packedExposed()
                .device
                .store8(OUT, 1));
        add(Rule.S11, PACKED, s -> s.packedTable().driver.memory().store8(TABLE, 1), s -> s.packedTable()
                .driver
                .memory()
                .store8(TABLE + 16, 1));
    }

    static List<Case> cases() {
        CheckerRulesTest all = new CheckerRulesTest();
        all.startAndDriver();
        all.device();
        all.events();
        all.packed();
        return all.cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyRule_isNamed_andNoOther(Case c) {
        Scene scene = new Scene(c.mode());
        c.play().accept(scene);
        assertThat(scene.checker.judged()).as("what fires was judged").containsKey(c.rule);
        assertThat(scene.checker.violations().stream().map(Violation::rule).distinct())
                .as(scene.checker.violations() + "\n" + scene.checker.dump())
                .containsExactly(c.rule());
        assertThat(scene.checker.broken()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void atTheBorder_nothingIsSaid(Case c) {
        Scene scene = new Scene(c.mode());
        c.border().accept(scene);
        assertThat(scene.checker.violations()).as(scene.checker.dump()).isEmpty();
    }

    /** Allowed, and worth a word: neither fails. */
    @Test
    void habits_areNoViolations() {
        Scene twice = new Scene(PLAIN).begin().exposed();
        twice.device.load64(twice.layout.descAddr());
        twice.device.load32(twice.layout.descAddr() + 4);
        assertThat(twice.checker.violations())
                .singleElement()
                .matches(v -> v.rule() == Rule.U10 && v.verdict() == Verdict.IMPLEMENTATION && v.side() == Side.DEVICE);
        Scene eager = new Scene(PLAIN).begin();
        eager.checker.driverNotified(); // nothing was published
        eager.checker.driverIdle();
        assertThat(eager.checker.violations())
                .singleElement()
                .matches(v -> v.rule() == Rule.N4 && v.verdict() == Verdict.SHOULD && v.side() == Side.DRIVER);
        assertThat(twice.checker.broken() || eager.checker.broken()).isFalse();
        Scene again = new Scene(packed(false, false)).begin().packedExposed();
        again.device.load64(again.layout.descAddr());
        again.device.load64(again.layout.descAddr());
        assertThat(again.checker.violations()).singleElement().matches(v -> v.rule() == Rule.U10);
    }

    @Test
    void aWholeRoundTrip_isFoundInnocent() {
        for (boolean isPacked : new boolean[] {false, true}) {
            Scene s = new Scene(isPacked ? packed(false, false) : split(false, false, false)).begin();
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
