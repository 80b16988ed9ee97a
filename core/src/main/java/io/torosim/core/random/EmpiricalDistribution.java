package io.torosim.core.random;

import java.util.Arrays;

/**
 * A distribution given by values and whole-number weights, as counted in a measurement. Drawing is exact: value i comes with
 * probability {@code weight[i] / sum of weights}, without floating point. O(log n) a draw, allocates nothing. Immutable.
 */
public final class EmpiricalDistribution {
    private final long[] values;
    /** Sums of the weights up to and including each value. */
    private final long[] cumulative;

    private EmpiricalDistribution(long[] values, long[] cumulative) {
        this.values = values;
        this.cumulative = cumulative;
    }

    /** Returns the distribution of a sample: every element is equally likely, repeated ones more so. */
    public static EmpiricalDistribution ofSample(long... sample) {
        long[] weights = new long[sample.length];
        Arrays.fill(weights, 1);
        return ofWeights(sample, weights);
    }

    /**
     * Returns the distribution of {@code values} with {@code weights}.
     *
     * @throws IllegalArgumentException if there are no values, the lengths differ, a weight is negative or their sum is not
     *     in {@code [1, 2^63 - 1]}
     */
    public static EmpiricalDistribution ofWeights(long[] values, long[] weights) {
        if (values.length == 0 || values.length != weights.length) {
            throw new IllegalArgumentException("there must be as many weights as values, and one at least, values="
                    + values.length + ", weights=" + weights.length);
        }
        long[] cumulative = new long[weights.length];
        long sum = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] < 0 || sum + weights[i] < 0) {
                throw new IllegalArgumentException(
                        "weights must be at least 0 and their sum fit, weight=" + weights[i]);
            }
            sum += weights[i];
            cumulative[i] = sum;
        }
        if (sum == 0) {
            throw new IllegalArgumentException("one weight must be positive");
        }
        return new EmpiricalDistribution(values.clone(), cumulative);
    }

    /** Returns a draw. */
    public long draw(SimRandom random) {
        long target = random.nextLong(cumulative[cumulative.length - 1]);
        int low = 0;
        int high = cumulative.length - 1;
        while (low < high) { // the first value whose sum exceeds the target
            int middle = (low + high) >>> 1;
            if (cumulative[middle] > target) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return values[low];
    }
}
