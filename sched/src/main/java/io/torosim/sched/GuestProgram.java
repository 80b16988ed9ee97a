package io.torosim.sched;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.SharedFlag;
import io.torosim.core.machine.SharedWord;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.state.DeclaredFields;

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
     * Returns whether everything that this program looks at announces its changes: the kernel's objects, {@link
     * SharedWord} and {@link SharedFlag}, its own fields where it says {@link Vcpu#changed}. Only then may a loop in which it polls be passed over in closed form; any other is stepped, round by
     * round, with one warning. By default a program is believed that has nothing else in its fields: a lambda that has captured nothing,
     * cells or objects of the kernel. (What it reads through static fields is not seen: declare nothing there.)
     */
    default boolean readsDeclared() {
        return DeclaredFields.only(this, GuestProgram::announces);
    }

    /** Returns {@code program}, whose author knows that all it looks at is announced; see {@link #readsDeclared}. */
    static GuestProgram announcing(GuestProgram program) {
        return new GuestProgram() {
            @Override
            public long next(GuestThread self) {
                return program.next(self);
            }

            @Override
            public boolean readsDeclared() {
                return true;
            }

            @Override
            public String place() {
                return program.place();
            }
        };
    }

    /** Whether an object tells of its own changes: cells, machine, kernel, and programs that do. */
    private static boolean announces(Object value) {
        if (value instanceof GuestProgram program) {
            return program.readsDeclared();
        }
        boolean ofTheKernel = value.getClass().getPackageName().equals(GuestProgram.class.getPackageName());
        return value instanceof SharedWord
                || value instanceof SharedFlag
                || value instanceof Machine
                || value instanceof Vcpu
                || ofTheKernel && !(value instanceof Step);
    }

    /** Returns whether a program of these steps, which keeps its place itself, looks at nothing undeclared. */
    static boolean readDeclared(Step... steps) {
        for (Step step : steps) {
            if (!DeclaredFields.only(step, GuestProgram::announces)) {
                return false;
            }
        }
        return true;
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
