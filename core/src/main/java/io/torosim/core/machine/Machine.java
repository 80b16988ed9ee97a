package io.torosim.core.machine;

import io.torosim.core.event.Simulation;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus;
import io.torosim.core.trace.TraceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A simulated multi-core machine: a clock, vCPUs, interrupts between them, random streams and a trace. Two machines share
 * nothing. Confined to one thread.
 */
public final class Machine implements AutoCloseable {
    /** Priority class of those who only look: before everything else of the same instant. */
    public static final int OBSERVER_PRIORITY = 0;
    /** Priority class of devices and of the wire. */
    public static final int DEVICE_PRIORITY = Simulation.DEFAULT_PRIORITY;

    private final MachineSpec spec;
    private final Simulation simulation = new Simulation();
    private final TraceBus trace = new TraceBus();
    private final RandomStreams randoms;
    private final MachineCosts costs;
    private final HostThreads hostThreads;
    private final Vcpu[] vcpus;
    private boolean closed;

    private Machine(MachineSpec spec) {
        this.spec = spec;
        this.randoms = new RandomStreams(spec.seed());
        this.costs = new MachineCosts(spec.costs(), spec.vcpuMode());
        this.hostThreads = spec.vcpuMode() == VcpuMode.TCG_SINGLE
                ? new SharedTcgThread(simulation, spec.costs().ps("tcg.kick_period"))
                : HostThreads.oneForEach(spec.haltPolling() && spec.vcpuMode() == VcpuMode.KVM);
        this.vcpus = new Vcpu[spec.vcpus()];
    }

    /** Creates a machine whose vCPUs are off, at time 0. */
    public static Machine create(MachineSpec spec) {
        Machine machine = new Machine(spec);
        for (int i = 0; i < machine.vcpus.length; i++) {
            machine.vcpus[i] = new Vcpu(machine, i);
        }
        return machine;
    }

    /** Returns what the machine is. */
    public MachineSpec spec() {
        return spec;
    }

    /** Returns the clock and the pending events. */
    public Simulation simulation() {
        return simulation;
    }

    /** Returns where everything that happens is told. */
    public TraceBus trace() {
        return trace;
    }

    /** Returns the random streams of the machine's seed. */
    public RandomStreams randoms() {
        return randoms;
    }

    /** Returns what operations cost here. */
    public MachineCosts costs() {
        return costs;
    }

    /** Returns the number of vCPUs. */
    public int vcpuCount() {
        return vcpus.length;
    }

    /** Returns vCPU {@code id}, in {@code [0, vcpuCount())}. */
    public Vcpu vcpu(int id) {
        return vcpus[id];
    }

    HostThreads hostThreads() {
        return hostThreads;
    }

    /**
     * Sends an inter-processor interrupt: it arrives at {@code target} after the machine's IPI latency.
     *
     * @param sender the vCPU whose step this is
     * @param target number of the vCPU that receives it
     * @param vector in {@code [0, 255]}
     */
    public void sendIpi(Vcpu sender, int target, int vector) {
        sender.increment(Counter.IPIS_SENT);
        sender.changed();
        trace.emit(sender.nowPs(), sender.id(), TraceKind.IPI_SENT, target, vector);
        simulation.at(sender.nowPs() + costs.ipiPs(), DEVICE_PRIORITY, this::raise, target, vector);
    }

    /** Raises a device interrupt on vCPU 0 now, as the PIC of a PC does. */
    public void raiseIrq(int vector) {
        trace.emit(simulation.nowPs(), -1, TraceKind.DEVICE_IRQ, vector, 0);
        vcpus[0].raise(vector);
    }

    private void raise(int target, long vector) {
        vcpus[target].raise((int) vector);
    }

    /**
     * Runs until {@code time} after power-on.
     *
     * @return what has happened up to then
     */
    public RunResult runUntil(Duration time) {
        if (closed) {
            throw new IllegalStateException("the machine is closed");
        }
        simulation.runUntil(Picos.of(time));
        return result();
    }

    /** Returns what has happened so far. */
    public RunResult result() {
        List<VcpuUsage> usage = new ArrayList<>();
        for (Vcpu vcpu : vcpus) {
            usage.add(VcpuUsage.of(vcpu));
        }
        return new RunResult(
                spec.seed(),
                simulation.nowPs(),
                trace.digest().value(),
                trace.digest().count(),
                simulation.firedCount(),
                usage);
    }

    /** Ends the machine; running it afterwards is refused. */
    @Override
    public void close() {
        closed = true;
    }
}
