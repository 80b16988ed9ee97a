package io.torosim.experiment.o2;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult.Verdict;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.spec.Specification;
import org.junit.jupiter.api.Test;

class OptimisationExperimentTest {
    private static final ExperimentResult RESULT =
            new OptimisationExperiment(Specification.defaults()).run(42, Experiment.Progress.NONE);

    @Test
    void sameSeed_sameResult() {
        ExperimentResult again = new OptimisationExperiment(Specification.defaults()).run(42, Experiment.Progress.NONE);
        assertThat(again).isEqualTo(RESULT);
    }

    @Test
    void publishedGain_isInReach_andEveryLostRegisterShows() {
        assertThat(RESULT.cases()).extracting(c -> c.verdict()).doesNotContain(Verdict.FAIL);
        assertThat(RESULT.cases().stream().filter(c -> c.verdict() == Verdict.PASS))
                .hasSize(8);
    }

    @Test
    void gain_growsWithTheFile_andIsSmallUnderKvm() {
        LineChart chart = (LineChart) RESULT.charts().get(0);
        for (LineChart.Line line : chart.lines()) {
            double previous = 0;
            for (LineChart.Point p : line.points()) {
                if (line.name().startsWith("KVM")) {
                    assertThat(p.y())
                            .as(line.name())
                            .isBetween(0.0, 0.5); // a few hundredths, where exits are nearly all
                } else {
                    assertThat(p.y()).as(line.name()).isGreaterThanOrEqualTo(previous);
                    previous = p.y();
                }
            }
        }
    }
}
