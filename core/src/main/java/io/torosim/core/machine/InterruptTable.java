package io.torosim.core.machine;

/** Where a guest says what runs when an interrupt is taken, as its IDT does. */
@FunctionalInterface
public interface InterruptTable {
    /**
     * Returns the handler of an interrupt that has just been taken. It runs with interrupts disabled until it returns
     * {@link Activity#DONE}.
     *
     * @param vector in {@code [0, 255]}
     */
    Activity handlerOf(int vector);
}
