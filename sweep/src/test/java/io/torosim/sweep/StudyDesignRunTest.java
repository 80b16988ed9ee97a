package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.sweep.Study.Stopping;
import io.torosim.sweep.StudyResults.WideInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a design and a rule for stopping ask for while results come in. */
final class StudyDesignRunTest extends StudyRuns {
    @Test
    void replications_shareTheirSeedsAcrossPoints_unlessAskedOtherwise() {
        Study common = Models.trivial(3).replications(4).build();
        Study own = new Study(
                common.name(),
                common.model(),
                common.modelName(),
                common.outputs(),
                common.factors(),
                common.design(),
                common.stopping(),
                common.seed(),
                true);
        assertThat(IntStream.range(0, 3).mapToObj(p -> own.seedOf(p, 2)).distinct())
                .hasSize(1);
        assertThat(IntStream.range(0, 3).mapToObj(p -> common.seedOf(p, 2)).distinct())
                .hasSize(3);
        assertThat(IntStream.range(0, 4).mapToObj(r -> own.seedOf(0, r)).distinct())
                .hasSize(4);
    }

    @Test
    void stoppingRule_asksForMoreWhereTheIntervalIsWide() {
        Study study = Study.of(
                        "noise",
                        cell -> new double[] {
                            100
                                    + cell.value("noise")
                                            * new io.torosim.core.random.RandomStreams(cell.seed())
                                                    .stream("x").nextNormal(0, 1)
                        },
                        "y")
                .factors(Factor.list("noise", List.of("0", "1", "10", "1000")))
                .stopping(new Stopping(5, 100, 0.02, 0.95))
                .build();
        StudyResults results = StudyRun.inMemory(study);
        List<Integer> made = new ArrayList<>();
        for (int point = 0; point < 4; point++) {
            made.add(results.values(point, "y").length);
        }
        assertThat(made.get(0)).as("all equal: 149 are needed").isEqualTo(100);
        assertThat(made.get(1)).isEqualTo(5);
        assertThat(made.get(2)).as("1.96 * 10 / sqrt(n) = 2").isBetween(40, 100);
        assertThat(made.get(3)).as("the limit").isEqualTo(100);
        assertThat(results.isComplete()).isTrue();
        assertThat(results.wide().stream().map(WideInterval::point)).containsExactly(0, 2, 3);
        for (WideInterval wide : results.wide().subList(1, 3)) {
            double deviation = wide.point() == 2 ? 10 : 1000;
            assertThat(wide.output()).isEqualTo("y");
            assertThat(wide.replications()).isEqualTo(100);
            assertThat(wide.mean()).isEqualTo(results.means("y")[wide.point()]);
            assertThat(wide.wanted()).isEqualTo(0.02 * Math.abs(wide.mean()));
            assertThat(wide.halfWidth())
                    .as("Student's t of 99 degrees")
                    .isBetween(1.984 * deviation / 10 * 0.8, 1.984 * deviation / 10 * 1.25)
                    .isGreaterThan(wide.wanted());
        }
    }

    @Test
    void refinement_closesInOnTheThreshold() {
        Study study = Study.of("step", cell -> new double[] {cell.value("x") < StrictMath.E ? 0 : 1}, "y")
                .factors(Factor.range("x", 0, 10), Factor.list("other", List.of("1", "2")))
                .design(new Design.Refine("y", 0.5, 5, 0.01))
                .build();
        StudyResults results = StudyRun.inMemory(study);
        for (double other : new double[] {1, 2}) {
            double below = results.points().stream()
                    .filter(p -> p.get(1) == other && p.get(0) < StrictMath.E)
                    .mapToDouble(p -> p.get(0))
                    .max()
                    .orElseThrow();
            double above = results.points().stream()
                    .filter(p -> p.get(1) == other && p.get(0) >= StrictMath.E)
                    .mapToDouble(p -> p.get(0))
                    .min()
                    .orElseThrow();
            assertThat(above - below).isLessThan(0.01);
        }
        assertThat(results.points()).hasSizeLessThan(32);
        Study whole = Study.of("step", cell -> new double[] {cell.value("x") < 301 ? 0 : 1}, "y")
                .factors(Factor.range("x", 16, 1024).wholeNumbers())
                .design(new Design.Refine("y", 0.5, 3, 0.5))
                .build();
        assertThat(StudyRun.inMemory(whole).points().stream().map(p -> p.get(0)))
                .allMatch(x -> x == StrictMath.rint(x))
                .contains(300.0, 301.0);
    }
}
