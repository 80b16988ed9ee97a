package io.torosim.guest.run;

import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.guest.load.WorkQueue;
import io.torosim.guest.spec.NetBackend;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Where a guest is to start: a machine whose vCPUs are off, the process around it, and what a run wants of it.
 *
 * @param machine the machine
 * @param process the QEMU process
 * @param backend who moves packets
 * @param timer the timer that interrupts with {@link GuestRun#TIMER_VECTOR}
 * @param queue requests without a network, in the queue of vCPU 0; their interrupt is {@link GuestRun#QUEUE_VECTOR}, or the
 *     timer's where they come with its ticks
 * @param onTick called by the timer's handler on vCPU 0: brings a request where requests come with ticks; returns whether it did
 */
public record GuestPlace(
        Machine machine,
        QemuProcess process,
        NetBackend backend,
        GuestTimer timer,
        WorkQueue queue,
        BooleanSupplier onTick) {
    /** Checks that everything is there. */
    public GuestPlace {
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(timer, "timer");
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(onTick, "onTick");
    }

    /** Returns a place on {@code machine} without a timer, whose queue stays empty, with vhost and a process of its own. */
    public static GuestPlace on(Machine machine) {
        Objects.requireNonNull(machine, "machine");
        return new GuestPlace(
                machine,
                new QemuProcess(machine),
                NetBackend.VHOST,
                GuestTimer.none(),
                new WorkQueue(machine, 0, -1, 0),
                () -> false);
    }
}
