package io.torosim.core.code;

import io.torosim.core.machine.Activity;

/**
 * What an entry of guest code may return: a time in picoseconds, at least 0, or one of these. This is the one list; a kernel's own
 * calls lie in {@code [KERNEL_LAST, KERNEL_FIRST]} and are the kernel's to name.
 */
public final class StepResult {
    /** Nothing was done that takes time: the next entry follows at the same instant, in the same step. */
    public static final long NEXT = Long.MIN_VALUE;
    /** A frame was pushed with {@link GuestCpu#call}: it comes first, in the same step. */
    public static final long CALL = Long.MIN_VALUE + 1;
    /** The routine is over: its caller goes on, in the same step. With an entry that takes time: {@link GuestCpu#leaves}. */
    public static final long RETURN = Long.MIN_VALUE + 2;
    /** Executed {@code hlt}. */
    public static final long HALT = Activity.HALT;
    /** The outermost routine is over: {@code iret} of an interrupt handler. */
    public static final long DONE = Activity.DONE;
    /** The polling loop repeats: see {@link io.torosim.core.machine.Vcpu#roundRepeats}. */
    public static final long SPIN = Activity.SPIN;
    /** Switched off. */
    public static final long OFF = Activity.OFF;
    /** An endless loop with interrupts disabled. */
    public static final long HANG = Activity.HANG;
    /** Executed {@code mwait}. */
    public static final long MWAIT = Activity.MWAIT;
    /** A stretch of quiet steps follows: see {@link io.torosim.core.machine.Vcpu#quiet}. */
    public static final long QUIET = Activity.QUIET;
    /** The first of the numbers left to a kernel for the calls of its threads. */
    public static final long KERNEL_FIRST = -16;
    /** The last of them. */
    public static final long KERNEL_LAST = -127;

    /** What an entry may return, in words, for whoever has returned something else. */
    static final String LEGAL =
            "an entry returns a time in picoseconds, at least 0, or one of the constants of StepResult: NEXT, CALL,"
                    + " RETURN, HALT to QUIET (-1 to -7), or a kernel's call (-16 to -127)";

    private StepResult() {}
}
