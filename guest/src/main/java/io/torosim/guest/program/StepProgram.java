package io.torosim.guest.program;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.Step;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A thread's program as a stack of steps. A step does one thing at one instant and returns the action it takes, or
 * {@link #GO_ON} if it takes no time; with {@link #then} it puts further steps in front of everything that is still to be
 * done, which is how one routine calls another. When nothing is left, {@link #idle} says what comes next.
 *
 * <p>The steps of one routine run in the order given; other threads of the core run only where an action lets them
 * ({@code switchThread}, {@code suspend}, {@code sleep}), interrupts between any two steps. Confined to the simulation thread.
 */
public abstract class StepProgram implements GuestProgram {
    /** Result of a step that is over at once: the next one follows at the same instant. */
    public static final long GO_ON = StepResult.NEXT;

    private static final int MOST_STEPS_AT_ONCE = 1_000_000;

    private final Deque<Step> stack = new ArrayDeque<>();
    /** The routine that is called, one at a time. */
    private @Nullable CodeRun call;

    private @Nullable GuestCpu cpu;
    /** The last step was one of that routine's. */
    private boolean called;

    private final Step continueCall = this::continueCall;

    /** Creates a program with nothing to do. */
    protected StepProgram() {}

    /**
     * Puts steps in front of what is to be done.
     *
     * @param steps in the order in which they run
     */
    public final void then(Step... steps) {
        for (int i = steps.length - 1; i >= 0; i--) {
            stack.push(steps[i]);
        }
    }

    /** Puts a step that takes no time in front of what is to be done. */
    public final void thenRun(Runnable effect) {
        stack.push(self -> {
            effect.run();
            return GO_ON;
        });
    }

    /** Puts a call of a routine in front of what is to be done, with two arguments in its first words. */
    public final void thenCall(GuestCode routine, long first, long second) {
        stack.push(calls(routine, (itsCpu, callee) -> {
            callee.w[0] = first;
            callee.w[1] = second;
        }));
    }

    /** Returns a step that calls a routine; see {@link #thenCall}. */
    public static Step calls(GuestCode routine, CallArguments arguments) {
        return new RoutineCall(routine, arguments);
    }

    /** Fills the frame of a routine that a thread calls. */
    @FunctionalInterface
    public interface CallArguments {
        /** Sets the words of the arguments, at the instant of the call. */
        void pass(GuestCpu cpu, Frame callee);
    }

    /** A step that only a program of this kind can do: the routine is its own to execute. */
    private record RoutineCall(GuestCode routine, CallArguments arguments) implements Step {
        private RoutineCall {
            Objects.requireNonNull(routine, "routine");
            Objects.requireNonNull(arguments, "arguments");
        }

        @Override
        public long act(GuestThread self) {
            throw new IllegalStateException("a call of " + routine.name() + " is a step of a StepProgram");
        }
    }

    private long begin(GuestThread self, RoutineCall what) {
        GuestCpu itsCpu = cpu;
        CodeRun run = call;
        if (run == null || itsCpu == null) {
            itsCpu = new GuestCpu(self.vcpu());
            cpu = itsCpu;
            run = new CodeRun(itsCpu, what.routine());
            call = run;
        }
        what.arguments().pass(itsCpu, run.begin(what.routine()));
        return continueCall(self);
    }

    /** Executes the routine that is called up to its next step. */
    private long continueCall(GuestThread self) {
        called = true;
        long ps = Objects.requireNonNull(call).next();
        if (ps == StepResult.DONE) {
            return GO_ON;
        }
        stack.push(continueCall);
        return self.access(ps); // an entry says itself what of it is work
    }

    /**
     * Nothing is left: begins what comes next, with {@link #then} or by an action.
     *
     * @param self the thread
     * @return an action, or {@link #GO_ON}
     */
    protected abstract long idle(GuestThread self);

    @Override
    public final long next(GuestThread self) {
        for (int i = 0; i < MOST_STEPS_AT_ONCE; i++) {
            called = false;
            long action = stack.isEmpty() ? idle(self) : act(stack.pop(), self);
            if (action != GO_ON) {
                return action;
            }
        }
        throw new IllegalStateException(self + ": a million steps without an action");
    }

    private long act(Step step, GuestThread self) {
        return step instanceof RoutineCall what ? begin(self, what) : step.act(self);
    }

    @Override
    public String place() {
        return called && call != null ? GuestProgram.super.place() + ";" + call.place() : GuestProgram.super.place();
    }
}
