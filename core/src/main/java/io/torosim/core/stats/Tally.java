package io.torosim.core.stats;

import io.torosim.core.stats.Warmup.Resettable;

/**
 * Count, mean, variance and extremes of observations, in one pass by Welford's method ("Note on a method for calculating
 * corrected sums of squares and products", 1962). O(1) an observation, allocates nothing.
 */
public final class Tally implements Resettable {
    private long count;
    private double mean;
    private double squares;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    /** Creates a tally of nothing. */
    public Tally() {}

    /** Adds an observation. */
    public void add(double value) {
        count++;
        double delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
        min = value < min ? value : min;
        max = value > max ? value : max;
    }

    /** Returns how many observations there are. */
    public long count() {
        return count;
    }

    /** Returns their mean, or NaN if there are none. */
    public double mean() {
        return count == 0 ? Double.NaN : mean;
    }

    /** Returns the unbiased sample variance, or NaN below two observations. */
    public double variance() {
        return count < 2 ? Double.NaN : squares / (count - 1);
    }

    /** Returns the square root of {@link #variance}. */
    public double deviation() {
        return StrictMath.sqrt(variance());
    }

    /** Returns the smallest observation, or infinity if there are none. */
    public double min() {
        return min;
    }

    /** Returns the largest observation, or minus infinity if there are none. */
    public double max() {
        return max;
    }

    /**
     * Returns the interval for the mean by Student's t. Right only if the observations are independent: replications or
     * batches, not waiting times of one run.
     *
     * @param confidence in (0, 1), such as 0.95
     * @throws IllegalStateException below two observations
     */
    public ConfidenceInterval interval(double confidence) {
        return ConfidenceInterval.of(this, confidence);
    }

    @Override
    public void reset(long nowPs) {
        count = 0;
        mean = 0;
        squares = 0;
        min = Double.POSITIVE_INFINITY;
        max = Double.NEGATIVE_INFINITY;
    }
}
