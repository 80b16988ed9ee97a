package io.torosim.guest.linux;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.VcpuState;
import io.torosim.core.random.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.guest.net.NetworkCard;

/**
 * A small model of an Ubuntu guest with a web server of one worker process: interrupts, soft interrupts and the worker on
 * CPU 0, background services on the last CPU, a 250 Hz tick on CPUs that are busy, timers that wake idle ones.
 *
 * <p>Not modelled: several workers, load balancing between CPUs, the page cache, disks, NAPI polling and its budget.
 */
public final class LinuxHttpGuest {
    /** The vector of the network card's interrupt. */
    public static final int NETWORK_VECTOR = 0x2b;

    private static final int TICK_VECTOR = 0xec;
    private static final int TIMER_VECTOR = 0xed;
    private static final int WAKE_VECTOR = 0xfd;

    private static final int OP_TICK = 0;
    private static final int OP_IDLE_TIMER = 1;
    private static final int OP_BACKGROUND = 2;

    private final Machine machine;
    private final LinuxCosts costs;
    private final LinuxCpu[] cpus;
    private final SimRandom timers;
    private final SimRandom background;
    private final long tickPs;
    private final long idleTimerGapPs;
    private final long backgroundGapPs;
    private final long backgroundWorkPs;

    private LinuxHttpGuest(Machine machine, NetworkCard card) {
        this.machine = machine;
        this.costs = new LinuxCosts(machine);
        this.cpus = new LinuxCpu[machine.vcpuCount()];
        this.timers = machine.randoms().stream("linux.timers");
        this.background = machine.randoms().stream("linux.background");
        var model = machine.spec().costs();
        this.tickPs = Picos.PER_SECOND / model.count("linux.tick_hz");
        this.idleTimerGapPs = Picos.PER_SECOND / model.count("linux.idle_wakeups_hz");
        this.backgroundGapPs = model.ps("linux.background_gap");
        this.backgroundWorkPs = model.ps("linux.background_work");
        for (int id = 0; id < cpus.length; id++) {
            cpus[id] = new LinuxCpu(costs, card);
        }
    }

    /**
     * Starts the guest on a machine whose vCPUs are off, at the point where its server waits for connections.
     *
     * @param card the card it owns; it must interrupt with {@link #NETWORK_VECTOR}
     */
    public static LinuxHttpGuest start(Machine machine, NetworkCard card) {
        LinuxHttpGuest guest = new LinuxHttpGuest(machine, card);
        for (int id = 0; id < guest.cpus.length; id++) {
            LinuxCpu cpu = guest.cpus[id];
            machine.vcpu(id).start(cpu, vector -> guest.handler(cpu, vector));
            guest.later(guest.tickPs, OP_TICK, id);
        }
        guest.later(guest.timers.nextExponential(guest.idleTimerGapPs), OP_IDLE_TIMER, 0);
        guest.later(guest.background.nextExponential(guest.backgroundGapPs), OP_BACKGROUND, 0);
        return guest;
    }

    private Activity handler(LinuxCpu cpu, int vector) {
        return switch (vector) {
            case NETWORK_VECTOR -> cpu::onNetworkInterrupt;
            case TICK_VECTOR -> vcpu -> work(cpu, costs.tickWorkPs);
            case TIMER_VECTOR -> vcpu -> work(cpu, costs.idleWakeupPs);
            default -> vcpu -> Activity.DONE;
        };
    }

    private static long work(LinuxCpu cpu, long ps) {
        cpu.kernelWork(ps);
        return Activity.DONE;
    }

    private void later(long delayPs, int op, long arg) {
        machine.simulation()
                .at(machine.simulation().nowPs() + delayPs, Machine.DEVICE_PRIORITY, this::onEvent, op, arg);
    }

    private void onEvent(int op, long arg) {
        switch (op) {
            case OP_TICK -> {
                Vcpu vcpu = machine.vcpu((int) arg);
                if (vcpu.state() == VcpuState.BUSY) { // NOHZ: an idle CPU has no tick
                    vcpu.raise(TICK_VECTOR);
                }
                later(tickPs, OP_TICK, arg);
            }
            case OP_IDLE_TIMER -> {
                machine.vcpu(timers.nextInt(cpus.length)).raise(TIMER_VECTOR);
                later(timers.nextExponential(idleTimerGapPs), OP_IDLE_TIMER, 0);
            }
            case OP_BACKGROUND -> {
                // between a quarter of the usual length and twice as long
                long work = backgroundWorkPs / 4 + background.nextLong(backgroundWorkPs * 7 / 4);
                int last = cpus.length - 1;
                cpus[last].background(work);
                machine.vcpu(last).raise(WAKE_VECTOR);
                later(background.nextExponential(backgroundGapPs), OP_BACKGROUND, 0);
            }
            default -> throw new AssertionError(op);
        }
    }
}
