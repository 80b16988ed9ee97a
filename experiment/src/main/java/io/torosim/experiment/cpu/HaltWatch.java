package io.torosim.experiment.cpu;

import io.torosim.core.machine.VcpuState;
import io.torosim.core.trace.TraceKind;
import io.torosim.core.trace.TraceSink;

/** Notes since when vCPU 0 has been halted. */
final class HaltWatch implements TraceSink {
    private long haltedSincePs = -1;

    /** Returns the time since which vCPU 0 is halted, or -1 if it is not. */
    long haltedSincePs() {
        return haltedSincePs;
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        if (vcpu == 0 && kind == TraceKind.VCPU_STATE) {
            haltedSincePs = a == VcpuState.HALTED.ordinal() ? timePs : -1;
        }
    }
}
