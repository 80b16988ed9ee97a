package io.torosim.experiment.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.spec.Specification;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NetworkExperimentTest {
    private static final ExperimentResult RESULT =
            new NetworkExperiment(Specification.defaults()).run(42, Experiment.Progress.NONE);

    private static double obtained(String key) {
        return RESULT.figure(key).obtained();
    }

    private static List<LineChart.Point> points(int chart, int line) {
        return ((LineChart) RESULT.charts().get(chart)).lines().get(line).points();
    }

    @Test
    void sameSeed_sameResult() {
        assertThat(new NetworkExperiment(Specification.defaults()).run(42, Experiment.Progress.NONE))
                .isEqualTo(RESULT);
    }

    @Test
    void longRoundTrips_countAsTheProtocolDoes() {
        LineChart.Point old = points(1, 0).get(points(1, 0).size() - 1);
        LineChart.Point repaired = points(1, 1).get(points(1, 1).size() - 1);
        assertThat(old.x()).isEqualTo(100);
        assertThat(old.y()).isBetween(16.0, 16.1);
        assertThat(repaired.y()).isBetween(3.0, 3.1);
    }

    @Test
    void requests_takeLongerTheLongerTheWire() {
        for (int line = 0; line < 2; line++) {
            assertThat(points(0, line)).extracting(LineChart.Point::y).isSorted();
        }
    }

    @Test
    void onlyTheRepairedStack_answersAll_keepsNothing_andHalts() {
        assertThat(points(2, 2)).extracting(LineChart.Point::y).containsOnly(0.0);
        assertThat(points(3, 2)).extracting(LineChart.Point::y).containsOnly(0.0);
        assertThat(points(2, 0).get(0).y()).isZero();
        assertThat(points(2, 0).get(points(2, 0).size() - 1).y()).isGreaterThan(5);
        assertThat(obtained("loss-1-percent.toro-2018.connections-never-freed")).isPositive();
        assertThat(obtained("loss-1-percent.repaired.connections-never-freed")).isZero();
        assertThat(obtained("loss-1-percent.toro-2018.processor-last-these-seconds"))
                .isGreaterThan(99.9);
        assertThat(obtained("loss-1-percent.repaired.processor-last-these-seconds"))
                .isZero();
    }
}
