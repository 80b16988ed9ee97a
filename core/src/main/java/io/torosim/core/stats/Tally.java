package io.torosim.core.stats;

import io.torosim.core.stats.Replications.Warmup.Resettable;
import org.apache.commons.statistics.distribution.TDistribution;

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

    /**
     * A mean with its uncertainty.
     *
     * @param mean the estimate
     * @param halfWidth the true mean lies within {@code mean ± halfWidth} with probability {@code confidence}
     * @param confidence in (0, 1)
     * @param count number of independent observations, at least 2
     */
    public record ConfidenceInterval(double mean, double halfWidth, double confidence, long count) {
        static ConfidenceInterval of(Tally tally, double confidence) {
            if (!(confidence > 0 && confidence < 1)) {
                throw new IllegalArgumentException("confidence must be in (0, 1), confidence=" + confidence);
            }
            if (tally.count() < 2) {
                throw new IllegalStateException("an interval takes two observations, count=" + tally.count());
            }
            double t = TDistribution.of(tally.count() - 1).inverseSurvivalProbability((1 - confidence) / 2);
            double halfWidth = t * StrictMath.sqrt(tally.variance() / tally.count());
            return new ConfidenceInterval(tally.mean(), halfWidth, confidence, tally.count());
        }

        /** Returns the lower end. */
        public double low() {
            return mean - halfWidth;
        }

        /** Returns the upper end. */
        public double high() {
            return mean + halfWidth;
        }

        /** Returns whether {@code value} lies inside, ends included. */
        public boolean contains(double value) {
            return low() <= value && value <= high();
        }
    }

    /**
     * The mean over time of a level that changes in steps: customers in a queue, busy servers. The level is a whole number and
     * so are the sums (128 bits), so the order of additions cannot show. O(1) a change, allocates nothing.
     */
    public static final class TimeWeighted implements Resettable {
        private long level;
        private long sincePs;
        private long startPs;
        private long max;
        private long sumLow;
        private long sumHigh;

        /** Creates a level of {@code level} that begins at {@code nowPs}. */
        public TimeWeighted(long nowPs, long level) {
            this.level = level;
            reset(nowPs);
        }

        /** Sets the level; times must not go back. */
        public void set(long nowPs, long newLevel) {
            advance(nowPs);
            level = newLevel;
            max = Long.max(max, newLevel);
        }

        /** Changes the level by {@code delta}. */
        public void add(long nowPs, long delta) {
            set(nowPs, level + delta);
        }

        /** Returns the present level. */
        public long level() {
            return level;
        }

        /** Returns the largest level since the last reset. */
        public long max() {
            return max;
        }

        /** Returns the mean level from the last reset to {@code nowPs}, or NaN if no time has passed. */
        public double mean(long nowPs) {
            advance(nowPs);
            double sum = sumHigh * 0x1.0p64 + (sumLow >>> 1) * 2.0 + (sumLow & 1);
            return nowPs == startPs ? Double.NaN : sum / (nowPs - startPs);
        }

        @Override
        public void reset(long nowPs) {
            sincePs = nowPs;
            startPs = nowPs;
            sumLow = 0;
            sumHigh = 0;
            max = level;
        }

        private void advance(long nowPs) {
            long span = nowPs - sincePs;
            if (span < 0) {
                throw new IllegalArgumentException("time went back, nowPs=" + nowPs + ", last=" + sincePs);
            }
            long low = level * span;
            long sum = sumLow + low;
            sumHigh += Math.multiplyHigh(level, span) + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
            sumLow = sum;
            sincePs = nowPs;
        }
    }
}
