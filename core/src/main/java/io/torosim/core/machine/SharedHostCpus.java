package io.torosim.core.machine;

import io.torosim.core.cost.CostModel;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fewer CPUs of the host than vCPUs: the threads share them as Linux's completely fair scheduler lets threads of equal weight share (kernel/sched/fair.c, up
 * to 6.5), with one run queue for all CPUs. Who has had least runs next; a waking thread preempts one that has had more by the wake-up granularity; a tick of the
 * host ends the turn of one that has had its slice. Time without a CPU is {@link VcpuState#WAITING}, which a guest sees as steal.
 *
 * <p>Left out: run queues of single CPUs and their balancing, the price of a context switch, and QEMU's main loop, which always finds a CPU.
 *
 * <p>Each vCPU is a {@link HostThread} to it. It is one of two kinds of {@link HostThreads}; the other is {@link SharedTcgThread}, one thread for all
 * vCPUs.
 */
final class SharedHostCpus implements HostThreads {
    private static final int MOST_CPUS_THAT_COUNT = 8;

    private final Simulation simulation;
    private final int cpus;
    private final boolean haltPolling;
    private final long latencyPs;
    private final long minGranularityPs;
    private final long wakeUpGranularityPs;
    private final long tickPs;
    /** Of each vCPU: the CPU time that it has had, as the scheduler sees it, and when its present turn began. */
    private final long[] virtualPs;

    private final long[] turnBeganPs;
    /** When {@link #virtualPs} of one that runs was brought up to date. */
    private final long[] countedToPs;

    private final List<HostThread> running = new ArrayList<>();
    private final List<HostThread> waiting = new ArrayList<>();
    private long leastPs;
    private long tickHandle = Simulation.NO_HANDLE;
    /** One stops polling so that another gets its CPU: that CPU is not free for the others. */
    private boolean handingOver;

    SharedHostCpus(Simulation simulation, int cpus, int vcpus, boolean haltPolling, CostModel costs) {
        this.simulation = simulation;
        this.cpus = cpus;
        this.haltPolling = haltPolling;
        int counted = Math.min(cpus, MOST_CPUS_THAT_COUNT);
        int factor = 1 + 31 - Integer.numberOfLeadingZeros(counted);
        this.latencyPs = factor * costs.ps("linux.sched_latency");
        this.minGranularityPs = factor * costs.ps("linux.sched_min_granularity");
        this.wakeUpGranularityPs = factor * costs.ps("linux.sched_wakeup_granularity");
        this.tickPs = Picos.PER_SECOND / costs.count("host.tick_hz");
        this.virtualPs = new long[vcpus];
        this.turnBeganPs = new long[vcpus];
        this.countedToPs = new long[vcpus];
    }

    @Override
    public void runnable(HostThread vcpu) {
        count();
        int id = vcpu.id();
        virtualPs[id] = Math.max(virtualPs[id], leastPs - latencyPs / 2);
        if (running.size() < cpus) {
            run(vcpu);
            return;
        }
        HostThread polling = poller();
        if (polling != null) {
            handingOver = true;
            try {
                polling.stopPolling();
            } finally {
                handingOver = false;
            }
            run(vcpu);
            return;
        }
        HostThread victim = hadMost();
        if (victim != null && virtualPs[victim.id()] - virtualPs[id] > wakeUpGranularityPs) {
            takeAway(victim);
            run(vcpu);
        } else {
            vcpu.pause();
            waiting.add(vcpu);
        }
        tickWhileSomebodyWaits();
    }

    @Override
    public void blocked(HostThread vcpu) {
        count();
        if (!running.remove(vcpu)) {
            throw new IllegalStateException(vcpu + " blocked without running");
        }
        if (!handingOver && !waiting.isEmpty()) {
            giveCpu(hadLeast());
        }
    }

    /** The host polls only while nobody else wants the CPU (KVM: {@code single_task_running}). */
    @Override
    public boolean pollsBeforeBlocking() {
        return haltPolling && waiting.isEmpty();
    }

    private void tick(int op, long arg) {
        if (waiting.isEmpty()) {
            return;
        }
        count();
        long nowPs = simulation.nowPs();
        int threadsToACpu = (running.size() + waiting.size() + cpus - 1) / cpus;
        long slicePs = Math.max(minGranularityPs, latencyPs / threadsToACpu);
        for (int turns = waiting.size(); turns > 0; turns--) {
            HostThread victim = hadMost();
            HostThread next = hadLeast();
            if (victim == null
                    || nowPs - turnBeganPs[victim.id()] < slicePs
                    || virtualPs[victim.id()] <= virtualPs[next.id()]) {
                break;
            }
            takeAway(victim);
            giveCpu(next);
        }
        tickWhileSomebodyWaits();
    }

    private void tickWhileSomebodyWaits() {
        if (!waiting.isEmpty() && !simulation.isPending(tickHandle)) {
            tickHandle = simulation.after(tickPs, this::tick, 0, 0);
        }
    }

    private void run(HostThread vcpu) {
        running.add(vcpu);
        turnBeganPs[vcpu.id()] = simulation.nowPs();
        countedToPs[vcpu.id()] = simulation.nowPs();
    }

    private void giveCpu(HostThread vcpu) {
        waiting.remove(vcpu);
        run(vcpu);
        vcpu.unpause();
    }

    private void takeAway(HostThread vcpu) {
        running.remove(vcpu);
        vcpu.pause();
        waiting.add(vcpu);
    }

    /** Brings the CPU times up to the present moment. */
    private void count() {
        long nowPs = simulation.nowPs();
        long least = Long.MAX_VALUE;
        for (HostThread vcpu : running) {
            int id = vcpu.id();
            virtualPs[id] += nowPs - countedToPs[id];
            countedToPs[id] = nowPs;
            least = Math.min(least, virtualPs[id]);
        }
        for (HostThread vcpu : waiting) {
            least = Math.min(least, virtualPs[vcpu.id()]);
        }
        if (least != Long.MAX_VALUE) {
            leastPs = Math.max(leastPs, least);
        }
    }

    private @Nullable HostThread poller() {
        for (HostThread vcpu : running) {
            if (vcpu.isPolledFor()) {
                return vcpu;
            }
        }
        return null;
    }

    /** Of those that run and can be stopped now, the one that has had most; the lowest number among equals; null if there is none. */
    private @Nullable HostThread hadMost() {
        HostThread most = null;
        for (HostThread vcpu : running) {
            if (vcpu.canBePaused()
                    && (most == null
                            || virtualPs[vcpu.id()] > virtualPs[most.id()]
                            || virtualPs[vcpu.id()] == virtualPs[most.id()] && vcpu.id() < most.id())) {
                most = vcpu;
            }
        }
        return most;
    }

    private HostThread hadLeast() {
        HostThread least = waiting.get(0);
        for (HostThread vcpu : waiting) {
            if (virtualPs[vcpu.id()] < virtualPs[least.id()]
                    || virtualPs[vcpu.id()] == virtualPs[least.id()] && vcpu.id() < least.id()) {
                least = vcpu;
            }
        }
        return least;
    }
}
