package io.torosim.core.random;

import com.google.common.hash.Hashing;
import io.torosim.core.random.RandomStreams.SimRandom;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Named random streams of one seed. A stream depends on the seed and its name alone: a new stream, or an extra draw from
 * one, moves no other.
 *
 * <p>A stream is a {@link SimRandom}; {@link EmpiricalDistribution} draws from a recorded sample by one. A
 * {@link io.torosim.core.machine.Machine Machine} has the streams of its seed.
 */
public final class RandomStreams {
    private final long seed;

    /** Creates the streams of {@code seed}. */
    public RandomStreams(long seed) {
        this.seed = seed;
    }

    /** Returns a new generator at the start of the stream called {@code name}. */
    public SimRandom stream(String name) {
        Objects.requireNonNull(name, "name");
        var hash = Hashing.sipHash24(seed, 0x746f726f73696dL).hashString(name, StandardCharsets.UTF_8);
        return new SimRandom(hash.asLong());
    }

    /**
     * A stream of random numbers: xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2019),
     * its 256-bit state filled by SplitMix64. Equal on every JDK; the logarithms are {@link StrictMath}'s.
     *
     * <p>Quality, as its authors state it: period 2^256 - 1, all 64 bits equidistributed in four dimensions, no failure in
     * BigCrush nor in PractRand up to 32 TB. It is no good for secrets. Streams start at places that a keyed hash picks: two of
     * 2^20 streams of 2^40 draws each overlap with a probability below 2^-175.
     *
     * <p>Confined to one thread.
     */
    public static final class SimRandom {
        private long s0;
        private long s1;
        private long s2;
        private long s3;

        SimRandom(long seed) {
            long x = seed;
            s0 = mix(x += 0x9e3779b97f4a7c15L);
            s1 = mix(x += 0x9e3779b97f4a7c15L);
            s2 = mix(x += 0x9e3779b97f4a7c15L);
            s3 = mix(x + 0x9e3779b97f4a7c15L);
        }

        /** Creates the generator in the given state, which must not be all zero; for comparison with the published outputs. */
        SimRandom(long s0, long s1, long s2, long s3) {
            this.s0 = s0;
            this.s1 = s1;
            this.s2 = s2;
            this.s3 = s3;
        }

        /** Returns 64 random bits. */
        public long nextLong() {
            long result = Long.rotateLeft(s0 + s3, 23) + s0;
            long t = s1 << 17;
            s2 ^= s0;
            s3 ^= s1;
            s1 ^= s2;
            s0 ^= s3;
            s2 ^= t;
            s3 = Long.rotateLeft(s3, 45);
            return result;
        }

        /** Returns a number in {@code [0, bound)}, every one equally likely. */
        public long nextLong(long bound) {
            if (bound <= 0) {
                throw new IllegalArgumentException("bound must be positive, bound=" + bound);
            }
            long bits = nextLong() >>> 1;
            if ((bound & (bound - 1)) == 0) {
                return bits & (bound - 1); // the same, without a division
            }
            long value = bits % bound;
            while (bits - value + (bound - 1) < 0) { // the last, incomplete run of values
                bits = nextLong() >>> 1;
                value = bits % bound;
            }
            return value;
        }

        /** Returns a number in {@code [0, bound)}, every one equally likely. */
        public int nextInt(int bound) {
            return (int) nextLong(bound);
        }

        /** Returns a multiple of 2^-53 in {@code [0, 1)}. */
        public double nextDouble() {
            return (nextLong() >>> 11) * 0x1.0p-53;
        }

        /**
         * Returns a draw of the exponential distribution in whole ticks, rounded down: the mean of the draws is
         * {@code 1 / (e^(1/mean) - 1)}, half a tick below {@code mean} when that is large, but 0.58 for 1. With means of a few
         * ticks take {@link #nextExponential(double)}.
         *
         * @param mean at least 0; 0 gives 0
         */
        public long nextExponential(long mean) {
            if (mean < 0) {
                throw new IllegalArgumentException("mean must be at least 0, mean=" + mean);
            }
            return (long) (-StrictMath.log(1.0 - nextDouble()) * mean);
        }

        /**
         * Returns a draw of the exponential distribution, not rounded; the same draw as in ticks.
         *
         * @param mean finite and at least 0; 0 gives 0
         */
        public double nextExponential(double mean) {
            if (!(mean >= 0) || mean == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("mean must be finite and at least 0, mean=" + mean);
            }
            return -StrictMath.log(1.0 - nextDouble()) * mean;
        }

        /**
         * Returns a draw of the normal distribution, by Marsaglia's polar method ("A convenient method for generating normal
         * variables", 1964). The second number of each pair is thrown away, so that a draw depends on nothing but the stream's
         * state; 2.55 uniform numbers a draw on average.
         *
         * @param mean a number
         * @param deviation at least 0
         */
        public double nextNormal(double mean, double deviation) {
            if (Double.isNaN(mean)) {
                throw new IllegalArgumentException("mean must be a number, mean=NaN");
            }
            if (!(deviation >= 0)) {
                throw new IllegalArgumentException("deviation must be at least 0, deviation=" + deviation);
            }
            double u;
            double square;
            do {
                u = 2 * nextDouble() - 1;
                double v = 2 * nextDouble() - 1;
                square = u * u + v * v;
            } while (square >= 1 || square == 0);
            return mean + deviation * u * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
        }

        /**
         * Returns a draw of the Pareto distribution (type I) by inversion: {@code P(X > x) = (scale / x)^shape}.
         *
         * @param scale the smallest value, positive
         * @param shape tail index, positive; the mean is infinite up to 1, the variance up to 2
         */
        public double nextPareto(double scale, double shape) {
            if (!(scale > 0) || !(shape > 0)) {
                throw new IllegalArgumentException(
                        "scale and shape must be positive, scale=" + scale + ", shape=" + shape);
            }
            return scale / StrictMath.pow(1.0 - nextDouble(), 1 / shape);
        }

        private static long mix(long z) {
            long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
            return b ^ (b >>> 31);
        }
    }

    /**
     * A distribution given by values and whole-number weights, as counted in a measurement. Drawing is exact: value i comes with
     * probability {@code weight[i] / sum of weights}, without floating point. O(log n) a draw, allocates nothing. Immutable.
     */
    public static final class EmpiricalDistribution {
        private final long[] values;
        /** Sums of the weights up to and including each value. */
        private final long[] cumulative;

        private EmpiricalDistribution(long[] values, long[] cumulative) {
            this.values = values;
            this.cumulative = cumulative;
        }

        /** Returns the distribution of a sample: every element is equally likely, repeated ones more so. */
        public static EmpiricalDistribution ofSample(long... sample) {
            Objects.requireNonNull(sample, "sample");
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
            Objects.requireNonNull(values, "values");
            Objects.requireNonNull(weights, "weights");
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
}
