package io.torosim.core.event;

/**
 * Told before the clock moves to an event, so that lazily kept state can be brought up to that moment first. It may
 * schedule and reschedule events that fire after that event in the order of (time, priority class); the event itself it
 * must leave where it is.
 */
@FunctionalInterface
public interface EventGate {
    /**
     * Called before the clock moves.
     *
     * @param timePs the time of the event about to fire
     * @param priority its priority class
     */
    void beforeEvent(long timePs, int priority);
}
