package io.torosim.experiment.power;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PowerExperimentTest {
    private static double watts(ExperimentResult result, String name, String governor) {
        return result.cases().stream()
                .filter(c -> c.name().equals(name) && c.metric().equals("both cores, " + governor))
                .findFirst()
                .orElseThrow()
                .obtained();
    }

    @Test
    void onlyAHaltSavesUnderAGovernorThatLooksAtUse() {
        ExperimentResult result =
                new PowerExperiment(CostModel.standard(), Duration.ofSeconds(4)).run(1, Experiment.Progress.NONE);
        assertThat(result.passed()).isTrue();
        assertThat(watts(result, "busy poll", "ondemand")).isGreaterThan(7.8);
        assertThat(watts(result, "200 ms, then halt", "ondemand"))
                .isLessThan(watts(result, "halt without hint", "ondemand"));
        assertThat(watts(result, "halt at once", "performance"))
                .isLessThan(watts(result, "200 ms, then halt", "performance"));
        assertThat(watts(result, "2020: 2000 ms since the last interrupt", "ondemand"))
                .isGreaterThan(watts(result, "200 ms, then halt", "ondemand"));
    }
}
