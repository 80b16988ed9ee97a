package io.torosim.experiment.network;

import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import java.util.ArrayList;
import java.util.List;

/** When vCPU 0 was halted. */
final class SleepTimes implements TraceSink {
    private final List<long[]> sleeps = new ArrayList<>();
    private long sincePs = -1;

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        if (vcpu != 0) {
            return;
        }
        if (sincePs >= 0) {
            sleeps.add(new long[] {sincePs, timePs});
        }
        sincePs = a == VcpuState.HALTED.ordinal() ? timePs : -1;
    }

    /** How much of the time from {@code startPs} to {@code endPs}, now, it was halted. */
    long haltedPs(long startPs, long endPs) {
        long sum = sincePs >= 0 ? endPs - Math.max(sincePs, startPs) : 0;
        for (long[] sleep : sleeps) {
            sum += Math.max(0, Math.min(sleep[1], endPs) - Math.max(sleep[0], startPs));
        }
        return sum;
    }
}
