package io.torosim.guest.linux;

import io.torosim.core.event.EventHandler;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.driver.DriverCosts;
import io.torosim.guest.driver.NapiNet;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.guest.wire.Link;
import io.torosim.virtio.device.NetDevice;
import org.jspecify.annotations.Nullable;

/**
 * A model of an Ubuntu guest with a web server: on each CPU the completely fair scheduler's run queue, a 250 Hz tick that stops
 * when the CPU is idle, and ksoftirqd; a virtio-net card whose driver polls ({@link NapiNet}), its interrupts and the soft interrupt on CPU 0 (one
 * queue, no receive packet steering), any CPU may send; a server's side of TCP ({@link TcpServer}), byte for byte; worker processes bound to CPUs,
 * a connection's by the client's port; background services on the last CPU; timers that wake idle CPUs.
 *
 * <p>Not modelled: load balancing between CPUs (tasks are bound), groups of tasks, the page cache, disks; guest-side halt polling, which came with
 * Linux 5.4. What the stack's work takes is assumed (linux.request_cpu, linux.softirq_share).
 */
public final class LinuxHttpGuest {
    /** The vector of the receive queue's interrupt. */
    public static final int NETWORK_VECTOR = 0x2b;
    /** The port on which the server listens. */
    public static final int PORT = TcpServer.PORT;

    private static final int TRANSMIT_VECTOR = 0x2c;
    private static final int TICK_VECTOR = 0xec;
    private static final int TIMER_VECTOR = 0xed;
    private static final int CONNECTION_TIMER_VECTOR = 0xee;
    private static final int RESCHEDULE_VECTOR = 0xfd;

    /** Where rings and packets lie in guest memory. */
    private static final long NETWORK_MEMORY = 16L << 20;

    /** Memory of its machine at least, in MiB. */
    public static final int LEAST_RAM_MIB = 32;

    private static final int OP_TICK = 0;
    private static final int OP_IDLE_TIMER = 1;
    private static final int OP_BACKGROUND = 2;

    private final Machine machine;
    private final EventHandler handler = this::onEvent;
    private final NapiNet net;
    private final TcpServer server;
    private final byte[] received = new byte[NapiNet.MOST_FRAME_BYTES];
    private final LinuxCosts costs;
    private final LinuxCpu[] cpus;
    private final boolean[] tickArmed;
    private final WebWorker[] workers;
    private final LinuxTask.Background services;
    private final SimRandom timers;
    private final SimRandom background;
    /** Whom the present frame has given a request; null if nobody. */
    private @Nullable WebWorker asked;

    /** Segments that were sent again and whose work has been done. */
    private long repeatsPaid;

    private final long idleTimerGapPs;
    private final long backgroundGapPs;
    private final long backgroundWorkPs;

    private LinuxHttpGuest(
            Machine machine, QemuProcess process, NetBackend backend, Link link, int ip, LinuxConfig config) {
        if (machine.spec().ramMib() < LEAST_RAM_MIB) {
            throw new IllegalArgumentException("Linux needs at least " + LEAST_RAM_MIB + " MiB of memory, ramMib="
                    + machine.spec().ramMib());
        }
        this.machine = machine;
        this.costs = new LinuxCosts(machine);
        this.net = GuestNic.napi(
                machine,
                process,
                backend,
                link,
                NETWORK_MEMORY,
                DriverCosts.of(machine, CodeCosts.of(OptimisationLevel.O2, machine)),
                queue -> machine.raiseIrq(queue == NetDevice.RX ? NETWORK_VECTOR : TRANSMIT_VECTOR));
        this.server = new TcpServer(machine, net, GuestNic.MAC, ip, costs.tcp, CONNECTION_TIMER_VECTOR, this::ready);
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
            cpus[id] = new LinuxCpu(this, machine.vcpu(id), net, costs, config.tick());
        }
        for (int n = 0; n < workers.length; n++) {
            workers[n] = new WebWorker(n, costs, server);
            cpus[n % cpus.length].bind(workers[n]);
        }
        this.services = new LinuxTask.Background();
        cpus[cpus.length - 1].bind(services);
    }

    /**
     * Starts the guest on a machine whose vCPUs are off, at the point where its server waits for connections.
     *
     * @param process takes the main loop's work where the backend is QEMU itself
     * @param link the wire into its card, whose address is {@link GuestNic#MAC}
     * @param ip its address
     * @throws IllegalArgumentException if the machine has less than 32 MiB
     */
    public static LinuxHttpGuest start(
            Machine machine, QemuProcess process, NetBackend backend, Link link, int ip, LinuxConfig config) {
        LinuxHttpGuest guest = new LinuxHttpGuest(machine, process, backend, link, ip, config);
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

    /** Returns how many connections it has, without those that only wait for their time to be over. */
    public int connections() {
        return server.connectionCount();
    }

    /** Returns how many TCP segments it has sent again. */
    public long repeatedSegments() {
        return server.repeats();
    }

    /** Returns how many connections it has given up, half-open ones included, as what it sent was not acknowledged by the end of its patience. */
    public long connectionsGivenUp() {
        return server.givenUp();
    }

    /** The interrupt handlers of one CPU: made once, they have no state of their own. */
    private static final class Handlers {
        private final Activity network;
        private final Activity transmit;
        private final Activity tick;
        private final Activity timer;
        private final Activity reschedule = vcpu -> Activity.DONE;

        Handlers(LinuxCpu cpu, LinuxCosts costs) {
            network = vcpu -> {
                cpu.softInterrupt().schedule();
                return Activity.DONE;
            };
            transmit = vcpu -> {
                cpu.onTransmitInterrupt();
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
                case TRANSMIT_VECTOR -> transmit;
                case TICK_VECTOR -> tick;
                case TIMER_VECTOR, CONNECTION_TIMER_VECTOR -> timer;
                default -> reschedule;
            };
        }
    }

    /** A CPU begins to want its tick: it comes at the next whole period, as all ticks do. */
    void tickWanted(int id) {
        if (!tickArmed[id] && cpus[id].wantsTick()) {
            tickArmed[id] = true;
            machine.simulation().at(nextTickPs(), Machine.DEVICE_PRIORITY, handler, OP_TICK, id);
        }
    }

    /** Returns when the next tick of a CPU that wants one is due. */
    long nextTickPs() {
        return (machine.simulation().nowPs() / costs.tickPs + 1) * costs.tickPs;
    }

    /** Returns the time-stamp counter at an instant. */
    long tscAt(long ps) {
        return Picos.toCycles(ps, machine.spec().tscHz());
    }

    /** Takes the frame that the driver has found; returns its bytes, -1 if there was none. */
    int takeReceived() {
        return net.takeReceived(received);
    }

    /** What the stack does with the frame that was taken; returns what it costs to tell another CPU, 0 if it told none. */
    long onFrame(int bytes, Vcpu vcpu) {
        server.receive(received, bytes);
        if (asked == null) {
            return 0;
        }
        WebWorker worker = asked;
        asked = null;
        return wake(worker, vcpu);
    }

    /** A request is whole. */
    private void ready(ServerConnection connection) {
        asked = workers[connection.remotePort % workers.length];
        asked.request(connection);
    }

    /** Returns whether timers of connections have expired, for the CPU that looks after them. */
    boolean hasTimedOut(int cpu) {
        return cpu == 0 && server.hasTimedOut();
    }

    /** Does what is to be done for them. */
    void onTimers() {
        server.timers();
    }

    /**
     * Returns the stack's work on segments that were sent again since the last call. Nobody has measured it: each is taken for as much as a received
     * packet.
     */
    long takeRepeatsPs() {
        long fresh = server.repeats() - repeatsPaid;
        repeatsPaid += fresh;
        return fresh * costs.perPacketPs;
    }

    private long wake(LinuxTask task, Vcpu waker) {
        boolean mustBeTold = task.cpu.wakeUp(task);
        int target = task.cpu.id();
        if (!mustBeTold || target == waker.id()) {
            return 0;
        }
        return cpus[waker.id()].sendIpi(target, RESCHEDULE_VECTOR);
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
