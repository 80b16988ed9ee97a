package io.torosim.core.power;

import io.torosim.core.machine.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceKind;
import io.torosim.core.trace.TraceSink;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures residency and energy on the trace of a machine whose vCPUs are pinned to a core each. The host's governor sets
 * the clock at each 10 ms; a halted core sleeps as deep as pays if this sleep lasts as long as the shorter of the last
 * two, the rule of thumb behind Linux's menu governor.
 *
 * <p>It only looks: a lower clock draws less but does not make the guest slower, and the wake-up costs what the machine's
 * cost model says in every sleep state. So it judges busy waits, which do no work, better than load.
 */
public final class PowerMeter implements TraceSink {
    private static final long PERIOD_PS = 10 * Picos.PER_MILLI;
    private static final VcpuState[] STATES = VcpuState.values();

    private final Governor governor;
    private final PowerTable table;
    private final Core[] cores;

    private static final class Core {
        VcpuState state = VcpuState.OFF;
        long atPs;
        long usedInPeriodPs;
        int meanPermille;
        int clockPermille;
        long lastSleepPs;
        long sleepBeforePs;
        long sleepSincePs;
        long femtojoules; // milliwatts times picoseconds
        long remainderMicrojoules;
        long executingPs;
        long clockTimesPs;
        long c1Ps;
        long c1ePs;
        long c6Ps;
    }

    /** Creates a meter for a machine that is off, at time 0. */
    public PowerMeter(int vcpus, Governor governor, PowerTable table) {
        this.governor = governor;
        this.table = table;
        this.cores = new Core[vcpus];
        for (int i = 0; i < vcpus; i++) {
            cores[i] = new Core();
            cores[i].clockPermille = governor == Governor.PERFORMANCE ? 1000 : 0;
        }
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        if (kind != TraceKind.VCPU_STATE) {
            return;
        }
        Core core = cores[vcpu];
        advance(core, timePs);
        VcpuState next = STATES[(int) a];
        if (!sleeps(core.state) && sleeps(next)) {
            core.sleepSincePs = timePs;
        } else if (sleeps(core.state) && !sleeps(next)) {
            core.sleepBeforePs = core.lastSleepPs;
            core.lastSleepPs = timePs - core.sleepSincePs;
        }
        core.state = next;
    }

    /** Returns what each core did and drew up to {@code timePs}, at least the time of the last event. */
    public List<VcpuEnergy> upTo(long timePs) {
        List<VcpuEnergy> energies = new ArrayList<>();
        for (int i = 0; i < cores.length; i++) {
            Core c = cores[i];
            advance(c, timePs);
            int clock = c.executingPs == 0 ? 0 : (int) (c.clockTimesPs / Math.max(1, c.executingPs / 1000));
            energies.add(new VcpuEnergy(
                    i,
                    c.remainderMicrojoules + c.femtojoules / 1_000_000_000L,
                    c.executingPs,
                    Math.min(1000, clock),
                    c.c1Ps,
                    c.c1ePs,
                    c.c6Ps));
        }
        return energies;
    }

    private static boolean sleeps(VcpuState state) {
        return state == VcpuState.HALTED || state == VcpuState.MWAIT;
    }

    /** Whole governor periods one by one, and what is left. */
    private void advance(Core core, long timePs) {
        while (core.atPs < timePs) {
            long endOfPeriod = (core.atPs / PERIOD_PS + 1) * PERIOD_PS;
            long untilPs = Math.min(endOfPeriod, timePs);
            spend(core, untilPs - core.atPs);
            core.atPs = untilPs;
            if (untilPs == endOfPeriod) {
                chooseClock(core);
            }
        }
    }

    private void spend(Core core, long ps) {
        if (core.state.burnsHostCpu()) {
            core.usedInPeriodPs += ps;
        }
        long mw;
        if (sleeps(core.state)) {
            long expectedPs = Math.min(core.lastSleepPs, core.sleepBeforePs);
            if (expectedPs >= table.c6AfterPs()) {
                core.c6Ps += ps;
                mw = table.c6Mw();
            } else if (expectedPs >= table.c1eAfterPs()) {
                core.c1ePs += ps;
                mw = table.c1eMw();
            } else {
                core.c1Ps += ps;
                mw = table.c1Mw();
            }
        } else if (core.state == VcpuState.OFF || core.state == VcpuState.WAITING) {
            mw = table.c6Mw(); // the host's own idle core
        } else {
            core.executingPs += ps;
            core.clockTimesPs += ps / 1000 * core.clockPermille;
            mw = table.executingMw(core.clockPermille);
        }
        core.femtojoules += mw * ps;
        core.remainderMicrojoules += core.femtojoules / 1_000_000_000L;
        core.femtojoules %= 1_000_000_000L;
    }

    private void chooseClock(Core core) {
        int used = (int) (core.usedInPeriodPs / (PERIOD_PS / 1000));
        core.usedInPeriodPs = 0;
        // halves in 32 ms: a 10 ms step keeps 2^(-10/32) = 805 thousandths
        core.meanPermille = (core.meanPermille * 805 + used * 195) / 1000;
        core.clockPermille = switch (governor) {
            case PERFORMANCE -> 1000;
            case POWERSAVE -> 0;
            case ONDEMAND -> used > 800 ? 1000 : used;
            case SCHEDUTIL -> Math.min(1000, core.meanPermille * 5 / 4);
        };
    }
}
