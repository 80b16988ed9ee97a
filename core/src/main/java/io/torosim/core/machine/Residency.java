package io.torosim.core.machine;

import io.torosim.core.machine.Vcpu.VcpuState;

/** Time spent in each {@link VcpuState}, kept exactly: what is under way counts up to the moment of asking. */
final class Residency {
    private static final int STATES = VcpuState.values().length;

    private final long[] spentPs = new long[STATES];
    private VcpuState state = VcpuState.OFF;
    private long sincePs;

    VcpuState state() {
        return state;
    }

    void enter(VcpuState next, long nowPs) {
        spentPs[state.ordinal()] += nowPs - sincePs;
        sincePs = nowPs;
        state = next;
    }

    long spentPs(VcpuState asked, long nowPs) {
        long spent = spentPs[asked.ordinal()];
        return asked == state && nowPs > sincePs ? spent + nowPs - sincePs : spent;
    }
}
