package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.report.RunOutcome;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a check in a pipeline sees of a run. */
class RunStatusTest {
    private static final double INSIDE = 1;
    private static final double OUTSIDE = 3;
    private static final double NOT_MEASURED = Double.NaN;

    private final StringWriter err = new StringWriter();

    private static ExperimentResult experiment(String name, double... obtained) {
        ExperimentResult.Builder result =
                ExperimentResult.builder(name, name).add(CaseResult.info("i", "n", "m", "%", 1, ""));
        for (int i = 0; i < obtained.length; i++) {
            result.add(new CaseResult("k" + i, "n", "m", "%", "1", obtained[i], 0, 2, ""));
        }
        return result.build();
    }

    private int status(ExperimentResult... experiments) {
        return RunCommand.status(new RunOutcome(1, "17", "c", List.of(experiments)), new PrintWriter(err, true));
    }

    @Test
    void figuresInside_orWithoutBands_are0() {
        assertThat(status(experiment("a", INSIDE), experiment("without bands"))).isZero();
        assertThat(status(experiment("a", INSIDE, NOT_MEASURED)))
                .as("what was measured lies inside")
                .isZero();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void figureOutside_is1_whateverElseThereIs() {
        assertThat(status(experiment("a", INSIDE, OUTSIDE))).isEqualTo(1);
        assertThat(status(experiment("a", OUTSIDE), experiment("b", NOT_MEASURED)))
                .isEqualTo(1);
    }

    @Test
    void experimentOfWhichNothingWasMeasured_is3_andIsNamed() {
        assertThat(status(experiment("a", INSIDE), experiment("b", NOT_MEASURED, NOT_MEASURED)))
                .isEqualTo(3);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines("torosim: b: none of its figures that have a band was measured\n");
    }
}
