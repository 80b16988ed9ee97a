package io.torosim.bench.cli.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.MachineSpec;
import org.junit.jupiter.api.Test;

/** What the report of a guest says of an unquiet host. */
final class DisturbancesTest {
    @Test
    void aRunThatWasNotDisturbed_saysSo() {
        MachineSpec machine = MachineSpec.builder().vcpus(4).perturbation(7).build();
        assertThat(GuestReport.disturbances(machine, 3)).isEqualTo("3 steps, interrupts and timers late");
        assertThat(GuestReport.disturbances(machine, 0))
                .startsWith("NOTHING WAS DISTURBED: ")
                .contains("only vcpu3 was slower");
    }
}
