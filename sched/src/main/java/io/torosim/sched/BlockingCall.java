package io.torosim.sched;

import io.torosim.core.machine.Vcpu;

/**
 * A call of the kernel in whose middle a thread may have to wait: {@code GetDevice}, {@code Sleep}, {@code SysBeginThread}, a wait for a device's interrupt. It
 * has steps of its own, which the scheduler executes at the thread's turn, from one {@link #step} to the next, until the call is {@link #OVER}; then the
 * program is asked again. What it is in the middle of is in its fields: an object belongs to one thread, and is used again by its next call.
 *
 * <p>It acts on the core through its thread alone ({@link ThreadRecord}), so the scheduler names no call, and a call no scheduler.
 */
interface BlockingCall {
    /** Step result: nothing that takes time or that others can see was done: the next step follows at once. */
    long NEXT = Long.MIN_VALUE + 1;
    /** Step result: the call has returned, at the same instant. */
    long OVER = Long.MIN_VALUE + 2;
    /** Step result: calls {@code SysThreadSwitch}; the next step is that after its return. */
    long SWITCH = Long.MIN_VALUE + 3;
    /** Step result: calls {@code Scheduling} itself, which saves no registers and looks at no kill; the next step is that after its return. */
    long SCHEDULING = Long.MIN_VALUE + 4;
    /** Step result: the core {@link #wakes} was found idle and is sent the interrupt; the next step is that after the delay. */
    long WAKE = Long.MIN_VALUE + 5;
    /** Step result: calls {@code ThreadExit}. */
    long EXIT = Long.MIN_VALUE + 6;

    /** Does one atomic thing at the present instant; returns how long it takes in picoseconds, at least 0, or one of the results above. */
    long step(Vcpu vcpu);

    /** Returns the routine that its next step lies in, for profiles. */
    String routine();

    /** Returns whether its thread, killed meanwhile, dies when {@code SysThreadSwitch} returns to it. */
    default boolean heedsKill() {
        return true;
    }

    /** Returns the core that its next step looks at, to wake it if it is idle; -1 for none. */
    default int wakes() {
        return -1;
    }
}
