package io.torosim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A figure that was not measured is no figure inside its band. */
final class BandsTest {
    private static Bands of(double... obtained) {
        return Bands.of(outcome(obtained));
    }

    private static RunOutcome outcome(double... obtained) {
        ExperimentResult.Builder result =
                ExperimentResult.builder("x", "X").add(CaseResult.info("i", "n", "m", "%", 1, ""));
        List<CaseResult> cases = new ArrayList<>();
        for (double value : obtained) {
            cases.add(new CaseResult("k" + cases.size(), "n", "m", "%", "1", value, 0, 2, ""));
        }
        cases.forEach(result::add);
        return new RunOutcome(1, "17", "c", List.of(result.build()));
    }

    @Test
    void allInside() {
        assertThat(of(1, 2).sentence()).isEqualTo("All figures lie inside their bands.");
        assertThat(of(1, 2).headline()).isEqualTo("2 of 2 figures lie inside their bands");
    }

    @Test
    void someOutside() {
        assertThat(of(1, 3).sentence()).isEqualTo("Some figures lie outside their bands.");
        assertThat(of(1, 3).headline()).isEqualTo("1 of 2 figures lie outside their bands");
    }

    @Test
    void noneHasABand() {
        assertThat(of().sentence()).isEqualTo("No figure here has a band.");
        assertThat(of().headline()).isEqualTo("no figure here has a band");
    }

    @Test
    void whatWasNotMeasured_isSaid() {
        assertThat(of(1, Double.NaN).sentence())
                .isEqualTo(
                        "The figures that were measured lie inside their bands, 1 of them; 1 were not measured, the load is"
                                + " too short or has none of it.");
        assertThat(of(1, Double.NaN).headline())
                .isEqualTo("1 of 1 figures lie inside their bands, 1 more were not measured");
        assertThat(of(3, Double.NaN).sentence())
                .startsWith("Some figures lie outside their bands. 1 were not measured");
        assertThat(of(Double.NaN, Double.NaN).sentence())
                .isEqualTo("None of the 2 figures that have a band was measured.");
    }

    @Test
    void experimentWithoutAMeasuredFigure_isNamed() {
        assertThat(Bands.unjudged(outcome(Double.NaN, Double.NaN))).containsExactly("x");
        assertThat(Bands.unjudged(outcome(1, Double.NaN))).isEmpty();
        assertThat(Bands.unjudged(outcome(3))).isEmpty();
        assertThat(Bands.unjudged(outcome())).isEmpty();
    }
}
