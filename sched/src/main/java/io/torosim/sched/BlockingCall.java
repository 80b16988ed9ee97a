package io.torosim.sched;

/**
 * A call of the kernel in whose middle a thread may have to wait: {@code Sleep}, {@code SysBeginThread}, a wait for a device. Its
 * steps are executed at the thread's turns; when it is over the program is asked again. An object belongs to one thread; its text is what its caller calls it.
 *
 * <p>It acts on the core through its thread alone ({@link ThreadRecord}), so the scheduler names no call, and a call no scheduler.
 */
interface BlockingCall extends KernelRoutine {
    /** Step result: calls {@code SysThreadSwitch}; the next step is that after its return. */
    long SWITCH = GuestThread.SWITCH;
    /** Step result: calls {@code Scheduling} itself, which saves no registers and looks at no kill; the next step is that after its return. */
    long SCHEDULING = GuestThread.KERNEL_ROUTINES - 1;
    /** Step result: calls {@code ThreadExit}. */
    long EXIT = GuestThread.EXIT;

    /** Returns the routine that its next step lies in, for profiles. */
    String routine();

    /** Returns whether its thread, killed meanwhile, dies when {@code SysThreadSwitch} returns to it. */
    default boolean heedsKill() {
        return true;
    }
}
