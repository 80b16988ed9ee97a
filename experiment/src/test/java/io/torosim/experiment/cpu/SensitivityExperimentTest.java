package io.torosim.experiment.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.Chart;
import io.torosim.experiment.ExperimentResult.Chart.TornadoChart;
import io.torosim.experiment.spec.Specification;
import java.util.List;
import org.junit.jupiter.api.Test;

class SensitivityExperimentTest {
    @Test
    void everyConclusionHasAChart_andTheFittedParameterMovesUbuntu() {
        ExperimentResult result = new SensitivityExperiment(
                        Specification.defaults(),
                        List.of("load.client_think", "linux.softirq_share", "toro.thread_switch")::contains,
                        1)
                .run(42, Experiment.Progress.NONE);
        assertThat(result.charts()).hasSize(CpuConclusion.values().length);
        TornadoChart ubuntu = chart(result.charts(), CpuConclusion.UBUNTU_IN_TRAFFIC);
        assertThat(ubuntu.bars().get(0).parameter()).isEqualTo("load.client_think");
        assertThat(ubuntu.bars().get(0).width()).isGreaterThan(10);
        assertThat(ubuntu.base()).isBetween(40.0, 60.0);
        TornadoChart toro = chart(result.charts(), CpuConclusion.TORO_IN_TRAFFIC);
        assertThat(toro.survives()).isTrue();
        assertThat(toro.bars()).noneMatch(b -> b.parameter().startsWith("linux."));
        assertThat(result.cases()).noneMatch(c -> Double.isNaN(c.obtained()));
    }

    private static TornadoChart chart(List<Chart> charts, CpuConclusion conclusion) {
        return charts.stream()
                .filter(c -> c.title().equals(conclusion.title()))
                .map(TornadoChart.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
