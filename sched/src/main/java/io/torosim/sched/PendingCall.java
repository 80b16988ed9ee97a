package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.sched.GuestThread.WaitChannel;

/** A wait in tsIOPending, until the scheduler's scan finds the channel ready or an interrupt's handler makes the thread so: it does not ask itself. */
final class PendingCall implements BlockingCall {
    private final ThreadRecord thread;
    private WaitChannel channel;
    private boolean waited;

    PendingCall(ThreadRecord thread, WaitChannel channel) {
        this.thread = thread;
        this.channel = channel;
    }

    PendingCall begin(WaitChannel on) {
        channel = on;
        waited = false;
        return this;
    }

    @Override
    public long step(Vcpu vcpu) {
        if (waited) {
            return OVER;
        }
        waited = true;
        channel.waits(thread);
        thread.pendsOn(channel);
        return SWITCH;
    }

    @Override
    public String routine() {
        return "SysThreadSwitch";
    }

    @Override
    public String toString() {
        return "pend";
    }
}
