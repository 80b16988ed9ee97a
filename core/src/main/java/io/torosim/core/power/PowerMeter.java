package io.torosim.core.power;

import io.torosim.core.cost.CostModel;
import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.power.HostCpus.HostClock;
import io.torosim.core.power.HostCpus.HostSleep;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Measures residency and energy on the trace of a machine whose vCPUs are pinned to a core each: the clock is what
 * {@link HostClock} says (the highest, if it says nothing), the sleep state what {@link HostSleep} says (C1E).
 *
 * <p>The way out of a sleep state is accounted as sleep: it draws more in truth, for at most 133 us.
 *
 * <p>It hears the states on the machine's {@link io.torosim.core.trace.TraceBus TraceBus} and takes watts from a {@link PowerTable}, whose figures are
 * those of the {@link CostModel}.
 */
public final class PowerMeter implements TraceSink {
    private static final VcpuState[] STATES = VcpuState.values();
    private static final long FEMTO_PER_MICRO = 1_000_000_000L;

    private final PowerTable table;
    private final Core[] cores;
    private final int hostCpus;
    private long sharedPs;
    private long sharedMicrojoules;
    private long sharedFemtojoules;

    private static final class Core {
        VcpuState state = VcpuState.OFF;
        int clockPermille = 1000;
        SleepState sleep = SleepState.C1E;
        long atPs;
        long microjoules;
        long sincePs;
        long femtojoules; // milliwatts times picoseconds, below a microjoule
        long executingPs;
        long clockTimesMicros;
        final long[] sleptPs = new long[SleepState.values().length];
    }

    /** Creates a meter for a machine that is off, at time 0. Events before it is added to the trace are not seen. */
    public PowerMeter(int vcpus, PowerTable table) {
        this(vcpus, table, 0);
    }

    /**
     * The same where the vCPUs' threads share {@code hostCpus} CPUs: {@link #microjoulesUpTo} is the energy of these.
     *
     * @param hostCpus as {@link io.torosim.core.machine.MachineSpec#hostCpus}; 0 for one each
     */
    public PowerMeter(int vcpus, PowerTable table, int hostCpus) {
        Objects.requireNonNull(table, "table");
        this.hostCpus = hostCpus;
        this.table = table;
        this.cores = new Core[vcpus];
        for (int i = 0; i < vcpus; i++) {
            cores[i] = new Core();
        }
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        if (isShared()
                && (kind == TraceKind.VCPU_STATE || kind == TraceKind.HOST_CLOCK || kind == TraceKind.HOST_SLEEP)) {
            spendShared(timePs);
            cores[vcpu].sincePs = timePs;
        }
        switch (kind) {
            case VCPU_STATE -> {
                spendUpTo(cores[vcpu], timePs);
                cores[vcpu].state = STATES[(int) a];
            }
            case HOST_CLOCK -> {
                spendUpTo(cores[vcpu], timePs);
                cores[vcpu].clockPermille = (int) a;
            }
            case HOST_SLEEP -> {
                spendUpTo(cores[vcpu], timePs);
                cores[vcpu].sleep = SleepState.of((int) a);
            }
            default -> {
                // draws nothing of its own
            }
        }
    }

    /** Returns what each core did and drew up to {@code timePs}, at least the time of the last event. */
    public List<VcpuEnergy> upTo(long timePs) {
        List<VcpuEnergy> energies = new ArrayList<>();
        for (int i = 0; i < cores.length; i++) {
            Core c = cores[i];
            spendUpTo(c, timePs);
            long executingMicros = c.executingPs / 1_000_000;
            int clock = executingMicros == 0 ? 0 : (int) (c.clockTimesMicros / executingMicros);
            energies.add(new VcpuEnergy(
                    i,
                    c.microjoules,
                    c.executingPs,
                    Math.min(1000, clock),
                    c.sleptPs[SleepState.C1.ordinal()],
                    c.sleptPs[SleepState.C1E.ordinal()],
                    c.sleptPs[SleepState.C6.ordinal()]));
        }
        return energies;
    }

    private boolean isShared() {
        return hostCpus > 0 && hostCpus < cores.length;
    }

    /**
     * Returns the energy of the CPUs that there are, up to {@code timePs}, at least the time of the last event: of a core under each vCPU, or of
     * those that the vCPUs share. Of shared ones as many draw what vCPUs that execute draw as there are such vCPUs; the others sleep as the
     * vCPUs do that have slept for the shortest time, or in C6 where none sleeps.
     */
    public long microjoulesUpTo(long timePs) {
        if (!isShared()) {
            return upTo(timePs).stream().mapToLong(VcpuEnergy::microjoules).sum();
        }
        spendShared(timePs);
        return sharedMicrojoules;
    }

    private void spendShared(long timePs) {
        long ps = timePs - sharedPs;
        sharedPs = timePs;
        if (ps == 0) {
            return;
        }
        List<Core> executing = new ArrayList<>();
        List<Core> sleeping = new ArrayList<>();
        for (Core core : cores) {
            if (core.state == VcpuState.HALTED || core.state == VcpuState.MWAIT) {
                sleeping.add(core);
            } else if (core.state != VcpuState.OFF && core.state != VcpuState.WAITING) {
                executing.add(core);
            }
        }
        sleeping.sort((x, y) -> Long.compare(y.sincePs, x.sincePs));
        long mw = 0;
        for (int cpu = 0; cpu < hostCpus; cpu++) {
            int idle = cpu - executing.size();
            if (idle < 0) {
                mw += table.executingMw(executing.get(cpu).clockPermille);
            } else {
                mw += idle < sleeping.size() ? table.sleepingMw(sleeping.get(idle).sleep) : table.c6Mw();
            }
        }
        long femto = sharedFemtojoules + ps % FEMTO_PER_MICRO * mw;
        sharedMicrojoules += ps / FEMTO_PER_MICRO * mw + femto / FEMTO_PER_MICRO;
        sharedFemtojoules = femto % FEMTO_PER_MICRO;
    }

    private void spendUpTo(Core core, long timePs) {
        long ps = timePs - core.atPs;
        core.atPs = timePs;
        long mw;
        if (core.state == VcpuState.HALTED || core.state == VcpuState.MWAIT) {
            core.sleptPs[core.sleep.ordinal()] += ps;
            mw = table.sleepingMw(core.sleep);
        } else if (core.state == VcpuState.OFF || core.state == VcpuState.WAITING) {
            mw = table.c6Mw(); // the host's own idle core
        } else {
            core.executingPs += ps;
            core.clockTimesMicros += ps / 1000 * core.clockPermille / 1000;
            mw = table.executingMw(core.clockPermille);
        }
        if (ps >= FEMTO_PER_MICRO) {
            core.microjoules += ps / FEMTO_PER_MICRO * mw;
            ps %= FEMTO_PER_MICRO;
        }
        long femto = core.femtojoules + ps * mw;
        if (femto >= FEMTO_PER_MICRO) {
            core.microjoules += femto / FEMTO_PER_MICRO;
            femto %= FEMTO_PER_MICRO;
        }
        core.femtojoules = femto;
    }

    /**
     * What one vCPU's core did and drew.
     *
     * @param vcpuId which
     * @param microjoules energy
     * @param executingPs executing, a busy wait and the host's polling included
     * @param clockPermille mean clock while executing, in thousandths of the highest; 0 if it never executed
     * @param c1Ps in C1
     * @param c1ePs in C1E
     * @param c6Ps in C6
     */
    public record VcpuEnergy(
            int vcpuId, long microjoules, long executingPs, int clockPermille, long c1Ps, long c1ePs, long c6Ps) {}

    /**
     * What a core draws, in milliwatts.
     *
     * @param highMw executing at the highest clock
     * @param lowMw executing at the lowest clock
     * @param lowestPermille the lowest clock in thousandths of the highest
     * @param c1Mw in C1
     * @param c1eMw in C1E
     * @param c6Mw in C6
     */
    public record PowerTable(int highMw, int lowMw, int lowestPermille, int c1Mw, int c1eMw, int c6Mw) {
        /** Checks the order. */
        public PowerTable {
            if (c6Mw < 0 || c1eMw < c6Mw || c1Mw < c1eMw || highMw < lowMw || lowMw < 0) {
                throw new IllegalArgumentException("deeper states must not draw more, and none less than nothing");
            }
            if (lowestPermille < 1 || lowestPermille >= 1000) {
                throw new IllegalArgumentException(
                        "lowestPermille must be in [1, 999], lowestPermille=" + lowestPermille);
            }
        }

        /**
         * Returns the table of a cost model, parameters {@code power.*}. As shipped it is a core of a Skylake server. Parts and turbo
         * make the highest figure anything from 2 to 8 W: compare, do not quote.
         */
        public static PowerTable of(CostModel costs) {
            return new PowerTable(
                    mw(costs, "power.c0_highest_clock"),
                    mw(costs, "power.c0_lowest_clock"),
                    (int) costs.permille("host.clock_lowest"),
                    mw(costs, "power.c1"),
                    mw(costs, "power.c1e"),
                    mw(costs, "power.c6"));
        }

        /**
         * Returns the table at the ends of the cost model's ranges that make executing as dear as can be and sleeping as cheap, or the
         * other way round: what a comparison of the two is worth.
         */
        public static PowerTable ofExtremes(CostModel costs, boolean executingDear) {
            return new PowerTable(
                    end(costs, "power.c0_highest_clock", executingDear),
                    end(costs, "power.c0_lowest_clock", executingDear),
                    (int) costs.permille("host.clock_lowest"),
                    end(costs, "power.c1", !executingDear),
                    end(costs, "power.c1e", !executingDear),
                    end(costs, "power.c6", !executingDear));
        }

        private static int end(CostModel costs, String name, boolean high) {
            CostParameter parameter = costs.parameter(name);
            return (high ? parameter.high() : parameter.low()).intValueExact();
        }

        private static int mw(CostModel costs, String name) {
            return Math.toIntExact(costs.count(name));
        }

        /**
         * Returns the draw of a core that executes, in milliwatts: linear between the lowest clock and the highest. The truth lies
         * below the line (voltage falls with the clock), by up to a sixth of the way in the middle.
         *
         * @param clockPermille at least the lowest clock
         */
        long executingMw(int clockPermille) {
            if (clockPermille == 1000) {
                return highMw; // as the division says, which costs more than all the rest of a change of state
            }
            return lowMw + (long) (highMw - lowMw) * (clockPermille - lowestPermille) / (1000 - lowestPermille);
        }

        long sleepingMw(SleepState state) {
            return switch (state) {
                case C1 -> c1Mw;
                case C1E -> c1eMw;
                case C6 -> c6Mw;
            };
        }
    }
}
