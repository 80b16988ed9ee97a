package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** QEMU 7.2's emulation: {@code mwait} halts a single vCPU and never one of several (measured). */
final class MwaitEmulationTest {
    @ParameterizedTest
    @CsvSource({"1, TCG_MULTI, 0", "1, TCG_SINGLE, 0", "2, TCG_MULTI, 100", "4, TCG_MULTI, 100"})
    void mwait_isHltForASingleVcpuOnly(int vcpus, VcpuMode mode, int busyPercent) {
        MachineSpec spec = MachineSpec.builder()
                .vcpus(vcpus)
                .vcpuMode(mode)
                .mwait(MwaitMode.HONOURED) // of hardware virtualisation: says nothing here
                .build();
        try (Machine machine = Machine.create(spec)) {
            for (int id = 0; id < vcpus; id++) {
                machine.vcpu(id).start(v -> Activity.MWAIT, vector -> v -> Activity.DONE);
            }
            RunResult result = machine.runUntil(Duration.ofMillis(10));
            assertThat(result.usage()).allSatisfy(u -> assertThat(Math.round(100 * u.busyFraction()))
                    .isEqualTo(busyPercent));
        }
    }
}
