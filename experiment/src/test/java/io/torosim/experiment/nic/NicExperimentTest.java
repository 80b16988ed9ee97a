package io.torosim.experiment.nic;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.TornadoChart;
import io.torosim.experiment.spec.Specification;
import java.util.List;
import org.junit.jupiter.api.Test;

class NicExperimentTest {
    private final ExperimentResult result =
            new NicExperiment(Specification.defaults()).run(1, Experiment.Progress.NONE);

    @Test
    void runsAreEqual_andEveryLineHasItsPoints() {
        assertThat(new NicExperiment(Specification.defaults()).run(2, Experiment.Progress.NONE))
                .isEqualTo(result);
        assertThat(result.charts()).hasSize(5);
        assertThat(result.charts())
                .filteredOn(LineChart.class::isInstance)
                .map(LineChart.class::cast)
                .allSatisfy(chart -> assertThat(chart.lines()).hasSize(4).allSatisfy(line -> assertThat(line.points())
                        .hasSize(5)));
    }

    @Test
    void virtioLeavesTheGuestLeast_andNe2000Most() {
        double previous = 0;
        for (String card : List.of("virtio-event-idx", "virtio-toro", "e1000", "ne2000")) {
            double exits = result.figure(card + "-64.exits-packet-its-answer").obtained();
            assertThat(exits).as(card).isGreaterThan(previous);
            previous = exits;
        }
    }

    @Test
    void thatE1000CostsMore_hangsOnNoPrice() {
        TornadoChart chart = (TornadoChart) result.charts().get(4);
        assertThat(chart.survives()).isTrue();
        assertThat(chart.bars()).hasSizeGreaterThan(4);
    }
}
