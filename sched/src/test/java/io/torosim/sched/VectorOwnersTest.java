package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import org.junit.jupiter.api.Test;

/** A vector is one device's: a second handler left the first device without interrupts. */
final class VectorOwnersTest {
    private final ToroKernel kernel =
            ToroKernel.boot(Machine.create(MachineSpec.builder().vcpus(2).build()), KernelConfig.defaults());

    @Test
    void aSecondHandlerOfAVector_isRefused() {
        kernel.onInterrupt(46, () -> vcpu -> Activity.DONE);
        kernel.onInterruptByCore(33, core -> vcpu -> Activity.DONE);
        assertThatThrownBy(() -> kernel.onInterruptByCore(46, core -> vcpu -> Activity.DONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("vector 46 has a handler already, and is one device's");
        assertThatThrownBy(() -> kernel.onInterrupt(33, () -> vcpu -> Activity.DONE))
                .hasMessage("vector 33 has a handler already, and is one device's");
    }
}
