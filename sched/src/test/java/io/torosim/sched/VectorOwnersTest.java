package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import org.junit.jupiter.api.Test;

/** A vector is one device's: a second disk or keyboard, or a handler over theirs, left the first without interrupts. */
final class VectorOwnersTest {
    private final ToroKernel kernel =
            ToroKernel.boot(Machine.create(MachineSpec.builder().vcpus(2).build()), KernelConfig.defaults());

    @Test
    void aSecondHandlerOfAVector_isRefused() {
        new AtaDisk(kernel, 1_000);
        new Keyboard(kernel);
        assertThatThrownBy(() -> new AtaDisk(kernel, 2_000, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("vector 46 has a handler already, and is one device's");
        assertThatThrownBy(() -> new Keyboard(kernel))
                .hasMessage("vector 33 has a handler already, and is one device's");
        assertThatThrownBy(() -> kernel.onInterrupt(AtaDisk.VECTOR, () -> vcpu -> Activity.DONE))
                .hasMessageContaining("vector 46");
    }

    @Test
    void aDiskWithATimeBelowZero_isRefused() {
        assertThatThrownBy(() -> new AtaDisk(kernel, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sectorPs must be at least 0, sectorPs=-1");
        new AtaDisk(kernel, 0);
    }
}
