package io.torosim.core.machine;

import java.util.Arrays;

/** Interrupt vectors that wait, as the request register of a local APIC holds them: the highest is taken first. */
final class PendingVectors {
    private final long[] words = new long[4];
    /** Bit n is set if word n is not zero. */
    private int used;

    boolean isEmpty() {
        return used == 0;
    }

    /** Adds a vector in {@code [0, 255]}; one that waits already still waits once. */
    void add(int vector) {
        words[vector >> 6] |= 1L << (vector & 63);
        used |= 1 << (vector >> 6);
    }

    /** Takes the highest; there must be one. */
    int takeHighest() {
        int word = 31 - Integer.numberOfLeadingZeros(used);
        int vector = word * 64 + 63 - Long.numberOfLeadingZeros(words[word]);
        long rest = words[word] & ~(1L << (vector & 63));
        words[word] = rest;
        if (rest == 0) {
            used &= ~(1 << word);
        }
        return vector;
    }

    @Override
    public String toString() {
        return Arrays.toString(words);
    }
}
