package io.torosim.core.power;

import io.torosim.core.cost.CostModel;
import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Machine.SleepStates;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceKind;
import java.util.Locale;

/**
 * The host's choice of a sleep state for each core whose vCPU has halted. The way out of that state is part of the wake-up, so
 * a guest that halts pays for the host's guess. While a short sleep is expected the host's tick goes on, and after a tick's time
 * it chooses anew. Told on the trace ({@link TraceKind#HOST_SLEEP}).
 */
public final class HostSleep implements SleepStates {
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
