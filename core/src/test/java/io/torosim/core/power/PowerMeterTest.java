package io.torosim.core.power;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceKind;
import org.junit.jupiter.api.Test;

final class PowerMeterTest {
    private static void enters(PowerMeter meter, long millis, VcpuState state) {
        meter.onTrace(millis * Picos.PER_MILLI, 0, TraceKind.VCPU_STATE, state.ordinal(), 0);
    }

    private static VcpuEnergy spinFor(Governor governor, long millis) {
        PowerMeter meter = new PowerMeter(1, governor, PowerTable.skylakeServer());
        enters(meter, 0, VcpuState.POLL);
        return meter.upTo(millis * Picos.PER_MILLI).get(0);
    }

    @Test
    void aSpinningCore_drawsTheHighestClockUnderEveryGovernorButPowersave() {
        assertThat(spinFor(Governor.PERFORMANCE, 1000).microjoules()).isEqualTo(4_000_000);
        assertThat(spinFor(Governor.POWERSAVE, 1000).microjoules()).isEqualTo(1_000_000);
        assertThat(spinFor(Governor.ONDEMAND, 1000).microjoules()).isBetween(3_960_000L, 3_990_000L);
        assertThat(spinFor(Governor.SCHEDUTIL, 1000).microjoules()).isBetween(3_800_000L, 3_990_000L);
    }

    @Test
    void sleepStates_followTheLengthOfTheLastTwoSleeps() {
        PowerMeter meter = new PowerMeter(1, Governor.PERFORMANCE, PowerTable.skylakeServer());
        enters(meter, 0, VcpuState.HALTED);
        enters(meter, 100, VcpuState.BUSY);
        enters(meter, 110, VcpuState.HALTED); // still expects 0: only one sleep is known
        enters(meter, 210, VcpuState.BUSY);
        enters(meter, 220, VcpuState.HALTED);
        VcpuEnergy energy = meter.upTo(320 * Picos.PER_MILLI).get(0);
        assertThat(energy.c1Ps()).isEqualTo(200 * Picos.PER_MILLI);
        assertThat(energy.c6Ps()).isEqualTo(100 * Picos.PER_MILLI);
        assertThat(energy.executingPs()).isEqualTo(20 * Picos.PER_MILLI);
        assertThat(energy.clockPermille()).isEqualTo(1000);
        assertThat(energy.microjoules()).isEqualTo(200 * 1440 + 100 * 100 + 20 * 4000);
    }

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
