package io.torosim.sched;

import io.torosim.core.machine.Vcpu;

/** Actions at whose end it is the same instant and the thread's program is asked again: without a bound they would hang the simulation. */
final class Progress {
    private static final int MOST_TIMELESS_ACTIONS = 10_000_000;

    private long atPs = -1;
    private int timeless;

    /**
     * Counts one; returns {@link KernelRoutine#NEXT}.
     *
     * @throws IllegalStateException if there have been too many at this instant
     */
    long overAtOnce(Vcpu vcpu, ThreadRecord thread, Object action) {
        long nowPs = vcpu.nowPs();
        if (atPs != nowPs) {
            atPs = nowPs;
            timeless = 0;
        } else if (++timeless == MOST_TIMELESS_ACTIONS) {
            throw new IllegalStateException(thread + " makes no progress: " + MOST_TIMELESS_ACTIONS
                    + " actions that take no time at " + nowPs + " ps, the last a " + action + ", in "
                    + thread.program().place());
        }
        return KernelRoutine.NEXT;
    }
}
