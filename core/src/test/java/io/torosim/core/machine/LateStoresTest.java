package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.choice.Choices;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.time.Picos;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stores of a vCPU that others see late: in order, seen by itself at once, ended by fences. */
final class LateStoresTest {
    private static final long AT = 4096;

    private static Machine machine(Integer... stores) {
        ArrayDeque<Integer> answers = new ArrayDeque<>(List.of(stores));
        Choices choices = (point, alternatives) -> point.equals("cpu.store") && !answers.isEmpty() ? answers.poll() : 0;
        return Machine.create(MachineSpec.builder().build(), choices);
    }

    @Test
    void lateStore_isSeenByItsOwnCpuAtOnce_andByOthersAfterItsTime() {
        Machine machine = machine(1);
        GuestMemory own = machine.vcpu(0).memory();
        own.store16(AT, 7);
        assertThat(own.load16(AT)).isEqualTo(7);
        machine.simulation().runUntil(50 * Picos.PER_NANO - 1);
        assertThat(machine.memory().load16(AT)).isZero();
        machine.simulation().runUntil(50 * Picos.PER_NANO);
        assertThat(machine.memory().load16(AT)).isEqualTo(7);
    }

    @Test
    void laterStore_waitsForAnEarlierOne() {
        Machine machine = machine(2, 0);
        GuestMemory own = machine.vcpu(0).memory();
        own.store64(AT, 1);
        own.store64(AT + 8, 2);
        machine.simulation().runUntil(400 * Picos.PER_NANO);
        assertThat(machine.memory().load64(AT + 8)).isZero();
        machine.simulation().runUntil(500 * Picos.PER_NANO);
        assertThat(machine.memory().load64(AT)).isEqualTo(1);
        assertThat(machine.memory().load64(AT + 8)).isEqualTo(2);
    }

    @Test
    void fence_andALoadOfAPartOnly_makeStoresVisible() {
        Machine machine = machine(3, 3);
        GuestMemory own = machine.vcpu(0).memory();
        own.store32(AT, 0x1234);
        own.fullFence();
        assertThat(machine.memory().load32(AT)).isEqualTo(0x1234);
        own.store32(AT, 0x5678);
        assertThat(machine.memory().load32(AT)).isEqualTo(0x1234);
        assertThat(own.load8(AT)).isEqualTo(0x78);
        assertThat(machine.memory().load32(AT)).isEqualTo(0x5678);
        machine.simulation().runToEnd(); // what is due was made visible already
        assertThat(machine.memory().load32(AT)).isEqualTo(0x5678);
    }

    @Test
    void withoutChoices_aCpuSeesTheMachinesMemory() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        assertThat(machine.vcpu(0).memory()).isSameAs(machine.memory());
    }
}
