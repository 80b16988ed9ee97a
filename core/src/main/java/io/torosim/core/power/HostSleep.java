package io.torosim.core.power;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.SleepStates;
import io.torosim.core.trace.TraceKind;
import java.util.Locale;

/**
 * The host's choice of a sleep state for each core whose vCPU has halted. The way out of that state is part of the wake-up, so
 * a guest that halts pays for the host's guess. Told on the trace ({@link TraceKind#HOST_SLEEP}).
 */
public final class HostSleep implements SleepStates {
    /** How it chooses. */
    public enum Choice {
        /** Always C1, as with {@code intel_idle.max_cstate=1}: awake at once, dear in power. */
        C1,
        /** The deepest state that pays within the expected sleep ({@code menu}, the default of Linux). */
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
    private final TypicalInterval[] expected;

    private HostSleep(Machine machine, Choice choice) {
        this.machine = machine;
        this.choice = choice;
        CostModel costs = machine.spec().costs();
        this.exitPs = new long[] {costs.ps("host.c1_exit"), costs.ps("host.c1e_exit"), costs.ps("host.c6_exit")};
        this.paysFromPs = new long[] {0, costs.ps("host.c1e_residency"), costs.ps("host.c6_residency")};
        this.expected = new TypicalInterval[machine.vcpuCount()];
        for (int id = 0; id < expected.length; id++) {
            expected[id] = new TypicalInterval();
        }
    }

    /** Puts a machine, before it runs, on a host that chooses so; each vCPU has a core of its own. */
    public static void install(Machine machine, Choice choice) {
        machine.sleepStates(new HostSleep(machine, choice));
    }

    @Override
    public long blocks(int vcpuId, long nowPs) {
        return take(
                vcpuId,
                nowPs,
                switch (choice) {
                    case C1 -> SleepState.C1;
                    case C6 -> SleepState.C6;
                    case MENU -> deepestFor(expected[vcpuId].expectedPs());
                });
    }

    /** Toro's {@code mwait} has a hint of 0: C1. */
    @Override
    public long mwaits(int vcpuId, long nowPs) {
        return take(vcpuId, nowPs, SleepState.C1);
    }

    @Override
    public void woke(int vcpuId, long sleptPs) {
        expected[vcpuId].slept(sleptPs);
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

    private long take(int vcpuId, long nowPs, SleepState state) {
        long latencyPs = exitPs[state.ordinal()];
        machine.trace().emit(nowPs, vcpuId, TraceKind.HOST_SLEEP, state.ordinal(), latencyPs);
        return latencyPs;
    }
}
