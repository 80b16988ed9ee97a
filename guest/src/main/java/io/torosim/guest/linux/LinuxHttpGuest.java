package io.torosim.guest.linux;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.ExitCause;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.random.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.net.Packet;
import io.torosim.guest.spec.LinuxConfig;

/**
 * A model of an Ubuntu guest with a web server: on each CPU the completely fair scheduler's run queue, a 250 Hz tick that stops
 * when the CPU is idle, and ksoftirqd; the network's interrupt and soft interrupt on CPU 0; worker processes bound to CPUs;
 * background services on the last CPU; timers that wake idle CPUs.
 *
 * <p>Not modelled: load balancing between CPUs (tasks are bound), groups of tasks, steering of packets to other CPUs, the page
 * cache, disks; guest-side halt polling, which came with Linux 5.4.
 */
public final class LinuxHttpGuest {
    /** The vector of the network card's interrupt. */
    public static final int NETWORK_VECTOR = 0x2b;

    private static final int TICK_VECTOR = 0xec;
    private static final int TIMER_VECTOR = 0xed;
    private static final int RESCHEDULE_VECTOR = 0xfd;

    private static final int OP_TICK = 0;
    private static final int OP_IDLE_TIMER = 1;
    private static final int OP_BACKGROUND = 2;

    private final Machine machine;
    private final EventHandler handler = this::onEvent;
    private final NetworkCard card;
    private final LinuxCosts costs;
    private final LinuxCpu[] cpus;
    private final boolean[] tickArmed;
    private final WebWorker[] workers;
    private final LinuxTask.Background services;
    private final SimRandom timers;
    private final SimRandom background;
    private final long idleTimerGapPs;
    private final long backgroundGapPs;
    private final long backgroundWorkPs;

    private LinuxHttpGuest(Machine machine, NetworkCard card, LinuxConfig config) {
        this.machine = machine;
        this.card = card;
        this.costs = new LinuxCosts(machine);
        this.cpus = new LinuxCpu[machine.vcpuCount()];
        this.tickArmed = new boolean[cpus.length];
        this.workers = new WebWorker[config.workers()];
        this.timers = machine.randoms().stream("linux.timers");
        this.background = machine.randoms().stream("linux.background");
        var model = machine.spec().costs();
        long wakeUpsHz =
                model.count("linux.idle_wakeups_hz") + cpus.length * model.count("linux.idle_wakeups_per_cpu_hz");
        this.idleTimerGapPs = wakeUpsHz == 0 ? 0 : Picos.PER_SECOND / wakeUpsHz;
        this.backgroundGapPs = model.ps("linux.background_gap");
        this.backgroundWorkPs = config.services() ? model.ps("linux.background_work") : 0;
        for (int id = 0; id < cpus.length; id++) {
            cpus[id] = new LinuxCpu(this, id, costs, config.tick(), new SoftInterrupt(costs, card));
        }
        for (int n = 0; n < workers.length; n++) {
            workers[n] = new WebWorker(n, costs, card);
            cpus[n % cpus.length].bind(workers[n]);
        }
        this.services = new LinuxTask.Background();
        cpus[cpus.length - 1].bind(services);
    }

    /** Starts the guest with {@link LinuxConfig#defaults}. */
    public static LinuxHttpGuest start(Machine machine, NetworkCard card) {
        return start(machine, card, LinuxConfig.defaults());
    }

    /**
     * Starts the guest on a machine whose vCPUs are off, at the point where its server waits for connections.
     *
     * @param card the card it owns; it must interrupt with {@link #NETWORK_VECTOR}
     */
    public static LinuxHttpGuest start(Machine machine, NetworkCard card, LinuxConfig config) {
        LinuxHttpGuest guest = new LinuxHttpGuest(machine, card, config);
        for (int id = 0; id < guest.cpus.length; id++) {
            LinuxCpu cpu = guest.cpus[id];
            Handlers handlers = new Handlers(cpu, guest.costs);
            machine.vcpu(id).start(cpu, handlers::of);
            guest.tickWanted(id);
        }
        if (guest.idleTimerGapPs > 0) {
            guest.later(guest.timers.nextExponential(guest.idleTimerGapPs), OP_IDLE_TIMER, 0);
        }
        if (guest.backgroundWorkPs < 4) {
            return guest;
        }
        guest.later(guest.background.nextExponential(guest.backgroundGapPs), OP_BACKGROUND, 0);
        return guest;
    }

    /** Returns how many ticks a CPU has taken. */
    public long ticks(int cpu) {
        return cpus[cpu].ticks();
    }

    /** Returns how often the soft interrupt of a CPU was handed over to its ksoftirqd. */
    public long softInterruptHandOvers(int cpu) {
        return cpus[cpu].softInterrupt().handOvers();
    }

    /** The interrupt handlers of one CPU: made once, they have no state of their own. */
    private static final class Handlers {
        private final Activity network;
        private final Activity tick;
        private final Activity timer;
        private final Activity reschedule = vcpu -> Activity.DONE;

        Handlers(LinuxCpu cpu, LinuxCosts costs) {
            network = vcpu -> {
                cpu.softInterrupt().schedule();
                return Activity.DONE;
            };
            tick = vcpu -> {
                cpu.onTick(vcpu);
                return Activity.DONE;
            };
            timer = vcpu -> {
                cpu.kernelWork(costs.idleWakeupPs);
                return Activity.DONE;
            };
        }

        Activity of(int vector) {
            return switch (vector) {
                case NETWORK_VECTOR -> network;
                case TICK_VECTOR -> tick;
                case TIMER_VECTOR -> timer;
                default -> reschedule;
            };
        }
    }

    /** A CPU begins to want its tick: it comes at the next whole period, as all ticks do. */
    void tickWanted(int id) {
        if (!tickArmed[id] && cpus[id].wantsTick()) {
            tickArmed[id] = true;
            long nextPs = (machine.simulation().nowPs() / costs.tickPs + 1) * costs.tickPs;
            machine.simulation().at(nextPs, Machine.DEVICE_PRIORITY, handler, OP_TICK, id);
        }
    }

    /** The soft interrupt's work on one received frame; returns what the host and other CPUs cost it, 0 if it told nobody. */
    long onFrame(long packet, Vcpu vcpu) {
        int connection = Packet.connection(packet);
        switch (Packet.kind(packet)) {
            case SYN -> card.transmit(Packet.of(connection, Packet.Kind.SYN_ACK));
            case GET -> {
                WebWorker worker = workers[connection % workers.length];
                worker.request(connection); // acknowledged together with the response
                return wake(worker, vcpu);
            }
            case FIN -> card.transmit(Packet.of(connection, Packet.Kind.ACK));
            default -> {
                return 0;
            }
        }
        vcpu.exit(ExitCause.NOTIFY);
        return costs.kickPs;
    }

    private long wake(LinuxTask task, Vcpu waker) {
        boolean mustBeTold = task.cpu.wakeUp(task);
        int target = task.cpu.id();
        if (!mustBeTold || target == waker.id()) {
            return 0;
        }
        machine.sendIpi(waker, target, RESCHEDULE_VECTOR);
        return costs.icrWritePs;
    }

    private void later(long delayPs, int op, long arg) {
        machine.simulation().at(machine.simulation().nowPs() + delayPs, Machine.DEVICE_PRIORITY, handler, op, arg);
    }

    private void onEvent(int op, long arg) {
        switch (op) {
            case OP_TICK -> {
                int id = (int) arg;
                tickArmed[id] = false;
                if (cpus[id].wantsTick()) {
                    machine.vcpu(id).raise(TICK_VECTOR);
                    tickWanted(id);
                } else {
                    cpus[id].tickLapsed();
                }
            }
            case OP_IDLE_TIMER -> {
                machine.vcpu(timers.nextInt(cpus.length)).raise(TIMER_VECTOR);
                later(timers.nextExponential(idleTimerGapPs), OP_IDLE_TIMER, 0);
            }
            case OP_BACKGROUND -> {
                // between a quarter of the usual length and twice as long
                services.add(backgroundWorkPs / 4 + background.nextLong(backgroundWorkPs * 7 / 4));
                services.cpu.wakeUp(services);
                machine.vcpu(services.cpu.id()).raise(RESCHEDULE_VECTOR);
                later(background.nextExponential(backgroundGapPs), OP_BACKGROUND, 0);
            }
            default -> throw new AssertionError(op);
        }
    }
}
