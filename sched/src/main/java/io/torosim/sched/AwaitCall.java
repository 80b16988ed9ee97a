package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.GuestThread.WaitChannel;
import io.torosim.sched.ToroQuirks.ToroQuirk;

/**
 * A wait in tsSuspended for what an interrupt brings ({@code State := tsSuspended; SysThreadSwitch} of a driver). The thread asks the channel when it is
 * made ready, by whomever, and waits on if what it waits for has not come. The interrupt may come before the switch, which then finds the thread ready.
 */
final class AwaitCall implements BlockingCall {
    private static final int ASK = 0;
    private static final int SUSPENDED = 1;
    private static final int BACK = 2;

    private final ThreadRecord thread;
    private final KernelCosts costs;
    private WaitChannel channel;
    private int stage;

    AwaitCall(ThreadRecord thread, KernelCosts costs, WaitChannel channel) {
        this.thread = thread;
        this.costs = costs;
        this.channel = channel;
    }

    /** Asks first, unless the thread has said before that it would wait. */
    AwaitCall begin(WaitChannel on) {
        channel = on;
        stage = thread.expected == on ? SUSPENDED : ASK;
        return this;
    }

    @Override
    public long step(Vcpu vcpu) {
        switch (stage) {
            case ASK:
                return ask();
            case SUSPENDED:
                stage = BACK;
                return SWITCH;
            default:
                if (channel.ready(thread)) {
                    thread.expected = null;
                    return OVER;
                }
                thread.setState(ThreadState.SUSPENDED);
                stage = SUSPENDED;
                return costs.scanPs;
        }
    }

    private long ask() {
        if (channel.ready(thread)) {
            thread.expected = null;
            return OVER;
        }
        thread.expected = channel;
        thread.park(ThreadState.SUSPENDED);
        channel.waits(thread);
        return SWITCH;
    }

    /** Repaired, it is let finish what it may hold. */
    @Override
    public boolean heedsKill() {
        return thread.has(ToroQuirk.KILLED_READER_KEEPS_DISK);
    }

    @Override
    public String routine() {
        return "SysSuspendThread";
    }

    @Override
    public String toString() {
        return "wait for " + channel;
    }
}
