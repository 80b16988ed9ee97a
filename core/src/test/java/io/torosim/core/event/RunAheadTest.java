package io.torosim.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.event.Simulation.PeriodicSpin;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What runs ahead of the event set, to the last picosecond that it may, and what handles say. */
class RunAheadTest {
    private final Simulation simulation = new Simulation();
    private final List<String> seen = new ArrayList<>();

    private void at(long timePs, Runnable what) {
        simulation.at(timePs, (op, arg) -> what.run(), 0, 0);
    }

    @Test
    void horizon_liesOneBehindTheLastFreeInstant_andIsNearerWhereAnEventComes() {
        at(10, () -> {
            assertThat(simulation.isRunning()).isTrue();
            assertThat(simulation.horizonPs()).as("the next event").isEqualTo(50);
            long handle = simulation.at(40, (op, arg) -> {}, 0, 0);
            assertThat(simulation.horizonPs()).as("a nearer one").isEqualTo(40);
            assertThat(simulation.reschedule(handle, 30)).isTrue();
            assertThat(simulation.horizonPs()).isEqualTo(30);
            simulation.advanceTo(29, 3, 7);
            simulation.countPassed(2);
            seen.add(simulation.nowPs() + " " + simulation.nowPriority() + " " + simulation.firedCount());
        });
        at(50, () -> seen.add("50"));
        assertThat(simulation.nextTimePs()).isEqualTo(10);
        assertThat(simulation.isRunning()).isFalse();
        assertThat(simulation.horizonPs()).as("no run").isZero();
        simulation.runUntil(100);
        assertThat(seen).containsExactly("29 7 6", "50");
        assertThat(simulation.horizonPs()).isZero();
    }

    @Test
    void horizon_isTheEndOfTheRun_andNoneWhereEveryEventIsLookedAt() {
        at(10, () -> seen.add("run " + simulation.horizonPs()));
        simulation.runUntil(80);
        at(90, () -> {
            simulation.stop();
            seen.add("stopped " + simulation.horizonPs());
        });
        simulation.runUntil(200);
        at(210, () -> seen.add("events " + simulation.horizonPs()));
        simulation.runEvents(1);
        at(220, () -> seen.add("condition " + simulation.horizonPs()));
        simulation.runUntil(() -> seen.size() == 4);
        assertThat(seen).containsExactly("run 81", "stopped 0", "events 0", "condition 0");
    }

    @Test
    void whereEachEventIsLookedAt_whatIsUnderWayIsSettledBefore_andNeverAgainPassedOverOnceStepwise() {
        simulation.beforeLookingAtEach(() -> {
            simulation.countPassed(10);
            seen.add("settled");
        });
        at(10, () -> seen.add("run " + simulation.looksAtEach()));
        at(20, () -> seen.add("events " + simulation.looksAtEach()));
        at(30, () -> seen.add("condition " + simulation.looksAtEach()));
        at(40, () -> seen.add("stepwise " + simulation.looksAtEach() + " " + simulation.horizonPs()));
        simulation.runUntil(10);
        assertThat(simulation.runEvents(1)).as("what was settled came before").isEqualTo(1);
        simulation.runUntil(() -> simulation.nowPs() == 30);
        assertThat(simulation.isStepwise()).isFalse();
        simulation.stepwise();
        assertThat(simulation.isStepwise()).isTrue();
        simulation.runUntil(50);
        assertThat(seen)
                .containsExactly(
                        "run false",
                        "settled",
                        "events true",
                        "settled",
                        "condition true",
                        "settled",
                        "stepwise true 0");
        assertThat(simulation.firedCount()).isEqualTo(34);
        at(60, () -> assertThatThrownBy(simulation::stepwise)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("between runs"));
        simulation.runUntil(60);
    }

    @Test
    void tryAdvance_goesUpToTheHorizon_andToItOnlyBeforeWhatIsThere() {
        simulation.at(50, 5, (op, arg) -> {}, 0, 0);
        at(10, () -> {
            assertThat(simulation.horizonPs()).isEqualTo(50);
            assertThat(simulation.tryAdvance(49, 9)).isTrue();
            assertThat(simulation.tryAdvance(50, 5)).as("behind it").isFalse();
            assertThat(simulation.nowPs()).isEqualTo(49);
            assertThat(simulation.tryAdvance(50, 4)).as("before it").isTrue();
            assertThat(simulation.tryAdvance(51, 0)).isFalse();
            assertThat(simulation.firedCount()).isEqualTo(3);
        });
        simulation.runUntil(100);
        assertThat(simulation.firedCount()).isEqualTo(4);
    }

    @Test
    void wholePeriods_endBeforeTheNextEventOfAnEqualClass_atTheEndOfTheRunAndOfItsEvents() {
        simulation.at(50, 5, (op, arg) -> {}, 0, 0);
        at(10, () -> {
            assertThat(simulation.advanceWhole(10, 5)).as("20, 30, 40").isEqualTo(3);
            assertThat(simulation.advanceWhole(10, 5)).isZero();
            assertThat(simulation.advanceWhole(10, 4))
                    .as("50, before what is there")
                    .isOne();
            assertThat(simulation.nowPriority()).isEqualTo(4);
        });
        at(60, () -> assertThat(simulation.advanceWhole(10, 5)).as("70 to 100").isEqualTo(4));
        simulation.runUntil(100);
        assertThat(simulation.firedCount()).isEqualTo(11);
        at(100, () -> seen.add("" + simulation.advanceWhole(10, 5)));
        simulation.runEvents(4);
        assertThat(seen).as("four events, this one is the first").containsExactly("3");
        assertThat(simulation.nowPs()).isEqualTo(130);
    }

    @Test
    void takeNextIf_takesTheNextOfTheRun_ifItIsKnown() {
        EventHandler known = (op, arg) -> seen.add("fired");
        EventHandler other = (op, arg) -> {};
        assertThat(simulation.takeNextIf(h -> true)).as("no run").isNull();
        simulation.at(20, 3, known, 0, 0);
        simulation.at(30, 3, other, 0, 0);
        simulation.at(40, 3, known, 0, 0);
        simulation.at(101, 3, known, 0, 0);
        at(10, () -> {
            assertThat(simulation.takeNextIf(h -> h == known)).isSameAs(known);
            seen.add(simulation.nowPs() + " " + simulation.nowPriority() + " " + simulation.firedCount());
            assertThat(simulation.takeNextIf(h -> h == known)).as("another's").isNull();
        });
        simulation.at(
                40,
                4,
                (op, arg) -> assertThat(simulation.takeNextIf(h -> true))
                        .as("behind the end")
                        .isNull(),
                0,
                0);
        simulation.runUntil(100);
        assertThat(seen).containsExactly("20 3 2", "fired");
        simulation.at(100, (op, arg) -> seen.add("" + simulation.takeNextIf(h -> true)), 0, 0);
        simulation.runEvents(1);
        simulation.at(100, (op, arg) -> seen.add("" + simulation.takeNextIf(h -> true)), 0, 0);
        simulation.runUntil(() -> seen.size() == 4);
        simulation.at(
                100,
                (op, arg) -> {
                    simulation.stop();
                    seen.add("" + simulation.takeNextIf(h -> true));
                },
                0,
                0);
        simulation.runToEnd();
        assertThat(seen.subList(2, 5)).as("counted, looked at, stopped").containsOnly("null");
    }

    @Test
    void handles_sayWhetherTheyArePending() {
        long handle = simulation.at(10, (op, arg) -> {}, 0, 0);
        assertThat(simulation.isPending(handle)).isTrue();
        assertThat(simulation.reschedule(handle, 20)).isTrue();
        assertThat(simulation.after(0, (op, arg) -> {}, 0, 0)).isNotEqualTo(handle);
        simulation.runToEnd();
        assertThat(simulation.nowPs()).isEqualTo(20);
        assertThat(simulation.isPending(handle)).isFalse();
        assertThat(simulation.reschedule(handle, 30)).isFalse();
        assertThat(simulation.pendingCount()).isZero();
    }

    @Test
    void spin_saysWhetherItWasSpinning() {
        PeriodicSpin spin = new PeriodicSpin(simulation, 10, 5, () -> false, (op, arg) -> {}, true);
        assertThat(spin.isSpinning()).isFalse();
        assertThat(spin.stop()).isFalse();
        spin.start(0);
        assertThat(spin.isSpinning()).isTrue();
        simulation.runUntil(35);
        assertThat(spin.rounds()).isEqualTo(4);
        assertThat(spin.stop()).isTrue();
        assertThat(spin.isSpinning()).isFalse();
    }

    /** The array and the wheel by turns: the set is asked for what comes next in both. */
    @Test
    void nextHandler_isThatOfTheNextEvent_fewOrMany() {
        EventSet set = new EventSet();
        assertThat(set.nextHandler()).isNull();
        EventHandler first = (op, arg) -> {};
        EventHandler rest = (op, arg) -> {};
        long handle = set.schedule(1, 0, first, 0, 0);
        for (int i = 0; i < 200; i++) {
            set.schedule(2 + i, 0, rest, 0, 0);
            assertThat(set.nextHandler()).isSameAs(first);
        }
        set.cancel(handle);
        while (set.size() > 0) {
            assertThat(set.nextHandler()).isSameAs(rest);
            set.fireNext();
        }
    }
}
