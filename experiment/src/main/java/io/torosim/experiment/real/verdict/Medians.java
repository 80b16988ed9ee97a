package io.torosim.experiment.real.verdict;

import java.util.Arrays;

/** Order statistics of a few measurements. */
public final class Medians {
    private Medians() {}

    /** Returns the median; 0 of nothing. */
    public static double of(double[] values) {
        return quantile(values, 0.5);
    }

    /** Returns a quantile, between two values along a straight line; 0 of nothing. */
    public static double quantile(double[] values, double share) {
        if (values.length == 0) {
            return 0;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
    }
}
