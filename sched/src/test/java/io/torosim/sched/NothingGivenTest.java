package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is not there is refused where it is handed in, by its name. */
final class NothingGivenTest {
    @Test
    void nullsAreNamed() {
        assertThatThrownBy(() -> MachineSpec.builder().vcpuMode(null)).hasMessage("mode");
        assertThatThrownBy(() -> MachineSpec.builder().mwait(null)).hasMessage("mode");
        assertThatThrownBy(() -> KernelConfig.defaults().withIdlePolicy(null)).hasMessage("policy");
        assertThatThrownBy(() -> GuestProgram.loop(Step.compute(Duration.ofNanos(1)), null))
                .hasMessage("steps[1]");
    }

    @Test
    void aVcpuThatThereIsNot_isNamed() {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build());
        assertThatThrownBy(() -> machine.vcpu(7)).hasMessage("id must be in [0, 2), id=7");
    }
}
