package io.torosim.core.cost;

/** How far the value of a parameter can be trusted. */
public enum Confidence {
    /** Read in a primary source. */
    HIGH,
    /** Read in a secondary source, or recalled from a known publication. */
    MEDIUM,
    /** Little to hold on to. */
    LOW
}
