package io.torosim.experiment;

import java.util.List;

/**
 * A curve over simulated time, as {@code top} would have drawn it.
 *
 * @param name which case, such as {@code "Toro after"}
 * @param unit unit of the values
 * @param samples the points, in order of time
 * @param traffic the intervals in which requests arrived, for shading
 */
public record Series(String name, String unit, List<Sample> samples, List<Interval> traffic) {
    /** Copies the lists. */
    public Series {
        samples = List.copyOf(samples);
        traffic = List.copyOf(traffic);
    }

    /**
     * One sample.
     *
     * @param startSeconds beginning of the sampled interval
     * @param endSeconds end of the sampled interval: when the sample was taken
     * @param value the figure shown
     * @param phase {@code "burst"} (traffic all through), {@code "idle"} (none), {@code "tail"} (the first idle one after a
     *     burst) or {@code "mixed"}
     */
    public record Sample(double startSeconds, double endSeconds, double value, String phase) {}

    /**
     * A stretch of time.
     *
     * @param startSeconds beginning
     * @param endSeconds end
     */
    public record Interval(double startSeconds, double endSeconds) {}
}
