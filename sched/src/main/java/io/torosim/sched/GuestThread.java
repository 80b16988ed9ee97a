package io.torosim.sched;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import org.jspecify.annotations.Nullable;

/**
 * A thread of the Toro kernel as its own code sees it. It belongs to one core for life. Its program acts through the methods that return a
 * {@code long}: a program returns that number at once. Threads are made by {@code ToroKernel.spawn} and {@link #beginThread}
 * alone. (What the scheduler keeps of one is in {@code ThreadRecord}, what its calls do in {@code ToroThread}.)
 *
 * <p>A {@link GuestProgram} is what it executes, {@link ToroKernel} the kernel that it calls, a {@link WaitChannel} what it waits for.
 */
public abstract class GuestThread implements Machine.Announcing {
    // actions: of the numbers that the results of guest code leave to a kernel, so that a program that returns another
    // kind is told so
    static final long SWITCH = StepResult.KERNEL_FIRST;
    static final long SWITCH_IDLE = StepResult.KERNEL_FIRST - 1;
    static final long SUSPEND = StepResult.KERNEL_FIRST - 2;
    static final long EXIT = StepResult.KERNEL_FIRST - 3;
    /** The call that it has begun. */
    static final long CALL = StepResult.KERNEL_FIRST - 4;

    static final long PANIC = StepResult.KERNEL_FIRST - 5;
    static final long HALT_CPU = StepResult.KERNEL_FIRST - 6;
    /** The first of the numbers that the kernel's own routines have beside these: no program returns one. */
    static final long KERNEL_ROUTINES = StepResult.KERNEL_FIRST - 32;

    /** Of the kernel's own kind only. */
    GuestThread() {}

    /** Returns its number, unique in the kernel, from 1 in order of creation. */
    public abstract int id();

    /** Returns its name. */
    public abstract String name();

    /** Returns where its record lies in guest memory, which is Toro's {@code ThreadID}: its own until it exits, 0 in a kernel without memory ({@link ToroKernel.ThreadMemory}). */
    public abstract long recordAddress();

    /** Returns the number of its core. */
    public abstract int coreId();

    /** Returns its state. The turn of a program on another core that asks is stepped: only the threads of its own core are told of every change. */
    public abstract ThreadState state();

    /** Returns whether it has exited. */
    public abstract boolean exited();

    /** Returns the vCPU it runs on. */
    public abstract Vcpu vcpu();

    /** Returns the present time in picoseconds, of whoever asks. */
    public abstract long nowPs();

    /** What it executes is at another place than in its last turn. */
    abstract void placeChanged();

    /**
     * Returns whether something has overwritten registers that this thread was using, see {@link
     * ToroQuirk#IPI_SAVES_NO_REGISTERS} and {@link ToroQuirk#SLEEP_SAVES_NO_REGISTERS}. What would go wrong then is not
     * modelled.
     */
    public abstract boolean registersLost();

    /** Returns whether {@code SysKillThread} was called on it. */
    public abstract boolean killed();

    /** Returns whether a request of it to create a thread on another core has not been carried out yet. */
    public abstract boolean requestInFlight();

    /** Returns when it last got a turn of its core, in picoseconds since power-on, 0 before its first. The turn of a program that asks is stepped. */
    public abstract long lastTurnPs();

    /**
     * Returns its thread variables (the TLS block), zero at first: of the size that the kernel's configuration says. The
     * first thread of a kernel has none, as in Toro before CreateInitThread: null. The turn of a program that asks is stepped: nobody announces what is stored there.
     */
    public abstract long @Nullable [] threadVars();

    /**
     * Action: works for {@code ps}; may have changed anything, at the instant at which it begins. While interrupts are enabled one that comes in the middle of it is
     * taken there, and what is left follows it ({@link Vcpu#work}).
     */
    public abstract long compute(long ps);

    /** Action: one thing that takes {@code ps} and that no interrupt comes into, an access to what others see for one; may have changed anything. */
    public abstract long access(long ps);

    /**
     * Action: has looked for {@code ps} and found nothing to do. The program must not have changed anything, its own
     * state included; if it compared the clock it says so with {@link #comparesWith}.
     */
    public abstract long poll(long ps);

    /** Says that a poll compared the clock with {@code timePs} and that a later one may find it reached. */
    public abstract void comparesWith(long timePs);

    /**
     * Action: {@code SysThreadSwitch}. If the program's next turn can be unlike its last because of something that it has
     * changed without {@link #compute}, its own place among its steps for one, it calls {@code vcpu().changed()}.
     */
    public final long switchThread() {
        return SWITCH;
    }

    /** Action: {@code SysThreadSwitch(True)}: the thread only polls. See {@link #switchThread}. */
    public abstract long switchIdle();

    /** Calls {@code SysThreadActive}: a thread that was idle is ready again; no effect on one that is ready. */
    public abstract void active();

    /** Action: {@code SysSuspendThread} on itself; goes on when somebody resumes it. */
    public final long suspend() {
        return SUSPEND;
    }

    /**
     * Action: {@code SysThreadSwitch(True)} of a thread that polls for a moment: Toro has no such call, and with {@link
     * ToroQuirk#HALT_WITHOUT_TIMER} it is {@link #switchIdle}.
     *
     * @param deadlinePs when it wants its next turn at the latest
     */
    public abstract long switchIdleUntil(long deadlinePs);

    /**
     * Calls {@code SysResumeThread} on {@code other}: it is ready; no other core is told ({@link
     * ToroQuirk#RESUME_SENDS_NO_IPI}).
     */
    public abstract void resume(GuestThread other);

    /** Calls {@code SysSuspendThread} on {@code other}: only its state is set. On itself: it runs on to its next switch. */
    public abstract void suspend(GuestThread other);

    /**
     * Calls {@code SysKillThread} on {@code other}: it exits when it next returns from {@code SysThreadSwitch}, in the middle
     * of what it does with a device too ({@link ToroQuirk#KILLED_READER_KEEPS_DISK}); one that is suspended does not ({@link
     * ToroQuirk#KILL_NEEDS_SWITCH}).
     */
    public abstract void kill(GuestThread other);

    /**
     * Action: waits in tsSuspended until {@code channel} is {@linkplain WaitChannel#ready ready}: at once if it is. Whoever makes the thread ready, {@link ToroKernel#wakeUp} from
     * the device's interrupt handler or a {@link #resume}, it asks again. A kill meanwhile is heeded unless {@link ToroQuirk#KILLED_READER_KEEPS_DISK} is repaired.
     */
    public abstract long await(WaitChannel channel);

    /**
     * Says that it will {@link #await} the channel, before its device is told to work ({@code State := tsSuspended} of a driver): the thread runs on, and whoever makes it
     * ready meanwhile is not lost. The {@link #await} that follows switches without a look.
     */
    public abstract void expects(WaitChannel channel);

    /** Action: waits in tsIOPending until a scan of its core finds {@code channel} {@linkplain WaitChannel#ready ready}, or {@link ToroKernel#wakeUp} makes it ready; it does not ask itself. */
    public abstract long pend(WaitChannel channel);

    /** Action: {@code Sleep}: keeps switching until {@code ps} have passed, by the rate that the kernel believes in. The core does not halt meanwhile. */
    public abstract long sleep(long ps);

    /**
     * Action: {@code SysBeginThread}; afterwards {@link #began} is the new thread, or null: at the same instant if the core has not come up, else if its memory has run out. A
     * stack of {@code toro.thread_stack} bytes, as the examples ask for.
     *
     * @param coreId the core it is to run on, of the machine's; -1 for this one
     */
    public abstract long beginThread(int coreId, String threadName, GuestProgram threadProgram);

    /**
     * Action: {@link #beginThread(int, String, GuestProgram)} with a stack of another size.
     *
     * @param stackBytes at least 0; it matters to a kernel with memory only ({@link ToroKernel.ThreadMemory})
     */
    public abstract long beginThread(int coreId, String threadName, GuestProgram threadProgram, long stackBytes);

    /** Returns what the last {@link #beginThread} made, null if that was nothing. */
    public abstract @Nullable GuestThread began();

    /**
     * Action: executes {@code hlt} in the middle of the thread, with interrupts enabled: the thread goes on after the next
     * interrupt. Its core does not say that it is idle.
     */
    public final long haltCpu() {
        return HALT_CPU;
    }

    /** Action: {@code ThreadExit}. */
    public final long exit() {
        return EXIT;
    }

    /** Action: the kernel panics on this core: interrupts off, an endless loop. Other cores go on. */
    public final long panic() {
        return PANIC;
    }

    /** State of a thread, with the value that Toro gives it (Process.pas). The running thread has no state of its own. */
    public enum ThreadState {
        /** tsSuspended: until somebody resumes it. */
        SUSPENDED(1),
        /** tsReady. */
        READY(2),
        /** tsIOPending: until its device is free. */
        IO_PENDING(5),
        /** tsIdle: it has polled in vain for the poll window. */
        IDLE(6);

        private final int value;

        ThreadState(int value) {
            this.value = value;
        }

        /** Returns the number that Toro stores. */
        public int value() {
            return value;
        }
    }

    /**
     * By what a device has threads wait for it, and the scheduler knows it: a wait channel (in Toro a thread's {@code IOScheduler.DeviceState}, a pointer to its device's busy
     * flag). The device's interrupt handler wakes the waiting thread by {@link ToroKernel#wakeUp}.
     *
     * <p>A thread in tsSuspended ({@link GuestThread#await}) asks at its own turns alone. One in tsIOPending is asked for by each scan of its core: what {@link #ready} then looks
     * at has to announce its changes, or the core may be passed over while it changes ({@link GuestProgram#readsDeclared}).
     */
    public interface WaitChannel {
        /**
         * Returns whether what a thread waits for is there, at this instant. Changes nothing.
         *
         * @param waiting who asks
         */
        boolean ready(GuestThread waiting);

        /**
         * Says that a thread begins to wait, or waits on after somebody else has woken it: it is the one to be woken.
         *
         * @param waiting whose state is that of a thread that waits: who makes it ready from now on is not lost
         */
        void waits(GuestThread waiting);
    }
}
