package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.sched.GuestThread.IoDevice;
import io.torosim.sched.ToroQuirks.ToroQuirk;

/** GetDevice (Devices.pas): waits in tsIOPending while another thread has it; whom the scan finds first gets it. */
final class GetDeviceCall implements BlockingCall {
    private static final int ASK = 0;
    private static final int PENDING = 1;
    private static final int DIE = 2;
    private static final int HAVE = 3;

    private final ThreadRecord thread;
    private final KernelCosts costs;
    private IoDevice device;
    private int stage;

    GetDeviceCall(ThreadRecord thread, KernelCosts costs, IoDevice device) {
        this.thread = thread;
        this.costs = costs;
        this.device = device;
    }

    GetDeviceCall begin(IoDevice wanted) {
        device = wanted;
        stage = ASK;
        return this;
    }

    @Override
    public long step(Vcpu vcpu) {
        switch (stage) {
            case ASK:
                return ask();
            case PENDING:
                stage = ASK;
                return SWITCH;
            case DIE:
                return EXIT;
            default:
                return OVER;
        }
    }

    private long ask() {
        if (thread.killFlag && !thread.has(ToroQuirk.KILLED_READER_KEEPS_DISK)) {
            stage = DIE; // it was let finish what it held, and takes nothing more
        } else if (device.ready(thread)) {
            thread.beforeTouch();
            device.holder = thread;
            stage = HAVE;
        } else {
            thread.pendsOn(device);
            stage = PENDING;
        }
        return costs.scanPs;
    }

    @Override
    public String routine() {
        return "GetDevice";
    }

    @Override
    public String toString() {
        return "getDevice";
    }
}
