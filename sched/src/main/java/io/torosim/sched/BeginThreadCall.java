package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.ToroQuirks.ToroQuirk;

/**
 * SysBeginThread (Process.pas): on the own core the thread is there at once; for another one a message is left in the own core's list, the other core woken if
 * it is idle, and the caller suspended until it has been carried out there. On a core that is not up, or whose memory has run out, nothing is begun.
 */
final class BeginThreadCall implements BlockingCall {
    private static final int NOWHERE = 0;
    private static final int LOCAL = 1;
    private static final int PUSH = 2;
    private static final int LOOK = 3;
    private static final int SUSPEND = 4;
    private static final int SUSPENDED = 5;
    private static final int BEGUN = 6;

    private final ThreadRecord thread;
    private final KernelCosts costs;
    private int stage;

    BeginThreadCall(ThreadRecord thread, KernelCosts costs) {
        this.thread = thread;
        this.costs = costs;
    }

    /** For the core {@link ThreadRecord#beginOnCore}, of which {@code started} have come up. */
    BeginThreadCall begin(int started) {
        stage = thread.beginOnCore >= started ? NOWHERE : thread.beginOnCore == thread.coreId() ? LOCAL : PUSH;
        return this;
    }

    @Override
    public long step(Vcpu vcpu) {
        switch (stage) {
            case LOCAL:
                long ps = thread.beginsHere();
                stage = BEGUN;
                return ps;
            case PUSH:
                thread.pushesRequest();
                stage = thread.has(ToroQuirk.IPI_BEFORE_DATA) ? LOOK : SUSPEND;
                return costs.scanPs;
            case LOOK:
                stage = SUSPEND;
                return thread.isIdle(thread.beginOnCore) ? WAKE : costs.mailboxCheckPs;
            case SUSPEND:
                thread.park(ThreadState.SUSPENDED);
                stage = SUSPENDED;
                return costs.scanPs;
            case SUSPENDED:
                stage = BEGUN;
                return SWITCH;
            default:
                return OVER;
        }
    }

    @Override
    public int wakes() {
        return stage == LOOK ? thread.beginOnCore : -1;
    }

    @Override
    public String routine() {
        return "SysBeginThread";
    }

    @Override
    public String toString() {
        return stage == NOWHERE ? "beginThread on a core that is not up" : "beginThread";
    }
}
