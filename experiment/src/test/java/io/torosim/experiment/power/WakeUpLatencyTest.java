package io.torosim.experiment.power;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.trace.TraceBus.TraceKind;
import org.junit.jupiter.api.Test;

/** How long halted vCPUs took to wake up. */
final class WakeUpLatencyTest {
    @Test
    void wakeUpLatency_runsFromTheSendingToTheTakingByAHaltedVcpu() {
        WakeUpLatency latency = new WakeUpLatency(2);
        latency.onTrace(0, 1, TraceKind.VCPU_STATE, VcpuState.HALTED.ordinal(), 0);
        latency.onTrace(1_000_000, 0, TraceKind.IPI_SENT, 1, 80);
        latency.onTrace(20_000_000, 1, TraceKind.INTERRUPT, 80, 0);
        latency.onTrace(20_000_000, 1, TraceKind.VCPU_STATE, VcpuState.BUSY.ordinal(), 0);
        latency.onTrace(30_000_000, 0, TraceKind.IPI_SENT, 1, 80); // not halted: no wake-up
        latency.onTrace(31_000_000, 1, TraceKind.INTERRUPT, 80, 0);
        assertThat(latency.count()).isEqualTo(1);
        assertThat(latency.maxPs()).isEqualTo(19_000_000);
        assertThat(latency.inClass(15)).isEqualTo(1); // 16.4 to 32.8 us
    }
}
