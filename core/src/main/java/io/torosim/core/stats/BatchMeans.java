package io.torosim.core.stats;

import io.torosim.core.stats.Replications.Warmup.Resettable;
import io.torosim.core.stats.Tally.ConfidenceInterval;
import java.util.Arrays;

/**
 * The mean of one long run with an honest interval: observations of a run resemble their neighbours, means of long batches
 * hardly do. Batches begin at {@code batchSize} observations; when there are 64, they are merged in pairs, so there are
 * always 32 to 63 of them once the run is long enough (Law and Carson, "A sequential procedure for determining the length
 * of a steady-state simulation", 1979).
 */
public final class BatchMeans implements Resettable {
    private static final int LIMIT = 64;

    private final long firstBatchSize;
    private final double[] sums = new double[LIMIT];
    private long batchSize;
    private int batches;
    private double sum;
    private long inBatch;

    /**
     * Creates no batches.
     *
     * @param batchSize observations in a batch at first, positive
     */
    public BatchMeans(long batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize must be positive, batchSize=" + batchSize);
        }
        this.firstBatchSize = batchSize;
        this.batchSize = batchSize;
    }

    /** Adds an observation. */
    public void add(double value) {
        sum += value;
        if (++inBatch == batchSize) {
            sums[batches++] = sum;
            sum = 0;
            inBatch = 0;
            if (batches == LIMIT) {
                merge();
            }
        }
    }

    /** Returns the means of the complete batches, in order. */
    public double[] means() {
        return Arrays.stream(sums, 0, batches).map(s -> s / batchSize).toArray();
    }

    /** Returns the observations in a batch at present. */
    public long batchSize() {
        return batchSize;
    }

    /**
     * Returns the interval for the mean, from the complete batches.
     *
     * @throws IllegalStateException below two batches
     */
    public ConfidenceInterval interval(double confidence) {
        Tally tally = new Tally();
        for (double mean : means()) {
            tally.add(mean);
        }
        return tally.interval(confidence);
    }

    /**
     * Returns the correlation of neighbouring batch means. Near 0 the interval can be trusted; at 0.3 and above the batches
     * are too short.
     */
    public double neighbourCorrelation() {
        double[] means = means();
        double mean = Arrays.stream(means).sum() / means.length;
        double products = 0;
        double squares = 0;
        for (int i = 0; i < means.length; i++) {
            squares += (means[i] - mean) * (means[i] - mean);
            products += i == 0 ? 0 : (means[i] - mean) * (means[i - 1] - mean);
        }
        return products / squares;
    }

    @Override
    public void reset(long nowPs) {
        batches = 0;
        batchSize = firstBatchSize;
        sum = 0;
        inBatch = 0;
    }

    private void merge() {
        batches /= 2;
        for (int i = 0; i < batches; i++) {
            sums[i] = sums[2 * i] + sums[2 * i + 1];
        }
        batchSize *= 2;
    }
}
