package io.torosim.core.machine;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.EventSet;

/** The one-shot timer of a vCPU: it raises a vector at an instant. Setting it again forgets what was set before. */
public final class DeadlineTimer {
    private final Vcpu vcpu;
    private final EventHandler fires = (op, arg) -> fire(op);
    private long handle = EventSet.NO_HANDLE;

    DeadlineTimer(Vcpu vcpu) {
        this.vcpu = vcpu;
    }

    /**
     * Sets it.
     *
     * @param vector in {@code [0, 255]}
     * @param deadlinePs picoseconds since power-on; one that has passed fires at once, 0 stops the timer
     */
    public void set(int vector, long deadlinePs) {
        if (vector < 0 || vector > 255) {
            throw new IllegalArgumentException("vector must be in [0, 255], vector=" + vector);
        }
        Machine machine = vcpu.machine();
        machine.simulation().cancel(handle);
        handle = EventSet.NO_HANDLE;
        if (deadlinePs != 0) {
            long atPs = Math.max(deadlinePs, vcpu.nowPs()) + machine.deliveryDelayPs("machine.timer");
            handle = machine.simulation().at(atPs, Machine.DEVICE_PRIORITY, fires, vector, 0);
        }
    }

    /** Returns whether it is set and has not fired. */
    public boolean isSet() {
        return vcpu.machine().simulation().isPending(handle);
    }

    private void fire(int vector) {
        handle = EventSet.NO_HANDLE;
        vcpu.raise(vector);
    }
}
