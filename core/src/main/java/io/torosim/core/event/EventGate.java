package io.torosim.core.event;

/**
 * Told before the clock moves to an event, so that lazily kept state can be brought up to that moment first. It may
 * schedule nothing at or before that moment.
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
