package io.torosim.sweep.analysis;

import io.torosim.sweep.StudyResults;
import io.torosim.sweep.analysis.Estimates.Interval;
import java.util.Arrays;

/**
 * Something that is said of an output: it lies in a band.
 *
 * @param name in words
 * @param output of the study
 * @param low lower end of the band, possibly minus infinity
 * @param high upper end, possibly infinity
 */
public record Conclusion(String name, String output, double low, double high) {
    /** Checks the band. */
    public Conclusion {
        if (!(low <= high)) {
            throw new IllegalArgumentException(name + ": low must be at most high, low=" + low + ", high=" + high);
        }
    }

    /** Returns how far inside the band a value lies; negative outside, NaN for no value. */
    public double margin(double value) {
        return Math.min(value - low, high - value);
    }

    /**
     * Returns the probability that it holds: the share of points at which the mean lies in the band, with its interval. It is a probability where
     * points are independent draws ({@link io.torosim.sweep.Design.RandomDraws}); for other random designs the interval is too wide rather than too
     * narrow, for a grid it means nothing. Points without a figure do not count.
     */
    public Interval probability(StudyResults results, double confidence) {
        double[] means = results.means(output);
        long count = Arrays.stream(means).filter(m -> !Double.isNaN(m)).count();
        long held = Arrays.stream(means).filter(m -> margin(m) >= 0).count();
        return Estimates.proportion(held, count, confidence);
    }
}
