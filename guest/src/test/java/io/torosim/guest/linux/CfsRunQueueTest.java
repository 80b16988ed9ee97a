package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.torosim.core.cost.CostModel;
import io.torosim.core.time.Picos;
import org.junit.jupiter.api.Test;

/** The completely fair scheduler's decisions, one by one (kernel/sched/fair.c). */
final class CfsRunQueueTest {
    private static final long MILLI = Picos.PER_MILLI;
    /** The constants of one CPU: 6, 0.75 and 1 ms. */
    private final CfsParameters parameters = CfsParameters.of(CostModel.standard(), 1);

    private final CfsRunQueue queue = new CfsRunQueue(parameters);

    private static CfsTask task(String name) {
        return new CfsTask(name, CfsParameters.NICE_0);
    }

    @Test
    void constants_growWithTheLogarithmOfAtMostEightCpus() {
        CostModel costs = CostModel.standard();
        assertThat(CfsParameters.of(costs, 1)).isEqualTo(new CfsParameters(6 * MILLI, 3 * MILLI / 4, MILLI));
        assertThat(CfsParameters.of(costs, 2)).isEqualTo(new CfsParameters(12 * MILLI, 3 * MILLI / 2, 2 * MILLI));
        assertThat(CfsParameters.of(costs, 8).latencyPs()).isEqualTo(24 * MILLI);
        assertThat(CfsParameters.of(costs, 64)).isEqualTo(CfsParameters.of(costs, 8));
    }

    @Test
    void period_growsFromTheNinthTaskOn() {
        assertThat(parameters.periodPs(8)).isEqualTo(6 * MILLI);
        assertThat(parameters.periodPs(9)).isEqualTo(9 * 3 * MILLI / 4);
    }

    @Test
    void weight_ofALevelIsAFactorOf1Point25() {
        assertThat(CfsParameters.weightOf(0)).isEqualTo(1024);
        assertThat(CfsParameters.weightOf(1)).isEqualTo(819);
        assertThat(CfsParameters.weightOf(-1)).isEqualTo(1280);
        assertThat(CfsParameters.weightOf(19)).isBetween(14, 16); // the kernel's table says 15
        assertThat(CfsParameters.weightOf(-20)).isBetween(87_000, 90_500); // 88,761
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CfsParameters.weightOf(20))
                .withMessage("nice must be in [-20, 19], nice=20");
    }

    @Test
    void wakeUp_ofAnIdleCpu_isToBeScheduledAtOnce() {
        CfsTask a = task("a");
        assertThat(queue.wakeUp(a)).isTrue();
        assertThat(queue.wakeUp(a)).as("it is awake").isFalse();
        assertThat(queue.choose()).isSameAs(a);
        assertThat(queue.runnable()).isEqualTo(1);
    }

    @Test
    void wakeUp_replacesTheRunningTaskOnlyBeyondTheWakeUpGranularity() {
        CfsTask runs = task("runs");
        queue.wakeUp(runs);
        queue.choose();
        queue.ran(10 * MILLI);
        // a sleeper is placed half a period, 3 ms, behind the queue: more than the granularity of 1 ms
        assertThat(queue.wakeUp(task("sleeper"))).isTrue();

        CfsRunQueue other = new CfsRunQueue(parameters);
        CfsTask busy = task("busy");
        CfsTask shortSleep = task("shortSleep");
        other.wakeUp(busy);
        other.choose();
        other.ran(MILLI);
        shortSleep.vruntimePs = MILLI / 2; // half a millisecond behind
        assertThat(other.wakeUp(shortSleep)).isFalse();
    }

    @Test
    void aTaskThatSlept_isPlacedHalfAPeriodBehindAtMost() {
        CfsTask runs = task("runs");
        CfsTask slept = task("slept");
        queue.wakeUp(runs);
        queue.choose();
        queue.ran(Picos.PER_SECOND);
        queue.wakeUp(slept);
        assertThat(slept.vruntimePs).isEqualTo(Picos.PER_SECOND - 3 * MILLI);
    }

    @Test
    void turn_endsWhenTheShareIsUsedUp() {
        CfsTask a = task("a");
        CfsTask b = task("b");
        queue.wakeUp(a);
        queue.choose();
        assertThat(queue.turnIsOver()).as("alone").isFalse();
        queue.wakeUp(b);
        assertThat(queue.sharePs(a)).isEqualTo(3 * MILLI);
        queue.ran(3 * MILLI);
        assertThat(queue.turnIsOver()).isFalse();
        queue.ran(1);
        assertThat(queue.turnIsOver()).isTrue();
        assertThat(queue.choose()).isSameAs(b);
    }

    @Test
    void blocks_leavesTheOthers() {
        CfsTask a = task("a");
        CfsTask b = task("b");
        queue.wakeUp(a);
        queue.wakeUp(b);
        queue.choose();
        queue.blocks();
        assertThat(queue.current()).isNull();
        assertThat(queue.choose()).isSameAs(b);
        queue.blocks();
        assertThat(queue.choose()).isNull();
        assertThat(queue.runnable()).isZero();
    }
}
