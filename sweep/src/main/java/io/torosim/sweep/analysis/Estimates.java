package io.torosim.sweep.analysis;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.stats.Tally;
import io.torosim.core.stats.Tally.ConfidenceInterval;
import io.torosim.sweep.Design;
import io.torosim.sweep.Factor;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.analysis.Estimates.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Figures with their uncertainty. All sums go in the order of the replications, so they are the same on every machine.
 *
 * <p>It reads {@link StudyResults}; {@link Tally} sums, and resampling draws from {@link RandomStreams}.
 */
public final class Estimates {
    private Estimates() {}

    /**
     * An estimate between two ends.
     *
     * @param value the estimate
     * @param low lower end
     * @param high upper end
     * @param confidence the probability, at least, that the ends enclose the true value
     * @param count observations behind it
     */
    public record Interval(double value, double low, double high, double confidence, long count) {
        /** Returns whether {@code x} lies between the ends, themselves included. */
        public boolean contains(double x) {
            return low <= x && x <= high;
        }
    }

    /**
     * Returns the mean of independent observations with Student's interval.
     *
     * @throws IllegalStateException below two observations
     */
    public static Interval mean(double[] values, double confidence) {
        Objects.requireNonNull(values, "values");
        Tally tally = new Tally();
        for (double value : values) {
            tally.add(value);
        }
        ConfidenceInterval interval = tally.interval(confidence);
        return new Interval(interval.mean(), interval.low(), interval.high(), confidence, values.length);
    }

    /**
     * Returns the mean of the differences, run by run, of an output at two points that had the same seeds: what a change brings.
     *
     * @param to minuend
     * @param from subtrahend
     * @throws IllegalArgumentException if the study gave every run a seed of its own
     */
    public static Interval difference(StudyResults results, int to, int from, String output, double confidence) {
        Objects.requireNonNull(results, "results");
        Objects.requireNonNull(output, "output");
        if (!results.study().commonSeeds()) {
            throw new IllegalArgumentException("runs of different points have different seeds: there are no pairs");
        }
        return mean(pairs(results, to, from, output), confidence);
    }

    /** Returns the differences, run by run, of an output at two points: as many as there are replications that gave it at both. */
    public static double[] pairs(StudyResults results, int to, int from, String output) {
        Objects.requireNonNull(results, "results");
        Objects.requireNonNull(output, "output");
        double[] a = results.byReplication(to, output);
        double[] b = results.byReplication(from, output);
        double[] differences = new double[Math.min(a.length, b.length)];
        int count = 0;
        for (int i = 0; i < differences.length; i++) {
            if (!Double.isNaN(a[i] - b[i])) {
                differences[count++] = a[i] - b[i];
            }
        }
        return Arrays.copyOf(differences, count);
    }

    /**
     * Returns a quantile with an interval that assumes nothing of the distribution: two observations that enclose it with at least
     * {@code confidence}, by the binomial distribution of their ranks (David and Nagaraja, "Order Statistics", 7.1). Ends that no observation
     * reaches with that confidence are infinite.
     *
     * @param p in (0, 1), such as 0.99
     */
    public static Interval quantile(double[] values, double p, double confidence) {
        Objects.requireNonNull(values, "values");
        if (values.length == 0 || !(p > 0 && p < 1)) {
            throw new IllegalArgumentException(
                    "a quantile takes observations and p in (0, 1), observations=" + values.length + ", p=" + p);
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        BinomialDistribution below = BinomialDistribution.of(n, p);
        double tail = (1 - confidence) / 2;
        int low = below.inverseCumulativeProbability(tail); // observation `low` (from 1) lies at or below with 1 - tail
        if (below.cumulativeProbability(low - 1) > tail) {
            low--;
        }
        int high = below.inverseCumulativeProbability(1 - tail) + 1;
        double value = sorted[(int) Math.min(n - 1L, (long) StrictMath.ceil(p * n) - 1)];
        return new Interval(
                value,
                low < 1 ? Double.NEGATIVE_INFINITY : sorted[low - 1],
                high > n ? Double.POSITIVE_INFINITY : sorted[high - 1],
                confidence,
                n);
    }

    /** Returns how probable something is that happened {@code times} in {@code count} independent runs, by Clopper and Pearson (1934). */
    public static Interval proportion(long times, long count, double confidence) {
        if (count < 1 || times < 0 || times > count) {
            throw new IllegalArgumentException("times must be in [0, count], times=" + times + ", count=" + count);
        }
        double tail = (1 - confidence) / 2;
        double low =
                times == 0 ? 0 : BetaDistribution.of(times, count - times + 1.0).inverseCumulativeProbability(tail);
        double high = times == count
                ? 1
                : BetaDistribution.of(times + 1.0, count - times).inverseSurvivalProbability(tail);
        return new Interval(times / (double) count, low, high, confidence, count);
    }

    /**
     * How much of an output's variance each factor explains, from a study of {@link Design.Saltelli}: the first-order index is the share that goes
     * if the factor alone is known, the total index the share that stays if everything but the factor is known. First order by Saltelli and others (2010, table
     * 2 b), total by Jansen (1999); intervals by drawing rows again (percentiles of 1,000 bootstrap samples), for the error of sampling, not of
     * a model that is itself random: give such a one replications.
     *
     * @param factor its name
     * @param first first-order index
     * @param total total index
     */
    public record SobolIndices(String factor, Interval first, Interval total) {
        private static final int RESAMPLES = 1000;

        /**
         * Returns the indices of every factor. Rows of which a run failed are left out.
         *
         * @throws IllegalArgumentException if the study has another design, or its output does not vary
         */
        public static List<SobolIndices> of(StudyResults results, String output, double confidence) {
            if (!(results.study().design() instanceof Design.Saltelli design)) {
                throw new IllegalArgumentException("Sobol indices take Saltelli's design");
            }
            List<Factor> factors = results.study().factors();
            double[] means = results.means(output);
            int n = design.count();
            int[] rows = java.util.stream.IntStream.range(0, n)
                    .filter(row -> java.util.stream.IntStream.range(0, factors.size() + 2)
                            .noneMatch(block -> Double.isNaN(means[block * n + row])))
                    .toArray();
            double[] a = Arrays.stream(rows).mapToDouble(row -> means[row]).toArray();
            double[] b = Arrays.stream(rows).mapToDouble(row -> means[n + row]).toArray();
            if (rows.length < 2 || variance(a, b, identity(rows.length)) == 0) {
                throw new IllegalArgumentException(output + " does not vary: there is nothing to explain");
            }
            int[][] draws = draws(rows.length, results.study().seed());
            List<SobolIndices> all = new ArrayList<>();
            for (int f = 0; f < factors.size(); f++) {
                int block = (f + 2) * n;
                double[] mixed = Arrays.stream(rows)
                        .mapToDouble(row -> means[block + row])
                        .toArray();
                all.add(new SobolIndices(
                        factors.get(f).name(),
                        interval(draws, confidence, sample -> first(a, b, mixed, sample)),
                        interval(draws, confidence, sample -> total(a, b, mixed, sample))));
            }
            return all;
        }

        private interface Statistic {
            double of(int[] sample);
        }

        private static Interval interval(int[][] draws, double confidence, Statistic statistic) {
            double value = statistic.of(identity(draws[0].length));
            double[] again =
                    Arrays.stream(draws).mapToDouble(statistic::of).sorted().toArray();
            int cut = (int) ((1 - confidence) / 2 * again.length);
            return new Interval(value, again[cut], again[again.length - 1 - cut], confidence, draws[0].length);
        }

        private static double first(double[] a, double[] b, double[] mixed, int[] sample) {
            double sum = 0;
            for (int row : sample) {
                sum += b[row] * (mixed[row] - a[row]);
            }
            return sum / sample.length / variance(a, b, sample);
        }

        private static double total(double[] a, double[] b, double[] mixed, int[] sample) {
            double sum = 0;
            for (int row : sample) {
                double difference = a[row] - mixed[row];
                sum += difference * difference;
            }
            return sum / (2.0 * sample.length) / variance(a, b, sample);
        }

        /** The variance of both matrices' outputs together. */
        private static double variance(double[] a, double[] b, int[] sample) {
            double mean = 0;
            for (int row : sample) {
                mean += a[row] + b[row];
            }
            mean /= 2.0 * sample.length;
            double squares = 0;
            for (int row : sample) {
                squares += (a[row] - mean) * (a[row] - mean) + (b[row] - mean) * (b[row] - mean);
            }
            return squares / (2.0 * sample.length);
        }

        private static int[] identity(int count) {
            return java.util.stream.IntStream.range(0, count).toArray();
        }

        private static int[][] draws(int rows, long seed) {
            SimRandom random = new RandomStreams(seed).stream("study/bootstrap");
            int[][] draws = new int[RESAMPLES][rows];
            for (int[] draw : draws) {
                for (int i = 0; i < rows; i++) {
                    draw[i] = random.nextInt(rows);
                }
            }
            return draws;
        }
    }
}
