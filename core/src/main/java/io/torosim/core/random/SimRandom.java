package io.torosim.core.random;

/**
 * A stream of random numbers: xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2019),
 * its 256-bit state filled by SplitMix64. Equal on every JDK; the logarithms are {@link StrictMath}'s.
 *
 * <p>Confined to one thread.
 */
public final class SimRandom {
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

    /** Returns a draw of the exponential distribution with the given mean, rounded to a whole number, at least 0. */
    public long nextExponential(long mean) {
        return (long) (-StrictMath.log(1.0 - nextDouble()) * mean);
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
        return b ^ (b >>> 31);
    }
}
