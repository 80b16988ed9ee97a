package io.torosim.sched.explore;

/**
 * An invariant that did not hold.
 *
 * @param invariant which
 * @param message what was seen
 * @param timePs when, in picoseconds since power-on
 */
public record Violation(Invariant invariant, String message, long timePs) {}
