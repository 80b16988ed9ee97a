package io.torosim.bench.jmh.event;

/** The engines compared. */
public enum Engine {
    /** This library. */
    TOROSIM,
    /** SSJ 3.3.2 with its fastest event list, Henriksen's. */
    SSJ,
    /** {@code java.util.PriorityQueue} of event objects, by hand; cancelled events are skipped when they come up. */
    PRIORITY_QUEUE
}
