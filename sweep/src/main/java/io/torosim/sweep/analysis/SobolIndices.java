package io.torosim.sweep.analysis;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.SimRandom;
import io.torosim.sweep.Design;
import io.torosim.sweep.Factor;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.analysis.Estimates.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
            double[] mixed =
                    Arrays.stream(rows).mapToDouble(row -> means[block + row]).toArray();
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
