package io.torosim.sweep;

/** Why a study ended. */
public enum Ending {
    /** There is nothing more to run; the stopping rule is fulfilled or its limit reached. */
    COMPLETE,
    /** Somebody asked it to. */
    STOPPED,
    /** The time of the call was over. */
    TIME,
    /** What comes next would exceed the budget of runs. */
    BUDGET
}
