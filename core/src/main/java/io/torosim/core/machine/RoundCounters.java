package io.torosim.core.machine;

/**
 * Counters that know what one round of a polling loop adds to them, so that many rounds can be counted at once. What comes into a round from outside, an
 * interrupt with all that its handler counts, is no part of it.
 */
final class RoundCounters {
    private final long[] counts;
    private final long[] atHead;
    private final long[] perRound;
    private final long[] atInterrupt;

    RoundCounters(int size) {
        counts = new long[size];
        atHead = new long[size];
        perRound = new long[size];
        atInterrupt = new long[size];
    }

    long get(int counter) {
        return counts[counter];
    }

    void add(int counter, long count) {
        counts[counter] += count;
    }

    /** Counts one that is not a part of the round under way, nor of an interrupt under way. */
    void addFromOutside(int counter) {
        counts[counter]++;
        atHead[counter]++;
        atInterrupt[counter]++;
    }

    /** A round begins, and the last one is over; {@code repeats} if it is the pattern of those that may be passed over. */
    void roundBegins(boolean repeats) {
        if (repeats) {
            for (int i = 0; i < counts.length; i++) {
                perRound[i] = counts[i] - atHead[i];
            }
        }
        System.arraycopy(counts, 0, atHead, 0, counts.length);
    }

    /** So many rounds like the pattern have been passed over. */
    void passed(long rounds) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += rounds * perRound[i];
            atHead[i] += rounds * perRound[i];
        }
    }

    /** An interrupt comes into the round. */
    void interruptBegins() {
        System.arraycopy(counts, 0, atInterrupt, 0, counts.length);
    }

    /** The round goes on as if there had been no interrupt. */
    void interruptOver() {
        for (int i = 0; i < counts.length; i++) {
            atHead[i] += counts[i] - atInterrupt[i];
        }
    }
}
