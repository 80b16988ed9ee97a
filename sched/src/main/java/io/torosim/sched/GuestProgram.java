package io.torosim.sched;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.fields.DeclaredFields;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.SharedWord;
import io.torosim.core.machine.Vcpu;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
     * SharedWord}, its own fields where it says {@link Vcpu#changed}. Only then may a loop in which it polls be passed over in closed form; any other is stepped, round by
     * round, with one warning. By default a program is believed that has nothing else in its fields: a lambda that has captured nothing,
     * cells, the kernel, its threads, whatever else is {@link Machine.Announcing}; not one with a machine or a vCPU, whose memory, bus and clock announce nothing, nor one with an array. Such a
     * program's turn in which it asks any thread for the clock, its last turn, its variables or the vCPU ({@link GuestThread#nowPs}, {@link GuestThread#lastTurnPs},
     * {@link GuestThread#threadVars}, {@link GuestThread#vcpu}), or the kernel for the machine ({@link ToroKernel#machine}), is stepped
     * too: what it compares the time with it says with {@link GuestThread#comparesWith}, and then answers true here.
     *
     * <p>An enum constant is believed that cannot change: its fields are final, with values, lists and maps that cannot be changed, lambdas and records in them. A cell, or an object of a
     * kernel, that is another machine's tells that one alone of its changes: a program with one in its fields is stepped, whatever this says by default.
     *
     * <p>Nor is a program believed whose code can look at static fields that announce nothing: of its own class, of those of the lambdas and steps that it
     * holds, of the classes that these are written in, and of whatever class of the same loader and jar or directory their code comes to by calls. Those are fields that are not final, final ones with a thread local, an atomic, a collection or
     * map that can be changed or an array of one element, and machines and vCPUs; where the code comes to them, objects of a user's own classes and enum constants that can change. A table, which is a longer array, is taken for a constant; what is in
     * other jars, in files and system properties and what is found by reflection is not seen. The warning names class and field.
     *
     * <p>Whatever this says, the turn of a program is stepped in which it looks at what changes with every turn of somebody else and so cannot be announced: what
     * another core runs ({@link ToroKernel#running}), another thread's last turn, the state of a thread of another core ({@link GuestThread#state}).
     */
    default boolean readsDeclared() {
        return DeclaredFields.only(this, GuestProgram::announces)
                && StaticReads.of(this).isEmpty();
    }

    /**
     * Returns whether several threads may execute this one object. One that can hold state belongs to the thread that it was given to first, in
     * whatever kernel and although that thread may be over: what another would find in its fields is not its own. By default a
     * program is believed to hold none that has nothing in its fields but final values and what threads share by their nature, cells, enum constants, the machine,
     * objects of the kernel and programs of which the same is true: a class without fields, a lambda that has captured nothing or only these.
     * (State in static fields is not seen.) A program whose state is meant for all its threads says true.
     */
    default boolean mayBeShared() {
        return DeclaredFields.only(
                this, value -> value instanceof GuestProgram program ? program.mayBeShared() : shared(value));
    }

    /** Returns {@code program}, whose author knows that all it looks at is announced; see {@link #readsDeclared}. */
    static GuestProgram announcing(GuestProgram program) {
        Objects.requireNonNull(program, "program");
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
            public boolean mayBeShared() {
                return program.mayBeShared();
            }

            @Override
            public String place() {
                return program.place();
            }
        };
    }

    /** Whether an object tells of its own changes, or of who looks at what it does not tell of: cells, what the kernel consists of, and programs that do. */
    private static boolean announces(Object value) {
        if (value instanceof GuestProgram program) {
            return program.readsDeclared();
        }
        return value instanceof Machine.Announcing;
    }

    private static boolean shared(Object value) {
        Class<?> type = value.getClass();
        boolean ofTheKernel = type.getPackageName().equals(GuestProgram.class.getPackageName()) && !type.isArray();
        return value instanceof Machine.Announcing
                || value instanceof Enum<?>
                || value instanceof Machine
                || value instanceof Vcpu
                || ofTheKernel && !(value instanceof Step);
    }

    /** Returns whether a program of these steps, which keeps its place itself, looks at nothing undeclared. */
    static boolean readDeclared(Step... steps) {
        Objects.requireNonNull(steps, "steps");
        for (Step step : steps) {
            if (!DeclaredFields.only(step, GuestProgram::announces)
                    || StaticReads.of(step).isPresent()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns a program that repeats {@code steps} for ever. It keeps its place, so every thread needs one of its own: a second one is refused.
     *
     * @param steps at least one
     */
    static GuestProgram loop(Step... steps) {
        Objects.requireNonNull(steps, "steps");
        return new ScriptedProgram(steps, true);
    }

    /** Returns a program that does {@code steps} once and exits. It keeps its place, so every thread needs one of its own: a second one is refused. */
    static GuestProgram once(Step... steps) {
        Objects.requireNonNull(steps, "steps");
        return new ScriptedProgram(steps, false);
    }

    /**
     * A thread whose program is a routine ({@link GuestCode}). An entry returns the time that its work takes, or what a call of its {@link GuestThread} has returned, such as
     * {@link GuestThread#suspend}; one that has only looked says so with {@link #poll}. When the routine returns the thread exits.
     *
     * <p>Nobody knows what a routine looks at past its {@link GuestCpu}: its loops are stepped, with a warning, unless its author says {@link #readsOnlyDeclared}.
     * Belongs to one thread; allocates nothing while it runs. Confined to the simulation thread.
     */
    final class ThreadProgram implements GuestProgram {
        private @Nullable CodeRun run;
        private @Nullable GuestCode routine;
        private @Nullable GuestThread self;
        private boolean polled;
        private boolean declared;

        /** Creates a program without a routine, so that the routine can be given the program. */
        public ThreadProgram() {}

        /** Sets the routine, before the thread begins; returns this. */
        public ThreadProgram executes(GuestCode newRoutine) {
            Objects.requireNonNull(newRoutine, "newRoutine");
            routine = newRoutine;
            return this;
        }

        /** Says that everything the routine looks at is announced, before the thread is created; returns this. */
        public ThreadProgram readsOnlyDeclared() {
            declared = true;
            return this;
        }

        @Override
        public boolean readsDeclared() {
            return declared;
        }

        /** Returns the thread, from its first turn on. */
        public GuestThread self() {
            return Objects.requireNonNull(self, "before the thread's first turn");
        }

        /** Step result: the thread has looked for {@code ps} and found nothing to do ({@link GuestThread#poll}). */
        public long poll(long ps) {
            polled = true;
            return self().poll(ps);
        }

        /** For an entry that goes on by itself: what follows is work again, after what was {@link #poll}. */
        public void works() {
            polled = false;
        }

        @Override
        public long next(GuestThread thread) {
            CodeRun its = run;
            if (its == null) {
                self = thread;
                its = new CodeRun(new GuestCpu(thread.vcpu()), Objects.requireNonNull(routine, "routine"));
                its.begin();
                run = its;
            }
            long result;
            do {
                polled = false;
                result = its.next();
                if (result < 0) {
                    polled = false; // of an entry that went on to this one by itself, if there was room for it
                    return action(thread, result, its);
                }
                if (!polled) {
                    thread.access(result); // an entry says itself what of it is work
                }
            } while (thread.vcpu().goOn(result));
            return result;
        }

        private static long action(GuestThread thread, long result, CodeRun its) {
            if (result == StepResult.DONE) {
                return thread.exit();
            }
            if (result > StepResult.KERNEL_FIRST || result < StepResult.KERNEL_LAST) {
                throw new IllegalStateException(
                        thread + ": no such call of the kernel: " + result + ", in " + its.place()
                                + ": an entry of a thread returns a time, or what a call of its GuestThread has returned");
            }
            return result;
        }

        @Override
        public String place() {
            if (run != null) {
                return run.place();
            }
            return routine == null ? "thread without a routine" : routine.name();
        }
    }
}
