package io.torosim.experiment.power;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.spec.Specification;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PowerExperimentTest {
    private static double watts(ExperimentResult result, String guest, String governor) {
        return result.figure(guest + ".watts." + governor).obtained();
    }

    @Test
    void onlyAHaltSavesUnderAGovernorThatLooksAtUse() {
        ExperimentResult result =
                new PowerExperiment(Specification.defaults(), Duration.ofSeconds(4)).run(1, Experiment.Progress.NONE);
        assertThat(result.passed()).isTrue();
        assertThat(watts(result, "busy-poll", "ondemand")).isGreaterThan(7.8);
        assertThat(watts(result, "poll-then-halt", "ondemand"))
                .isLessThan(watts(result, "halt-without-hint", "ondemand"));
        assertThat(watts(result, "halt-at-once", "performance"))
                .isLessThan(watts(result, "poll-then-halt", "performance"));
        assertThat(watts(result, "last-irq-2020", "ondemand"))
                .isGreaterThan(watts(result, "poll-then-halt", "ondemand"));
        // at least what the state takes to leave; deeper is later, and none is longer than state, exit and the guest's
        // own way there
        double c1 = result.figure("sleep-c1.longest-wake-up").obtained();
        double c6 = result.figure("sleep-c6.longest-wake-up").obtained();
        double menu = result.figure("sleep-menu.longest-wake-up").obtained();
        assertThat(c1).isBetween(2.0, 20.0);
        assertThat(c6).isBetween(100.0, 200.0);
        assertThat(menu).isBetween(c1, c6);
    }
}
