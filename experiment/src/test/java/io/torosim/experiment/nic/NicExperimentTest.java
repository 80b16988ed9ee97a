package io.torosim.experiment.nic;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.LineChart;
import io.torosim.experiment.TornadoChart;
import org.junit.jupiter.api.Test;

class NicExperimentTest {
    private final ExperimentResult result = new NicExperiment(CostModel.standard()).run(1, Experiment.Progress.NONE);

    @Test
    void runsAreEqual_andEveryLineHasItsPoints() {
        assertThat(new NicExperiment(CostModel.standard()).run(2, Experiment.Progress.NONE))
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
        for (String card : new String[] {"virtio-net, event index", "virtio-net, Toro 2018", "e1000, Toro", "ne2000"}) {
            double exits = result.cases().stream()
                    .filter(c -> c.name().startsWith(card) && c.metric().startsWith("exits"))
                    .mapToDouble(c -> c.obtained())
                    .min()
                    .orElseThrow();
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
