package io.torosim.core.power;

/** The sleep states of a core (C-states), shallow to deep. */
enum SleepState {
    /** Clock stopped. */
    C1,
    /** Clock stopped, voltage lowered. */
    C1E,
    /** Power off, state saved. */
    C6;

    private static final SleepState[] ALL = values();

    static SleepState of(int ordinal) {
        return ALL[ordinal];
    }
}
