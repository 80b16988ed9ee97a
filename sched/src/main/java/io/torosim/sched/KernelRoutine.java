package io.torosim.sched;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.machine.Vcpu;

/**
 * A routine of the kernel as a small object with steps of its own, which the scheduler executes one after the other until it is {@link #OVER}. Where it goes on is in its
 * fields; it is used again for the next time.
 */
interface KernelRoutine {
    /** Step result: nothing that takes time or that others can see was done: the next step follows at once. */
    long NEXT = StepResult.NEXT;
    /** Step result: the routine has returned, at the same instant. */
    long OVER = StepResult.RETURN;
    /** Step result: the core {@link #wakes} was found idle and is sent the interrupt; the next step is that after the delay. */
    long WAKE = GuestThread.KERNEL_ROUTINES;

    /** Does one atomic thing at the present instant; returns how long it takes in picoseconds, at least 0, or one of the results above. */
    long step(Vcpu vcpu);

    /** Returns the core that its next step looks at, to wake it if it is idle; -1 for none. */
    default int wakes() {
        return -1;
    }
}
