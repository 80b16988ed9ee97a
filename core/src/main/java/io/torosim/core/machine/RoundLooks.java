package io.torosim.core.machine;

import org.jspecify.annotations.Nullable;

/**
 * What the present round of a polling loop has looked at that the proof of repetition does not see: the clock, and what announces nothing. Kept for each depth
 * of interrupts, since what a handler looks at is not a part of the round that it comes into.
 */
final class RoundLooks {
    /** Bit n: with n frames, since the last visit of a loop's head there, a step looked at what announces nothing. */
    private long unannounced;

    /** Bit n: with n frames, since then, somebody looked at the clock or said what it is compared with. */
    private long clockUsed;

    /** With how many frames: at how many instants the present part of a round looked at the clock, and what it said of that. */
    private final ClockLooks[] clocks;

    private boolean told;
    /** Where a part of the present round looked and did not say; null if it is the last one. */
    private @Nullable String silentPlace;

    /** For depths in {@code [0, depths)}, of which there are at most 64. */
    RoundLooks(int depths) {
        clocks = new ClockLooks[depths];
        for (int i = 0; i < depths; i++) {
            clocks[i] = new ClockLooks();
        }
    }

    /** A step at this depth looked at what announces nothing. */
    void atUnannounced(int depth) {
        unannounced |= 1L << depth;
    }

    void atClock(int depth, long nowPs) {
        clockUsed |= 1L << depth;
        clocks[depth].looks(nowPs);
    }

    /** A step at this depth says what it compares the clock with. */
    void compares(int depth) {
        clockUsed |= 1L << depth;
        clocks[depth].declares();
    }

    /** Returns how often the present part of the round has said so. */
    int comparisons(int depth) {
        return clocks[depth].declared();
    }

    boolean any(int depth) {
        return ((unannounced | clockUsed) >>> depth & 1) != 0;
    }

    boolean anyUnannounced(int depth) {
        return (unannounced >>> depth & 1) != 0;
    }

    boolean anyClock(int depth) {
        return (clockUsed >>> depth & 1) != 0;
    }

    /** A part of the round is over; returns whether it is the first one that said less than it looked, and nobody has been told yet. */
    boolean partEnds(int depth) {
        return clocks[depth].partEnds() && !told;
    }

    /** The place of the part that has just been over. */
    void silentAt(String place) {
        silentPlace = place;
    }

    /** The round is over; returns whether a part of it looked at the clock and did not say what for. */
    boolean roundEnds(int depth) {
        clocks[depth].partEnds();
        return clocks[depth].undeclared();
    }

    /** Returns whether a warning has been made already; there is one a run. */
    boolean told() {
        return told;
    }

    /** Returns the warning of a round that {@link #roundEnds} has found silent, {@code place} being where its last part is. */
    String tell(int depth, int vcpuId, String place) {
        told = true;
        return "vCPU " + vcpuId + " polls the clock and does not say " + clocks[depth].words() + ", in "
                + (silentPlace == null ? place : silentPlace)
                + ": the loop is stepped round by round, which is slow; see Vcpu.comparesWith";
    }

    /** A round begins at this depth, or a handler. */
    void forget(int depth) {
        long used = (unannounced | clockUsed) & 1L << depth;
        if (used != 0) {
            unannounced &= ~used;
            clockUsed &= ~used;
            clocks[depth].forget();
            silentPlace = null;
        }
    }
}
