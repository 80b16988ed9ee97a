package io.torosim.core.power;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.trace.TraceKind;

/**
 * The host's governor at work: at every period it looks at the share of time that the thread of each vCPU has used and sets the
 * clock of that vCPU's core, which makes the guest slower or faster from that moment. Exact under fast-forward. Told on the
 * trace ({@link TraceKind#HOST_CLOCK}).
 *
 * <p>The real schedutil looks whenever the scheduler's load changes, at most once in its rate limit (0.5 to 10 ms); here it looks
 * at each period. No turbo, and the clock changes in no time.
 */
public final class HostClock {
    private static final int FULL = 1000;

    private final Machine machine;
    private final Governor governor;
    private final int lowestPermille;
    private final long periodPs;
    private final long[] usedBeforePs;
    private final int[] meanPermille;

    private HostClock(Machine machine, Governor governor) {
        this.machine = machine;
        this.governor = governor;
        this.lowestPermille = (int) machine.spec().costs().permille("host.clock_lowest");
        this.periodPs = machine.spec().costs().ps("host.governor_period");
        this.usedBeforePs = new long[machine.vcpuCount()];
        this.meanPermille = new int[machine.vcpuCount()];
    }

    /**
     * Puts a machine, before it runs, under a governor; each vCPU has a core of its own. It begins at the lowest clock, but for
     * {@link Governor#PERFORMANCE}.
     */
    public static void install(Machine machine, Governor governor) {
        HostClock clock = new HostClock(machine, governor);
        for (int id = 0; id < machine.vcpuCount(); id++) {
            clock.set(machine.vcpu(id), governor == Governor.PERFORMANCE ? FULL : clock.lowestPermille);
        }
        if (governor == Governor.ONDEMAND || governor == Governor.SCHEDUTIL) {
            clock.later();
        }
    }

    private void later() {
        machine.simulation().at(machine.simulation().nowPs() + periodPs, Machine.OBSERVER_PRIORITY, this::period, 0, 0);
    }

    private void period(int op, long arg) {
        for (int id = 0; id < usedBeforePs.length; id++) {
            Vcpu vcpu = machine.vcpu(id);
            long usedPs = vcpu.hostCpuPs();
            int used = (int) ((usedPs - usedBeforePs[id]) / (periodPs / FULL));
            usedBeforePs[id] = usedPs;
            set(vcpu, governor == Governor.ONDEMAND ? ondemand(used) : schedutil(id, used, vcpu.clockPermille()));
        }
        later();
    }

    /** Above 80 % the highest clock, below in proportion between the lowest and the highest. */
    private int ondemand(int usedPermille) {
        return usedPermille > 800 ? FULL : lowestPermille + (FULL - lowestPermille) * usedPermille / FULL;
    }

    /** 1.25 times the use, of which a half counts after 32 ms, in units of the highest clock: use at a low clock counts less. */
    private int schedutil(int id, int usedPermille, int clockPermille) {
        // a period of 10 ms keeps 2^(-10/32) = 805 thousandths
        meanPermille[id] = (meanPermille[id] * 805 + usedPermille * clockPermille / FULL * 195 + 500) / FULL;
        return Math.max(lowestPermille, Math.min(FULL, meanPermille[id] * 5 / 4));
    }

    private void set(Vcpu vcpu, int permille) {
        boolean first = machine.simulation().nowPs() == 0;
        if (vcpu.clockPermille() != permille || first) {
            vcpu.clock(permille);
            machine.trace().emit(machine.simulation().nowPs(), vcpu.id(), TraceKind.HOST_CLOCK, permille, 0);
        }
    }

    /**
     * How the host chooses the clock of a CPU, by what share of time its vCPU's thread used (Linux drivers/cpufreq). A busy
     * wait counts as use: no governor can see it. At work in {@link HostClock}.
     */
    public enum Governor {
        /** Always the highest clock. */
        PERFORMANCE,
        /** Always the lowest. */
        POWERSAVE,
        /** Every 10 ms: the highest if the CPU was used for more than 80 % of the last period, else in proportion. */
        ONDEMAND,
        /** Every 10 ms: 1.25 times a mean of the use that halves in 32 ms. */
        SCHEDUTIL
    }
}
