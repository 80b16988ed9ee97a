package io.torosim.guest.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ports that KVM's interrupt controllers and timer answer in the host's kernel. */
final class KernelPortsTest {
    private final Machine machine = Machine.create(MachineSpec.builder().build());

    @ParameterizedTest
    @ValueSource(ints = {0x20, 0x21, 0xa0, 0xa1, 0x4d0, 0x4d1})
    void interruptControllers(int port) {
        PicPair.provide(machine);
        assertThat(machine.bus().portKind(port, false)).isEqualTo(AccessKind.KERNEL_PORT);
        assertThat(machine.bus().portKind(port, true)).isEqualTo(AccessKind.KERNEL_PORT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x41, 0x42, 0x43, 0x61})
    void timer(int port) {
        new Pit().plug(machine);
        assertThat(machine.bus().portKind(port, false)).isEqualTo(AccessKind.KERNEL_PORT);
        assertThat(machine.bus().portKind(port, true)).isEqualTo(AccessKind.KERNEL_PORT);
    }
}
