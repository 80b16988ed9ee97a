package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.StoreBuffers.StoreOrder;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.testkit.Interleaving.Exhaustion;
import io.torosim.virtio.testkit.Violation.Side;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The search through all interleavings: litmus tests whose answers are known, and a buffer each way through our halves. */
class ExhaustiveSearchTest {
    private static final long X = 0x100;
    private static final long Y = 0x200;
    private static final long RESULT = 0x300;

    /**
     * The driver runs and reads a number, the device runs and tells one; returns whether the two can be as asked.
     */
    private static boolean possible(StoreOrder order, Half driver, Half device, BothSeen seen) {
        Exhaustion result = new ExhaustiveSearch(
                        () -> (memory, schedule) -> {
                            int mine = driver.run(memory);
                            schedule.rest(Side.DRIVER);
                            memory.fullFence();
                            if (seen.test(mine, memory.load16(RESULT))) {
                                throw new SideHistory.WrongData("seen");
                            }
                            schedule.end();
                        },
                        () -> (memory, schedule) -> {
                            memory.store16(RESULT, device.run(memory));
                            memory.fullFence();
                            schedule.wake(Side.DRIVER);
                            schedule.rest(Side.DEVICE);
                        },
                        order,
                        1_000_000)
                .run();
        assertThat(result.complete() || "seen".equals(result.failure()))
                .as(result.toString())
                .isTrue();
        return result.failure() != null;
    }

    private interface Half {
        int run(GuestMemory memory);
    }

    private interface BothSeen {
        boolean test(int driver, int device);
    }

    /** Store buffering: both store, then load what the other stores. Both may read the old value where stores are buffered. */
    @ParameterizedTest
    @CsvSource({", false, false", "TSO, false, true", "WEAK, false, true", "TSO, true, false", "WEAK, true, false"})
    void storeBuffering(StoreOrder order, boolean fences, boolean expected) {
        assertThat(possible(
                        order,
                        m -> storeAndLoad(m, X, Y, fences),
                        m -> storeAndLoad(m, Y, X, fences),
                        (a, b) -> a == 0 && b == 0))
                .isEqualTo(expected);
    }

    private static int storeAndLoad(GuestMemory memory, long mine, long other, boolean fence) {
        memory.store16(mine, 1);
        if (fence) {
            memory.fullFence();
        }
        return memory.load16(other);
    }

    /** Message passing: data, then a flag. New flag and old data need a weak order and no release, or no acquire. */
    @ParameterizedTest
    @CsvSource({
        ", false, false, false",
        "TSO, false, false, false",
        "WEAK, false, false, true",
        "WEAK, true, false, true",
        "WEAK, false, true, true",
        "WEAK, true, true, false"
    })
    void messagePassing(StoreOrder order, boolean release, boolean acquire, boolean expected) {
        assertThat(possible(
                        order,
                        m -> {
                            m.store16(X, 1);
                            if (release) {
                                m.storeRelease16(Y, 1);
                            } else {
                                m.store16(Y, 1);
                            }
                            return 0;
                        },
                        m -> {
                            int flag = acquire ? m.loadAcquire16(Y) : m.load16(Y);
                            return flag * 2 + m.load16(X);
                        },
                        (none, device) -> device == 2))
                .isEqualTo(expected);
    }

    /** Of one place nobody sees an older value after a newer one, in any order. */
    @ParameterizedTest
    @CsvSource({"TSO", "WEAK"})
    void onePlace_neverGoesBack(StoreOrder order) {
        Consumer<GuestMemory> writer = m -> {
            m.store16(X, 1);
            m.store16(X, 2);
        };
        BiConsumer<Integer, Boolean> check = (device, back) -> assertThat(possible(
                        order,
                        m -> {
                            writer.accept(m);
                            return 0;
                        },
                        m -> m.load16(X) * 16 + m.load16(X),
                        (none, seen) -> seen == device))
                .as("%x", device)
                .isEqualTo(!back);
        check.accept(0x12, false);
        check.accept(0x02, false);
        check.accept(0x21, true);
        check.accept(0x10, true);
    }

    /** A load sees the side's own latest store, visible or not. */
    @Test
    void ownStores_areSeenAtOnce() {
        assertThat(possible(
                        StoreOrder.WEAK,
                        m -> {
                            m.store16(X, 7);
                            return m.load16(X);
                        },
                        m -> 0,
                        (driver, device) -> driver != 7))
                .isFalse();
    }

    /** Who sleeps before the other can wake it sleeps for ever. */
    @Test
    void lostWakeUp_isFound() {
        Exhaustion result = new ExhaustiveSearch(
                        () -> (memory, schedule) -> schedule.rest(Side.DRIVER),
                        () -> (memory, schedule) -> {
                            if (memory.load16(X) == 1) {
                                schedule.wake(Side.DRIVER);
                            }
                            schedule.rest(Side.DEVICE);
                        },
                        StoreOrder.TSO,
                        1000)
                .run();
        assertThat(result.failure()).startsWith("N15");
    }

    /** One buffer each way, in every mode, on rings of 2 and 4: nothing can go wrong, and all of it was seen. */
    @Test
    void oneBuffer_everyInterleaving_ofOurHalves() {
        long states = 0;
        for (int size = 2; size <= 4; size += 2) {
            for (QueueMode mode : QueueMode.all(size)) {
                for (StoreOrder order : StoreOrder.values()) {
                    Exhaustion result =
                            Interleaving.exhaust(mode, 1, order, DriverQueue::create, DeviceQueue::create, 1_000_000);
                    assertThat(result.complete())
                            .as(mode + " " + order + " " + result)
                            .isTrue();
                    states += result.states();
                }
            }
        }
        assertThat(states).isGreaterThan(20_000);
    }

    /** Two buffers on a ring with room for one: it goes round. Under the weak order a million states: the long search. */
    @Test
    void twoBuffers_everyInterleaving_ofOurHalves() {
        boolean all = Boolean.getBoolean("torosim.longSearch");
        for (QueueMode mode : QueueMode.all(2)) {
            if (mode.indirect() || mode.legacy() || mode.inOrder()) {
                continue;
            }
            for (StoreOrder order : StoreOrder.values()) {
                if (order == StoreOrder.TSO || all) {
                    Exhaustion result =
                            Interleaving.exhaust(mode, 2, order, DriverQueue::create, DeviceQueue::create, 10_000_000);
                    assertThat(result.complete())
                            .as(mode + " " + order + " " + result)
                            .isTrue();
                }
            }
        }
    }
}
