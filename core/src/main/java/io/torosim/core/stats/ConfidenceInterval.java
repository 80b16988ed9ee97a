package io.torosim.core.stats;

import org.apache.commons.statistics.distribution.TDistribution;

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
