package io.torosim.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.event.Simulation.PeriodicSpin;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/** A spin gives the same run whether its rounds are passed over or not. */
class PeriodicSpinPropertiesTest {
    private record Outcome(List<String> log, long nowPs, long fired, long rounds, long pending) {}

    /** Rounds that the last run passed over. */
    private long passedOver;

    @Property(tries = 400)
    void fastForward_changesNothingButTheWork(
            @ForAll @LongRange(min = 1, max = 50) long periodPs,
            @ForAll @IntRange(min = 14, max = 18) int priority,
            @ForAll @LongRange(min = 1, max = 60) long otherPeriodPs,
            @ForAll @Size(max = 12) List<@LongRange(min = 0, max = 2000) Long> toggles,
            @ForAll @Size(min = 1, max = 4) List<@LongRange(min = 0, max = 900) Long> legs,
            @ForAll boolean byCount) {
        Outcome slow = run(false, periodPs, priority, otherPeriodPs, toggles, legs, byCount);
        Outcome fast = run(true, periodPs, priority, otherPeriodPs, toggles, legs, byCount);
        assertThat(fast).isEqualTo(slow);
        Statistics.label("rounds passed over").collect(passedOver > 0);
        Statistics.label("rounds passed over").coverage(c -> c.check(true).percentage(p -> p > 50));
        Statistics.label("a condition that came true")
                .collect(slow.log.stream().anyMatch(line -> line.startsWith("yes")));
        Statistics.label("a condition that came true")
                .coverage(c -> c.check(true).percentage(p -> p > 20));
    }

    private Outcome run(
            boolean fastForward,
            long periodPs,
            int priority,
            long otherPeriodPs,
            List<Long> toggles,
            List<Long> legs,
            boolean byCount) {
        Simulation simulation = new Simulation();
        List<String> log = new ArrayList<>();
        boolean[] flag = {false};
        PeriodicSpin[] spin = new PeriodicSpin[2];
        spin[0] = new PeriodicSpin(
                simulation,
                periodPs,
                priority,
                () -> flag[0],
                (op, rounds) -> {
                    log.add("yes " + simulation.nowPs() + " " + rounds);
                    flag[0] = false;
                    spin[0].start(3);
                },
                fastForward);
        spin[1] = new PeriodicSpin(simulation, otherPeriodPs, 16, () -> false, (op, rounds) -> {}, fastForward);
        spin[0].start(0);
        spin[1].start(5);
        for (long toggle : toggles) {
            simulation.at(
                    toggle,
                    16,
                    (op, arg) -> {
                        flag[0] = !flag[0];
                        log.add("toggle " + simulation.nowPs() + " " + spin[0].rounds() + " " + spin[1].rounds());
                        if (toggle % 5 == 0) {
                            spin[1].stop();
                        }
                    },
                    0,
                    0);
        }
        for (long leg : legs) {
            if (byCount) {
                simulation.runEvents(leg);
            } else {
                simulation.runUntil(simulation.nowPs() + leg);
            }
            log.add("leg " + simulation.nowPs() + " " + simulation.nowPriority() + " " + simulation.firedCount());
        }
        passedOver = spin[0].passedOver() + spin[1].passedOver();
        return new Outcome(
                log, simulation.nowPs(), simulation.firedCount(), spin[0].rounds(), simulation.pendingCount());
    }

    @Example
    void longWait_isPassedOverInAFewEvents() {
        Simulation simulation = new Simulation();
        boolean[] flag = {false};
        long[] endedAt = {0};
        PeriodicSpin spin = new PeriodicSpin(
                simulation, 7, 16, () -> flag[0], (op, rounds) -> endedAt[0] = simulation.nowPs(), true);
        spin.start(0);
        simulation.at(70_000_000_000L, (op, arg) -> flag[0] = true, 0, 0);
        simulation.runUntil(80_000_000_000L);
        assertThat(endedAt[0]).isEqualTo(70_000_000_000L);
        assertThat(spin.rounds()).isEqualTo(10_000_000_000L);
        assertThat(spin.rounds() - spin.passedOver()).isLessThan(4);
    }
}
