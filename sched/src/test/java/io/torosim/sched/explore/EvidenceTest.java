package io.torosim.sched.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.torosim.core.defect.Defects;
import io.torosim.core.time.Picos;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import io.torosim.sched.explore.Explorer.Evidence;
import io.torosim.sched.explore.Scenario.Invariant;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A search that found nothing says what it looked at, and one that had nothing to look at fails. */
final class EvidenceTest {
    private static final int MOST_RUNS = 20_000;

    static Stream<Arguments> scenarios() {
        return Scenarios.all().stream().map(s -> Arguments.of(s.name(), s));
    }

    private static Scenario quiet(ToroQuirk hazard, Invariant invariant) {
        return new KernelScenario(
                "quiet", hazard, EnumSet.noneOf(ToroQuirk.class), invariant, 1, 10 * Picos.PER_MILLI, run -> {
                    Parked main = new Parked();
                    run.spawn(0, "main", main);
                    run.doneWhen(main::over);
                });
    }

    /** Of the repaired kernel: without it "nothing found" would say nothing of the hazard. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void randomRunsOfEveryScenario_comeToWhereItsHazardActs(String name, Scenario scenario) {
        Evidence evidence = new Evidence(scenario);
        // a handler that does not delay has no delay to nest: with every defect off this repair is never tried
        Defects on = scenario.hazard() == ToroQuirk.NESTED_DELAY
                ? Defects.none().with(ToroQuirk.WAKE_HANDLER_DELAYS)
                : Defects.none();
        Explorer.Runs runs = Explorer.runs(scenario, on, 1, evidence);
        for (int run = 0; run < MOST_RUNS && !evidence.nothingShownOfHazard().isEmpty(); run++) {
            assertThat(runs.run(run)).isEmpty();
        }
        assertThat(evidence.nothingShownOfHazard()).as(name).isEmpty();
        assertThat(evidence.lines(Defects.none()))
                .anyMatch(line -> line.endsWith(scenario.invariant() + ", what the hazard violates"))
                .anyMatch(line -> line.matches("  left open \\d+ times: vcpu.delay, .* of 7 ways taken"));
    }

    @Test
    void anInvariantThatWasNeverAtStake_failsTheSearch() {
        Scenario scenario = quiet(ToroQuirk.KILL_NEEDS_SWITCH, Invariant.KILLED_LIVES); // nobody is killed
        assertThatIllegalStateException()
                .isThrownBy(() -> Explorer.search(scenario, Defects.none(), 1, 3))
                .withMessage("quiet: nothing is shown: never at stake: KILLED_LIVES");
        assertThatIllegalStateException()
                .isThrownBy(() -> Explorer.bounded(scenario, Defects.none(), 1, 0, runs -> true))
                .withMessage("quiet: nothing is shown: never at stake: KILLED_LIVES");
    }

    @Test
    void aDefectWhosePlaceNoRunComesTo_failsTheExhaustiveSearch() {
        Scenario scenario = quiet(ToroQuirk.NESTED_DELAY, Invariant.LOST_WAKE_UP); // one core: no wake-up interrupts
        assertThat(Explorer.search(scenario, Defects.none(), 1, 3).finding()).isEmpty(); // may be by chance
        assertThatIllegalStateException()
                .isThrownBy(() -> Explorer.bounded(scenario, Defects.none(), 1, 0, runs -> true))
                .withMessage("quiet: nothing is shown: no run came to where NESTED_DELAY acts");
    }

    @Test
    void whatCannotHappenInAScenario_isListed() {
        Scenario scenario = Scenarios.named("kill-needs-switch");
        Evidence evidence = new Evidence(scenario);
        Explorer.Runs runs = Explorer.runs(scenario, Defects.none(), 1, evidence);
        for (int i = 0; i < 10; i++) {
            assertThat(runs.run(i)).isEmpty();
        }
        assertThat(evidence.runs()).isEqualTo(10);
        assertThat(evidence.neverChecked())
                .contains(Invariant.MESSAGE_LOST, Invariant.FRAME_STUCK)
                .doesNotContain(Invariant.KILLED_LIVES, Invariant.LOST_WAKE_UP, Invariant.TWO_RINGS);
        assertThat(evidence.neverReached())
                .contains(ToroQuirk.NESTED_DELAY, ToroQuirk.ATA_FORWARD_LOST)
                .doesNotContain(ToroQuirk.KILL_NEEDS_SWITCH);
        assertThat(evidence.checked(Invariant.KILLED_LIVES)).isEqualTo(10);
        assertThat(evidence.nothingShown()).isEmpty();
        assertThat(evidence.lines(Defects.none()))
                .anyMatch(line -> line.startsWith("  never at stake: DEADLOCK, MESSAGE_LOST"))
                .anyMatch(line -> line.startsWith("  no run came to where they act: IPI_BEFORE_DATA, "));
    }
}
