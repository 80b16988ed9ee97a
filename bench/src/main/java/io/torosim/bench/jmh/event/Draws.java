package io.torosim.bench.jmh.event;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;

/** Delays drawn beforehand, so that a benchmark of event sets does not measure logarithms. */
final class Draws {
    private static final int MASK = (1 << 14) - 1;

    private final int[] delays = new int[MASK + 1];
    private int index;

    private Draws() {}

    /** Exponential delays of the given mean, in ticks, cut off at 2^31 - 1. */
    static Draws exponential(int mean) {
        Draws draws = new Draws();
        SimRandom random = new RandomStreams(42).stream("delays");
        for (int i = 0; i <= MASK; i++) {
            draws.delays[i] = (int) Math.min(Integer.MAX_VALUE, random.nextExponential(mean));
        }
        return draws;
    }

    static Draws constant(int delay) {
        Draws draws = new Draws();
        java.util.Arrays.fill(draws.delays, delay);
        return draws;
    }

    /** Whole delays from 1 to {@code max}, every one equally likely. */
    static Draws uniform(int max) {
        Draws draws = new Draws();
        SimRandom random = new RandomStreams(42).stream("uniform delays");
        for (int i = 0; i <= MASK; i++) {
            draws.delays[i] = 1 + random.nextInt(max);
        }
        return draws;
    }

    int next() {
        return delays[index++ & MASK];
    }

    /** Folds a firing into a checksum. */
    static long fold(long checksum, long time, long id) {
        return (checksum ^ time) * 0x9e3779b97f4a7c15L + id;
    }
}
