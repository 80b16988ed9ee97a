package io.torosim.sweep.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Design;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Study;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.StudyRun;
import io.torosim.sweep.analysis.BreakingCorner.Conclusion;
import io.torosim.sweep.analysis.Estimates.SobolIndices;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnalysisTest {
    private static final int REPETITIONS = 1000;

    private static Study.Builder ishigami() {
        return Study.of(
                        "ishigami",
                        cell -> {
                            double s1 = StrictMath.sin(cell.value("x1"));
                            double s2 = StrictMath.sin(cell.value("x2"));
                            double x3 = cell.value("x3");
                            return new double[] {s1 + 7 * s2 * s2 + 0.1 * x3 * x3 * x3 * x3 * s1};
                        },
                        "y")
                .factors(
                        Factor.range("x1", -StrictMath.PI, StrictMath.PI),
                        Factor.range("x2", -StrictMath.PI, StrictMath.PI),
                        Factor.range("x3", -StrictMath.PI, StrictMath.PI));
    }

    /** Known in closed form: V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8, V13 = 8 b^2 pi^8 / 225. */
    @Test
    void sobolIndices_ofIshigamisFunction_areTheKnownOnes() {
        double pi4 = StrictMath.pow(StrictMath.PI, 4);
        double v1 = StrictMath.pow(1 + 0.1 * pi4 / 5, 2) / 2;
        double v2 = 49 / 8.0;
        double v13 = 8 * 0.01 * pi4 * pi4 / 225;
        double v = v1 + v2 + v13;
        StudyResults results =
                StudyRun.inMemory(ishigami().design(new Design.Saltelli(4096)).build());
        List<SobolIndices> indices = SobolIndices.of(results, "y", 0.95);
        double[] first = {v1 / v, v2 / v, 0};
        double[] total = {(v1 + v13) / v, v2 / v, v13 / v};
        for (int f = 0; f < 3; f++) {
            assertThat(indices.get(f).first().value()).isCloseTo(first[f], within(0.01));
            assertThat(indices.get(f).total().value()).isCloseTo(total[f], within(0.01));
            assertThat(indices.get(f).first().contains(first[f])).isTrue();
            assertThat(indices.get(f).total().contains(total[f])).isTrue();
        }
        assertThat(indices.get(0).total().high() - indices.get(0).total().low()).isBetween(0.005, 0.1);
    }

    @Test
    void sobolIndices_ofWhatDoesNotVary_areRefused() {
        Study study = Study.of("one", cell -> new double[] {1}, "y")
                .factors(Factor.range("x", 0, 1))
                .design(new Design.Saltelli(8))
                .build();
        assertThatThrownBy(() -> SobolIndices.of(StudyRun.inMemory(study), "y", 0.95))
                .hasMessageContaining("does not vary");
    }

    /** 95 % within its own binomial error: 950 of 1,000, plus or minus 2.6 standard errors of 6.9 (99 %). */
    @Test
    void intervals_coverAsOftenAsTheySay() {
        SimRandom random = new RandomStreams(11).stream("coverage");
        int mean = 0;
        int median = 0;
        int share = 0;
        for (int i = 0; i < REPETITIONS; i++) {
            double[] normal = IntStream.range(0, 10)
                    .mapToDouble(j -> random.nextNormal(5, 3))
                    .toArray();
            mean += Estimates.mean(normal, 0.95).contains(5) ? 1 : 0;
            double[] skewed = IntStream.range(0, 101)
                    .mapToDouble(j -> random.nextExponential(1.0))
                    .toArray();
            median += Estimates.quantile(skewed, 0.5, 0.95).contains(StrictMath.log(2)) ? 1 : 0;
            long times = IntStream.range(0, 200)
                    .filter(j -> random.nextDouble() < 0.3)
                    .count();
            share += Estimates.proportion(times, 200, 0.95).contains(0.3) ? 1 : 0;
        }
        assertThat(mean).isBetween(932, 968);
        assertThat(median).as("discrete ranks: at least what is said").isBetween(940, 985);
        assertThat(share).as("Clopper and Pearson: at least what is said").isBetween(940, 985);
    }

    @Test
    void quantile_ends_areTheRanksOfTheTables() {
        double[] values = IntStream.rangeClosed(1, 20).mapToDouble(i -> 21 - i).toArray();
        Estimates.Interval median = Estimates.quantile(values, 0.5, 0.95);
        assertThat(median.low())
                .as("ranks 6 and 15 of 20, the sign test's table")
                .isEqualTo(6);
        assertThat(median.high()).isEqualTo(15);
        assertThat(Estimates.quantile(values, 0.99, 0.95).high()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void pairedDifference_isSharperThanTheTwoIntervals() {
        Study study = Study.of(
                        "paired",
                        cell -> new double[] {
                            cell.value("x")
                                    + new RandomStreams(cell.seed()).stream("n").nextNormal(0, 10)
                        },
                        "y")
                .factors(Factor.list("x", List.of("1", "1.5")))
                .replications(20)
                .build();
        StudyResults results = StudyRun.inMemory(study);
        Estimates.Interval difference = Estimates.difference(results, 1, 0, "y", 0.95);
        assertThat(difference.value()).isCloseTo(0.5, within(1e-9));
        assertThat(difference.high() - difference.low()).isLessThan(1e-9);
        assertThat(Estimates.mean(results.values(0, "y"), 0.95).high()
                        - Estimates.mean(results.values(0, "y"), 0.95).low())
                .isGreaterThan(5);
    }

    /** Holds everywhere but where a and b are both high: a corner of 0.1 % of the volume. */
    @Test
    void breakingCorner_isFoundAndBroughtBackToWhatMatters() throws Exception {
        Study study = Study.of(
                        "corner",
                        cell -> new double[] {cell.value("a") + cell.value("b") + 0.001 * cell.value("c")},
                        "y")
                .factors(Factor.range("a", 0, 1), Factor.range("b", 0, 1), Factor.range("c", 0, 1))
                .design(new Design.RandomDraws(50))
                .build();
        StudyResults results = StudyRun.inMemory(study);
        Conclusion conclusion = new Conclusion("sum below 1.96", "y", Double.NEGATIVE_INFINITY, 1.96);
        assertThat(conclusion.probability(results, 0.95).value()).isEqualTo(1);
        assertThat(conclusion.probability(results, 0.95).low()).isBetween(0.92, 0.94);
        BreakingCorner corner = BreakingCorner.search(results, conclusion, CellExecutor.threads(2));
        assertThat(corner.broken()).isTrue();
        assertThat(corner.value()).isBetween(1.96, 1.98);
        assertThat(corner.moved()).containsExactly("a", "b");
        BreakingCorner none = BreakingCorner.search(
                results, new Conclusion("sum below 3", "y", Double.NEGATIVE_INFINITY, 3), CellExecutor.threads(2));
        assertThat(none.broken()).isFalse();
        assertThat(none.value()).as("the worst there is").isEqualTo(2.001);
    }

    @Test
    void searchWithoutTime_hasNoAnswer() throws Exception {
        Study study = Study.of("sum", cell -> new double[] {cell.value("a")}, "y")
                .factors(Factor.range("a", 0, 1))
                .build();
        Conclusion small = new Conclusion("small", "y", Double.NEGATIVE_INFINITY, 3);
        java.util.concurrent.atomic.AtomicInteger asked = new java.util.concurrent.atomic.AtomicInteger();
        assertThat(BreakingCorner.search(
                        StudyRun.inMemory(study),
                        small,
                        io.torosim.sweep.CellExecutor.threads(1),
                        () -> asked.incrementAndGet() > 0))
                .isEmpty();
        assertThat(asked).as("it was asked").hasPositiveValue();
    }
}
