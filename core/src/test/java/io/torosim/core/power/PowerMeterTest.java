package io.torosim.core.power;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.power.PowerMeter.PowerTable;
import io.torosim.core.power.PowerMeter.VcpuEnergy;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import org.junit.jupiter.api.Test;

final class PowerMeterTest {
    private final PowerMeter meter = new PowerMeter(1, PowerTable.of(CostModel.standard()));

    private void says(long millis, TraceKind kind, long a) {
        meter.onTrace(millis * Picos.PER_MILLI, 0, kind, a, 0);
    }

    @Test
    void executing_drawsByTheClock() {
        says(0, TraceKind.VCPU_STATE, VcpuState.POLL.ordinal());
        assertThat(meter.upTo(Picos.PER_SECOND).get(0).microjoules()).isEqualTo(4_000_000);
        says(1000, TraceKind.HOST_CLOCK, 400);
        says(2000, TraceKind.HOST_CLOCK, 700);
        VcpuEnergy energy = meter.upTo(3 * Picos.PER_SECOND).get(0);
        assertThat(energy.microjoules()).isEqualTo(4_000_000 + 1_000_000 + 2_500_000);
        assertThat(energy.clockPermille()).isEqualTo(700);
        assertThat(energy.executingPs()).isEqualTo(3 * Picos.PER_SECOND);
    }

    @Test
    void sleeping_drawsByTheState() {
        says(0, TraceKind.VCPU_STATE, VcpuState.HALTED.ordinal());
        says(0, TraceKind.HOST_SLEEP, SleepState.C1.ordinal());
        says(100, TraceKind.VCPU_STATE, VcpuState.BUSY.ordinal());
        says(110, TraceKind.VCPU_STATE, VcpuState.HALTED.ordinal());
        says(110, TraceKind.HOST_SLEEP, SleepState.C6.ordinal());
        VcpuEnergy energy = meter.upTo(210 * Picos.PER_MILLI).get(0);
        assertThat(energy.c1Ps()).isEqualTo(100 * Picos.PER_MILLI);
        assertThat(energy.c6Ps()).isEqualTo(100 * Picos.PER_MILLI);
        assertThat(energy.microjoules()).isEqualTo(100 * 1440 + 10 * 4000 + 100 * 100);
    }

    @Test
    void anHourInOneState_doesNotOverflow() {
        says(0, TraceKind.VCPU_STATE, VcpuState.POLL.ordinal());
        assertThat(meter.upTo(3600 * Picos.PER_SECOND).get(0).microjoules()).isEqualTo(3600L * 4_000_000);
    }
}
