package io.torosim.core.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.replay.TimeTravel.Subject;
import io.torosim.core.trace.TraceBus;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceRecorder;
import io.torosim.core.trace.TraceRecorder.DivergenceFinder.FirstDivergence;
import org.junit.jupiter.api.Test;

class TimeTravelTest {
    private int released;
    private long[] level;

    /** Three processes that wander; {@code wrongAt} makes one of them say something else from that event on. */
    private Subject fresh(long wrongAt, TraceRecorder recorder) {
        Simulation simulation = new Simulation();
        TraceBus trace = new TraceBus();
        if (recorder != null) {
            trace.addSink(recorder);
        }
        SimRandom random = new RandomStreams(11).stream("walk");
        long[] sums = new long[3];
        level = sums;
        EventHandler[] walk = new EventHandler[1];
        walk[0] = (op, arg) -> {
            sums[op] += random.nextInt(100);
            trace.emit(simulation.nowPs(), op, TraceKind.USER, sums[op], simulation.firedCount() == wrongAt ? 1 : 0);
            if (simulation.firedCount() < 500) {
                simulation.after(random.nextExponential(1000), walk[0], op, 0);
            }
        };
        for (int i = 0; i < 3; i++) {
            simulation.at(i, walk[0], i, 0);
        }
        return new Subject(
                simulation, trace, () -> "sums " + sums[0] + " " + sums[1] + " " + sums[2], () -> released++);
    }

    @Test
    void goingBackAndForth_findsTheSamePlaces() {
        try (TimeTravel travel = new TimeTravel(() -> fresh(-1, null))) {
            assertThat(travel.toEvent(100)).isTrue();
            String there = travel.print();
            long time = travel.nowPs();
            assertThat(travel.step()).isTrue();
            assertThat(travel.print()).isNotEqualTo(there);
            assertThat(travel.stepBack()).isTrue();
            assertThat(travel.print()).isEqualTo(there);
            travel.toTime(time / 2);
            assertThat(travel.nowPs()).isEqualTo(time / 2);
            assertThat(travel.eventNumber()).isLessThan(100);
            travel.toEvent(100);
            assertThat(travel.print()).isEqualTo(there);
            assertThat(there)
                    .contains("after event 100 at " + time + " ps")
                    .contains("USER")
                    .contains("sums ");
            assertThat(travel.toEvent(100_000)).isFalse();
        }
        assertThat(released).as("it was built once").isEqualTo(1);
    }

    /** A thread of Java is nothing that could be put back: the run is built anew. */
    @Test
    void runThatCannotBeSaved_isBuiltAnewForEachWayBack() {
        Thread thread = new Thread(() -> {});
        int[] ends = {0};
        try (TimeTravel travel = new TimeTravel(() -> {
            Subject subject = fresh(-1, null);
            return new Subject(subject.simulation(), subject.trace(), () -> thread + " " + level[0], () -> ends[0]++);
        })) {
            travel.toEvent(100);
            String there = travel.print();
            travel.step();
            travel.stepBack();
            assertThat(travel.print()).isEqualTo(there);
        }
        assertThat(ends[0]).isEqualTo(2);
    }

    @Test
    void goingBackStepByStep_firesFewEventsEachTime() {
        try (TimeTravel travel = new TimeTravel(() -> fresh(-1, null))) {
            assertThat(travel.toEvent(450)).isTrue();
            String[] prints = new String[450];
            for (int i = 449; i >= 0; i--) {
                assertThat(travel.stepBack()).isTrue();
                prints[i] = travel.print();
            }
            assertThat(travel.stepBack()).isFalse();
            for (int i = 0; i < 450; i++) {
                assertThat(travel.toEvent(i)).isTrue();
                assertThat(travel.print()).isEqualTo(prints[i]);
            }
        }
    }

    @Test
    void predicate_breaksAfterTheEventThatMakesItTrue() {
        try (TimeTravel travel = new TimeTravel(() -> fresh(-1, null))) {
            assertThat(travel.toBreak(s -> level[1] > 1000)).isTrue();
            long sum = level[1];
            assertThat(sum).isBetween(1001L, 1100L);
            travel.stepBack();
            assertThat(level[1]).isLessThanOrEqualTo(1000);
            assertThat(travel.toBreak(s -> level[1] < 0)).isFalse();
        }
    }

    @Test
    void firstDifference_isWhereItWasPut() {
        TraceRecorder good = TraceRecorder.keepAll();
        fresh(-1, good).simulation().runUntil(Long.MAX_VALUE);
        try (TimeTravel travel = new TimeTravel(() -> fresh(321, null))) {
            FirstDivergence found = travel.toFirstDifference(good).orElseThrow();
            assertThat(found.number()).isEqualTo(320);
            assertThat(travel.eventNumber()).isEqualTo(321);
            assertThat(found.actual().orElseThrow().b()).isEqualTo(1);
        }
        try (TimeTravel travel = new TimeTravel(() -> fresh(-1, null))) {
            assertThat(travel.toFirstDifference(good)).isEmpty();
        }
    }
}
