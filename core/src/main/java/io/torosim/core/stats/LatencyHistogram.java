package io.torosim.core.stats;

import io.torosim.core.stats.Replications.Warmup.Resettable;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Latencies in ps with three significant digits (HdrHistogram): percentiles of any number of observations in a few
 * kilobytes. Recording is O(1); it allocates only when a value exceeds all before.
 */
public final class LatencyHistogram implements Resettable {
    private final Histogram histogram = new Histogram(3);

    /** Creates an empty histogram. */
    public LatencyHistogram() {}

    /**
     * Records a latency.
     *
     * @param ps at least 0
     */
    public void record(long ps) {
        if (ps < 0) {
            throw new IllegalArgumentException("ps must be at least 0, ps=" + ps);
        }
        histogram.recordValue(ps);
    }

    /** Returns how many were recorded. */
    public long count() {
        return histogram.getTotalCount();
    }

    /**
     * Returns the latency that {@code percent} of the observations do not exceed, within 0.1 %; 0 if there are none.
     *
     * @param percent in [0, 100]
     */
    public long percentilePs(double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("percent must be in [0, 100], percent=" + percent);
        }
        return histogram.getValueAtPercentile(percent);
    }

    /** Returns the largest latency within 0.1 %, 0 if there are none. */
    public long maxPs() {
        return histogram.getMaxValue();
    }

    /** Returns the mean within 0.1 %, 0 if there are none. */
    public double meanPs() {
        return histogram.getMean();
    }

    /**
     * Latencies that are not told apart.
     *
     * @param upToPs the largest that counts here
     * @param count how many there were, at least 1
     */
    public record Bucket(long upToPs, long count) {}

    /** Returns what was recorded, from the shortest: each bucket is 0.1 % wide, empty ones are left out. */
    public List<Bucket> buckets() {
        List<Bucket> buckets = new ArrayList<>();
        histogram
                .recordedValues()
                .forEach(v -> buckets.add(new Bucket(v.getValueIteratedTo(), v.getCountAddedInThisIterationStep())));
        return buckets;
    }

    /** Adds everything that {@code other} has recorded. */
    public void add(LatencyHistogram other) {
        histogram.add(other.histogram);
    }

    /** Two are equal that hold the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof LatencyHistogram that && histogram.equals(that.histogram);
    }

    @Override
    public int hashCode() {
        return histogram.hashCode();
    }

    @Override
    public String toString() {
        return "LatencyHistogram(" + count() + " latencies, mean " + meanPs() + " ps)";
    }

    @Override
    public void reset(long nowPs) {
        histogram.reset();
    }
}
