package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;

/** Sleep (Process.pas): reads the time-stamp counter at each turn, and calls {@code Scheduling} itself until it is high enough. */
final class SleepCall implements BlockingCall {
    private final KernelCosts costs;
    private long untilTsc;
    /** When {@link #untilTsc} is reached. */
    private long untilPs;

    private boolean over;

    SleepCall(KernelCosts costs) {
        this.costs = costs;
    }

    /** Ends at the first cycle at or after {@code endPs}. */
    SleepCall begin(long endPs, long tscHz) {
        untilTsc = Picos.toCycles(endPs, tscHz);
        untilPs = Picos.ofCycles(untilTsc, tscHz);
        over = false;
        return this;
    }

    @Override
    public long step(Vcpu vcpu) {
        if (over) {
            return OVER;
        }
        if (vcpu.tsc() >= untilTsc) {
            vcpu.changed();
            over = true;
            return costs.rdtscPs;
        }
        vcpu.comparesWith(untilPs);
        vcpu.enter(VcpuState.POLL);
        return SCHEDULING;
    }

    @Override
    public String routine() {
        return "Sleep";
    }

    @Override
    public String toString() {
        return "sleep";
    }
}
