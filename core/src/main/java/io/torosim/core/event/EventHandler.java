package io.torosim.core.event;

/**
 * Receives events. One handler serves many kinds of event: {@code op} says which, {@code arg} is its operand, so that
 * scheduling an event allocates nothing.
 */
@FunctionalInterface
public interface EventHandler {
    /**
     * Called when the event fires; the clock of its {@link Simulation} stands at the event's time.
     *
     * @param op the number given at scheduling, the handler's own code
     * @param arg the operand given at scheduling
     */
    void onEvent(int op, long arg);
}
