package io.torosim.core.explore;

/**
 * How far a search goes.
 *
 * @param states states at most, at least 1
 * @param preemptions how often a vCPU that could go on may be left for another one, at least 0; {@link Integer#MAX_VALUE} for no bound
 */
public record Bounds(long states, int preemptions) {
    /** Checks the ranges. */
    public Bounds {
        if (states < 1) {
            throw new IllegalArgumentException("states must be at least 1, states=" + states);
        }
        if (preemptions < 0) {
            throw new IllegalArgumentException("preemptions must be at least 0, preemptions=" + preemptions);
        }
    }

    /** Returns ten million states, any number of preemptions. */
    public static Bounds standard() {
        return new Bounds(10_000_000, Integer.MAX_VALUE);
    }

    /** Returns these with another number of states. */
    public Bounds withStates(long most) {
        return new Bounds(most, preemptions);
    }

    /** Returns these with another number of preemptions. */
    public Bounds withPreemptions(int most) {
        return new Bounds(states, most);
    }
}
