package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.stats.Tally;
import io.torosim.sweep.Study.Stopping;
import org.junit.jupiter.api.Test;

class StoppingTest {
    private static Study.Builder coin(double head, Stopping rule) {
        return Study.of(
                        "coin",
                        cell -> new double[] {
                            new RandomStreams(cell.seed()).stream("coin").nextDouble() < head ? 1 : 0
                        },
                        "head")
                .stopping(rule);
    }

    /** The first three throws of this seed are equal; half of a coin's means would be 0 or 1 "+- 0" for a rule that trusts them. */
    @Test
    void equalThrowsOfACoin_areNoPrecision() {
        Stopping rule = new Stopping(3, 20_000, 0.1, 0.95);
        int equal = 0;
        for (int seed = 0; seed < 40; seed++) {
            StudyResults results = StudyRun.inMemory(coin(0.5, rule).seed(seed).build());
            double[] throwsOf = results.values(0, "head");
            equal += throwsOf[0] == throwsOf[1] && throwsOf[1] == throwsOf[2] ? 1 : 0;
            assertThat(throwsOf.length)
                    .as("1.96^2 (1 - p) / p / 0.01 = 384 for p = 1/2")
                    .isBetween(200, 700);
            assertThat(results.means("head")[0]).isBetween(0.38, 0.62);
            assertThat(results.wide()).isEmpty();
        }
        assertThat(equal).as("of 40, a quarter on average").isBetween(3, 20);
    }

    @Test
    void alwaysTheSame_zeroToo_isPreciseByTheRuleOfThree_andAnExactModelAtOnce() {
        Stopping rule = new Stopping(2, 500, 0.02, 0.95);
        StudyResults one = StudyRun.inMemory(coin(1, rule).build());
        assertThat(one.values(0, "head"))
                .as("ln 0.05 / ln 0.98 = 148.3, two at a time")
                .hasSize(150);
        assertThat(one.wide()).isEmpty();
        StudyResults zero = StudyRun.inMemory(coin(0, rule).build());
        assertThat(zero.values(0, "head")).hasSize(150);
        assertThat(zero.wide()).isEmpty();
        StudyResults few =
                StudyRun.inMemory(coin(0, new Stopping(2, 148, 0.02, 0.95)).build());
        assertThat(few.wide()).singleElement().satisfies(wide -> {
            assertThat(wide.halfWidth()).isNaN();
            assertThat(wide.replications()).isEqualTo(148);
        });
        assertThat(rule.otherValueAtMost(10))
                .as("1 - 0.05^(1/10)")
                .isCloseTo(0.25887, org.assertj.core.data.Offset.offset(1e-5));
        Tally twice = new Tally();
        twice.add(0);
        twice.add(0);
        assertThat(rule.isWide(twice, true)).isFalse();
        assertThat(rule.isWide(twice, false)).isTrue();
    }

    /** What the guide says of stopping at a width: the smaller the least number of runs, the less often the interval holds the mean. */
    @Test
    void stoppingAtAWidth_undercovers_littleFromTenRunsOn() {
        double fromTwo = coverage(2);
        double fromTen = coverage(Stopping.USUAL_LEAST);
        assertThat(fromTwo).isBetween(0.88, 0.93);
        assertThat(fromTen).isBetween(0.93, 0.955);
        assertThat(coverage(5)).isBetween(fromTwo, 0.955);
    }

    private static double coverage(int least) {
        Stopping rule = new Stopping(least, 2000, 0.1, 0.95);
        io.torosim.core.random.RandomStreams.SimRandom random = new RandomStreams(7).stream("coverage");
        int times = 10_000;
        int held = 0;
        for (int i = 0; i < times; i++) {
            Tally tally = new Tally();
            do {
                for (int r = 0; r < least; r++) {
                    tally.add(random.nextNormal(3, 1));
                }
            } while (rule.isWide(tally, false));
            held += StrictMath.abs(tally.mean() - 3) <= tally.interval(0.95).halfWidth() ? 1 : 0;
        }
        return held / (double) times;
    }
}
