package io.torosim.guest.program;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A thread whose program is a routine. An entry that takes time is work of the thread; one that has only looked says so with {@link #poll};
 * one that calls the kernel returns {@link #call} of the thread's action. When the routine returns the thread exits.
 *
 * <p>Belongs to one thread; allocates nothing while it runs. Confined to the simulation thread.
 */
public final class ThreadProgram implements GuestProgram {
    /** Actions of threads are small negative numbers: these lie in the range that {@link StepResult} leaves to kernels. */
    private static final long FIRST_CALL = StepResult.KERNEL_FIRST - 32;

    private @Nullable CodeRun run;
    private @Nullable GuestCode routine;
    private @Nullable GuestThread self;
    private boolean polled;
    private boolean declared;

    /** Creates a program without a routine, so that the routine can be given the program. */
    public ThreadProgram() {}

    /** Sets the routine, before the thread begins; returns this. */
    public ThreadProgram executes(GuestCode newRoutine) {
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

    /** Step result: the thread takes an action other than to work, what a call of its {@link GuestThread} has returned. */
    public static long call(long action) {
        return FIRST_CALL + action;
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
                return other(thread, result, its);
            }
            if (!polled) {
                thread.compute(result);
            }
        } while (thread.vcpu().goOn(result));
        return result;
    }

    @Override
    public String place() {
        if (run != null) {
            return run.place();
        }
        return Objects.requireNonNull(routine, "routine").name();
    }

    private long other(GuestThread thread, long result, CodeRun its) {
        polled = false; // of an entry that went on to this one by itself, if there was room for it: nothing to be kept
        if (result == StepResult.DONE) {
            return thread.exit();
        }
        long action = result - FIRST_CALL;
        if (action >= 0 || result < StepResult.KERNEL_LAST) {
            throw new IllegalStateException(
                    thread + ": no such call of the kernel: " + result + ", in " + its.place()
                            + ": an entry of a thread returns a time, or what ThreadProgram.call has made of an action of its thread");
        }
        return action;
    }
}
