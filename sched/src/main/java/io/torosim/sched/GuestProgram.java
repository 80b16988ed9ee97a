package io.torosim.sched;

import io.torosim.core.machine.Activity;

/**
 * What a thread executes: a small state machine. It is asked for its next action whenever the last one is over, and
 * answers with one of the calls of its {@link GuestThread} that return an action.
 */
@FunctionalInterface
public interface GuestProgram {
    /**
     * Returns the next action.
     *
     * @param self the thread that executes this program
     * @return what a call such as {@link GuestThread#compute} returned
     */
    long next(GuestThread self);

    /** Returns what its last step executed, for profiles; see {@link Activity#place}. */
    default String place() {
        String name = getClass().getSimpleName();
        return name.isEmpty() || getClass().isHidden() ? "program" : name;
    }

    /**
     * Returns a program that repeats {@code steps} for ever. It keeps its place, so every thread needs one of its own.
     *
     * @param steps at least one
     */
    static GuestProgram loop(Step... steps) {
        return new ScriptedProgram(steps, true);
    }

    /** Returns a program that does {@code steps} once and exits. It keeps its place, so every thread needs one of its own. */
    static GuestProgram once(Step... steps) {
        return new ScriptedProgram(steps, false);
    }
}
