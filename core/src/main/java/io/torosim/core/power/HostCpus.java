package io.torosim.core.power;

import io.torosim.core.cost.CostModel;
import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Machine.SleepStates;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import java.util.Locale;
import java.util.Objects;

/**
 * What the host does with its CPUs to save energy: at which clock they run, and how deep they sleep.
 *
 * <p>{@link HostClock} is the one and {@link HostSleep} the other: each is installed on a {@link Machine} and hears of its vCPUs' states.
 * {@link PowerMeter} asks both what a core draws.
 */
public final class HostCpus {
    private HostCpus() {}

    /**
     * The host's governor at work: at every period it looks at the share of time that the thread of each vCPU has used and sets the
     * clock of that vCPU's core, which makes the guest slower or faster from that moment. Exact under fast-forward. Told on the
     * trace ({@link TraceKind#HOST_CLOCK}).
     *
     * <p>The real schedutil looks whenever the scheduler's load changes, at most once in its rate limit (0.5 to 10 ms); here it looks
     * at each period. No turbo, and the clock changes in no time.
     */
    public static final class HostClock {
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
            Objects.requireNonNull(machine, "machine");
            Objects.requireNonNull(governor, "governor");
            HostClock clock = new HostClock(machine, governor);
            for (int id = 0; id < machine.vcpuCount(); id++) {
                clock.set(machine.vcpu(id), governor == Governor.PERFORMANCE ? FULL : clock.lowestPermille);
            }
            if (governor == Governor.ONDEMAND || governor == Governor.SCHEDUTIL) {
                clock.later();
            }
        }

        private void later() {
            machine.simulation()
                    .at(machine.simulation().nowPs() + periodPs, Machine.OBSERVER_PRIORITY, this::period, 0, 0);
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

    /**
     * The host's choice of a sleep state for each core whose vCPU has halted. The way out of that state is part of the wake-up, so
     * a guest that halts pays for the host's guess. While a short sleep is expected the host's tick goes on, and after a tick's time
     * it chooses anew. Told on the trace ({@link TraceKind#HOST_SLEEP}).
     */
    public static final class HostSleep implements SleepStates {
        /** How it chooses. */
        public enum Choice {
            /** Always C1, as with {@code intel_idle.max_cstate=1}: awake at once, dear in power. */
            C1,
            /**
             * The deepest state that pays within the expected sleep ({@code menu}, the default of Linux), as of Linux 4.4 to 4.18, the
             * kernels of the published measurements; menu and TEO were changed in 2026, and TEO is not modelled.
             */
            MENU,
            /** Always C6. */
            C6;

            /** Returns the name in reports. */
            public String label() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        private final Machine machine;
        private final Choice choice;
        private final long[] exitPs;
        private final long[] paysFromPs;
        private final long tickPs;
        private final Core[] cores;
        private final EventHandler tick = this::onTick;

        private static final class Core {
            final TypicalInterval expected = new TypicalInterval();
            SleepState state = SleepState.C1;
            long sincePs;
            long nextTick = Simulation.NO_HANDLE;
        }

        private HostSleep(Machine machine, Choice choice) {
            this.machine = machine;
            this.choice = choice;
            CostModel costs = machine.spec().costs();
            this.exitPs = new long[] {costs.ps("host.c1_exit"), costs.ps("host.c1e_exit"), costs.ps("host.c6_exit")};
            this.paysFromPs = new long[] {0, costs.ps("host.c1e_residency"), costs.ps("host.c6_residency")};
            this.tickPs = Picos.PER_SECOND / costs.count("host.tick_hz");
            this.cores = new Core[machine.vcpuCount()];
            for (int id = 0; id < cores.length; id++) {
                cores[id] = new Core();
            }
        }

        /** Puts a machine, before it runs, on a host that chooses so; each vCPU has a core of its own. */
        public static void install(Machine machine, Choice choice) {
            Objects.requireNonNull(machine, "machine");
            Objects.requireNonNull(choice, "choice");
            machine.sleepStates(new HostSleep(machine, choice));
        }

        @Override
        public void blocks(int vcpuId) {
            switch (choice) {
                case C1 -> enter(vcpuId, SleepState.C1);
                case C6 -> enter(vcpuId, SleepState.C6);
                case MENU -> choose(vcpuId);
            }
        }

        /** Toro's {@code mwait} has a hint of 0: C1. */
        @Override
        public void mwaits(int vcpuId) {
            enter(vcpuId, SleepState.C1);
        }

        @Override
        public long wakes(int vcpuId) {
            Core core = cores[vcpuId];
            core.expected.slept(machine.simulation().nowPs() - core.sincePs);
            machine.simulation().cancel(core.nextTick);
            return exitPs[core.state.ordinal()];
        }

        private void choose(int vcpuId) {
            long expectedPs = cores[vcpuId].expected.expectedPs();
            enter(vcpuId, deepestFor(expectedPs));
            if (expectedPs < tickPs) { // the host's tick goes on
                cores[vcpuId].nextTick = machine.simulation().after(tickPs, tick, 0, vcpuId);
            }
        }

        /** The sleep lasts longer than was expected: it counts, and the choice is made anew. */
        private void onTick(int op, long vcpuId) {
            wakes((int) vcpuId);
            choose((int) vcpuId);
        }

        private SleepState deepestFor(long sleepPs) {
            int deepest = 0;
            for (int i = 1; i < paysFromPs.length; i++) {
                if (paysFromPs[i] <= sleepPs) {
                    deepest = i;
                }
            }
            return SleepState.of(deepest);
        }

        private void enter(int vcpuId, SleepState state) {
            Core core = cores[vcpuId];
            core.state = state;
            core.sincePs = machine.simulation().nowPs();
            machine.trace().emit(core.sincePs, vcpuId, TraceKind.HOST_SLEEP, state.ordinal(), exitPs[state.ordinal()]);
        }
    }
}
