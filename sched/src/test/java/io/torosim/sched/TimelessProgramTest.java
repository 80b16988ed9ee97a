package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A program that never takes any time does not hang the simulation. */
final class TimelessProgramTest {
    @Test
    void itIsNamed() {
        List<GuestProgram> programs = List.of(
                GuestProgram.loop(Step.compute(Duration.ZERO)),
                GuestProgram.loop(Step.poll(Duration.ZERO)),
                thread -> 0);
        for (GuestProgram program : programs) {
            Machine machine = Machine.create(MachineSpec.builder().build());
            ToroKernel.boot(machine, KernelConfig.defaults()).spawn(0, "timeless", program);
            assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("vCPU 0 makes no progress")
                    .hasMessageContaining("timeless");
        }
    }
}
