package io.torosim.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.event.Simulation.PeriodicSpin;
import io.torosim.core.time.Picos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private final Simulation simulation = new Simulation();
    private final List<String> log = new ArrayList<>();

    private void note(int op, long arg) {
        log.add(simulation.nowPs() + ":" + op);
    }

    @Test
    void runUntil_firesUpToAndIncludingThenSetsTheClock() {
        simulation.at(5, this::note, 1, 0);
        simulation.at(10, this::note, 2, 0);
        simulation.at(11, this::note, 3, 0);
        assertThat(simulation.runUntil(10)).isEqualTo(10);
        assertThat(log).containsExactly("5:1", "10:2");
        assertThat(simulation.runUntil(10_000)).isEqualTo(10_000);
        assertThat(simulation.firedCount()).isEqualTo(3);
    }

    @Test
    void stopFromInside_keepsTheRestPending() {
        simulation.at(5, (op, arg) -> simulation.stop(), 0, 0);
        simulation.at(5, this::note, 2, 0);
        assertThat(simulation.runUntil(100)).isEqualTo(5);
        assertThat(simulation.pendingCount()).isEqualTo(1);
        simulation.runUntil(100);
        assertThat(log).containsExactly("5:2");
    }

    @Test
    void eventsOfOneInstantThatNeverEnd_areNamed_andTheClockGoesOnAfterwards() {
        simulation.at(3, this::note, 1, 0);
        simulation.at(7, 5, this::again, 4, 0);
        simulation.at(9, this::note, 2, 0);
        assertThatThrownBy(() -> simulation.runUntil(100))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching(
                        "no progress: 10000000 events in a row at 7 ps, the last of priority class 5, op 4, of .*SimulationTest.*");
        simulation.runUntil(100);
        assertThat(log).containsExactly("3:1", "9:2");
    }

    private void again(int op, long arg) {
        simulation.at(simulation.nowPs(), 5, this::again, op, arg);
    }

    @Test
    void runEvents_firesThatManyAndCountsRunAhead() {
        for (int i = 0; i < 5; i++) {
            simulation.at(i, this::note, i, 0);
        }
        assertThat(simulation.runEvents(3)).isEqualTo(3);
        assertThat(log).containsExactly("0:0", "1:1", "2:2");
        assertThat(simulation.runEvents(100)).isEqualTo(2);
    }

    @Test
    void runUntilPredicate_isAskedAfterEveryEventRunAheadIncluded() {
        boolean[] ranAhead = {false};
        simulation.at(1, (op, arg) -> ranAhead[0] = simulation.tryAdvance(simulation.nowPs() + 1, 16), 0, 0);
        simulation.at(9, this::note, 2, 0);
        assertThat(simulation.runUntil(() -> simulation.nowPs() >= 9)).isTrue();
        assertThat(ranAhead[0]).isFalse();
        assertThat(simulation.runUntil(() -> false)).isFalse();
    }

    @Test
    void tryAdvance_isRefusedExactlyWhenSomethingElseComesFirst() {
        boolean[] answers = new boolean[5];
        simulation.at(10, 16, this::note, 0, 0);
        simulation.at(
                1,
                (op, arg) -> {
                    answers[0] = simulation.tryAdvance(5, 16); // nothing before 10
                    answers[1] = simulation.tryAdvance(10, 16); // the other was scheduled first
                    answers[2] = simulation.tryAdvance(11, 0); // beyond it
                    answers[3] = simulation.tryAdvance(10, 15); // a lower class goes first
                    answers[4] = simulation.nowPs() == 10;
                },
                0,
                0);
        simulation.runUntil(100);
        assertThat(answers).containsExactly(true, false, false, true, true);
        assertThat(simulation.firedCount()).isEqualTo(4);
    }

    @Test
    void tryAdvance_stopsAtTheEndOfTheRun() {
        boolean[] answers = new boolean[2];
        simulation.at(
                1,
                (op, arg) -> {
                    answers[0] = simulation.tryAdvance(50, 16);
                    answers[1] = simulation.tryAdvance(51, 16);
                },
                0,
                0);
        simulation.runUntil(50);
        assertThat(answers).containsExactly(true, false);
        assertThat(simulation.tryAdvance(60, 0)).as("outside a run").isFalse();
    }

    @Test
    void exceptionInAHandler_leavesTheSimulationUsable() {
        simulation.at(
                1,
                (op, arg) -> {
                    throw new IllegalStateException("guest broke");
                },
                0,
                0);
        simulation.at(2, this::note, 2, 0);
        assertThatThrownBy(() -> simulation.runUntil(10)).hasMessage("guest broke");
        simulation.runUntil(10);
        assertThat(log).containsExactly("2:2");
    }

    @Test
    void runInsideARun_isRefused() {
        simulation.at(1, (op, arg) -> simulation.runUntil(5), 0, 0);
        assertThatThrownBy(() -> simulation.runUntil(10)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void lastInstantOfTime_fires() {
        simulation.at(Long.MAX_VALUE, this::note, 1, 0);
        assertThat(simulation.runUntil(Long.MAX_VALUE - 1)).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(log).isEmpty();
        simulation.runUntil(Long.MAX_VALUE);
        assertThat(log).containsExactly(Long.MAX_VALUE + ":1");
        assertThatThrownBy(() -> simulation.after(1, this::note, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("106 days");
    }

    /** A sum that has gone past the end of time is negative: the refusal says so. */
    @Test
    void anInstantBeyondTheEndOfTime_isRefused() {
        simulation.runUntil(5);
        long handle = simulation.at(6, this::note, 1, 0);
        String beyond = "; a sum beyond the end of time is negative, and " + Picos.END_OF_TIME;
        long sumPs = simulation.nowPs() + Long.MAX_VALUE;
        assertThatThrownBy(() -> simulation.at(sumPs, this::note, 1, 0))
                .hasMessage("timePs must be at least now, timePs=" + sumPs + ", nowPs=5" + beyond);
        assertThatThrownBy(() -> simulation.reschedule(handle, sumPs)).hasMessageEndingWith("nowPs=5" + beyond);
        assertThatThrownBy(() -> simulation.runUntil(sumPs)).hasMessageEndingWith("nowPs=5" + beyond);
        assertThatThrownBy(() -> simulation.after(Long.MAX_VALUE, this::note, 1, 0))
                .hasMessage(Picos.END_OF_TIME + ": nowPs=5, delayPs=9223372036854775807");
        assertThatThrownBy(() -> simulation.at(4, this::note, 1, 0))
                .hasMessage("timePs must be at least now, timePs=4, nowPs=5");
        PeriodicSpin spin = new PeriodicSpin(simulation, Long.MAX_VALUE - 3, 16, () -> false, (op, rounds) -> {}, true);
        assertThatThrownBy(() -> spin.start(Long.MAX_VALUE)).hasMessageStartingWith(Picos.END_OF_TIME);
        spin.start(1);
        assertThatThrownBy(() -> simulation.runUntil(6))
                .hasMessage(Picos.END_OF_TIME + ": nowPs=6, periodPs=9223372036854775804");
    }

    @Test
    void runToEnd_firesAllAndStaysAtTheLast() {
        Simulation own = new Simulation();
        EventHandler[] self = new EventHandler[1];
        self[0] = (op, arg) -> {
            if (arg > 0) {
                own.after(10, self[0], 0, arg - 1);
            }
        };
        own.at(5, self[0], 0, 7);
        assertThat(own.runToEnd()).isEqualTo(75);
        assertThat(own.pendingCount()).isZero();
        assertThat(own.firedCount()).isEqualTo(8);
        assertThat(own.runToEnd()).as("nothing is left").isEqualTo(75);
        own.after(1, (op, arg) -> own.stop(), 0, 0);
        own.after(2, self[0], 0, 0);
        assertThat(own.runToEnd()).isEqualTo(76);
        assertThat(own.pendingCount()).isEqualTo(1);
    }

    @Test
    void pendingHandle_tellsTimeAndClass() {
        Simulation own = new Simulation();
        long handle = own.at(30, 3, (op, arg) -> {}, 0, 0);
        assertThat(own.timePs(handle)).isEqualTo(30);
        assertThat(own.priority(handle)).isEqualTo(3);
        own.runToEnd();
        assertThatThrownBy(() -> own.timePs(handle)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Simulation().cancel(handle))
                .hasMessageStartingWith("a handle of another simulation");
    }
}
