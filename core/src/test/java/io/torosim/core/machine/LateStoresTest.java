package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.choice.Choices;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
    void whoMonitorsALine_hearsOfAStoreWhenItIsVisible() {
        ArrayDeque<Integer> answers = new ArrayDeque<>(List.of(3));
        Choices choices = (point, alternatives) -> point.equals("cpu.store") && !answers.isEmpty() ? answers.poll() : 0;
        Machine machine = Machine.create(
                MachineSpec.builder().vcpus(2).mwait(MwaitMode.HONOURED).build(), choices);
        GuestCpu writer = new GuestCpu(machine.vcpu(0));
        GuestCpu waiter = new GuestCpu(machine.vcpu(1));
        long[] seen = {-1, 0};
        GuestCode waits = Steps.of("waits", 0)
                .step("monitor", (cpu, f) -> {
                    cpu.monitor(AT);
                    return 1;
                })
                .step("mwait", (cpu, f) -> StepResult.MWAIT)
                .step("look", (cpu, f) -> {
                    seen[0] = cpu.load32(AT);
                    seen[1] = cpu.nowPs();
                    return 1;
                })
                .build();
        GuestCode writes = Steps.of("writes", 0)
                .step("later", (cpu, f) -> Picos.PER_MICRO)
                .step("store", (cpu, f) -> {
                    cpu.store32(AT, 9);
                    return 1;
                })
                .build();
        start(machine.vcpu(1), waiter, waits);
        start(machine.vcpu(0), writer, writes);
        machine.runUntil(Duration.ofMillis(1));
        assertThat(seen[0]).isEqualTo(9); // it did not wake at the store, to see the old value and wait for ever
        assertThat(seen[1]).isGreaterThanOrEqualTo(3 * Picos.PER_MICRO);
    }

    @Test
    void deviceTakesAStoreAtItsInstant_afterEarlierOnes() {
        Machine machine = machine(3);
        List<Integer> written = new ArrayList<>();
        MmioDevice register = new MmioDevice() {
            @Override
            public long read(long offset, int widthBytes) {
                return 0;
            }

            @Override
            public void write(long offset, int widthBytes, long value) {
                written.add((int) value);
                written.add(machine.memory().load32(AT));
            }
        };
        machine.bus().map("test", 0xf000_0000L, 4096, register, AccessKind.MMIO, AccessKind.MMIO);
        GuestCpu cpu = new GuestCpu(machine.vcpu(0));
        cpu.store32(AT, 5);
        cpu.store32(0xf000_0000L, 8);
        assertThat(written).containsExactly(8, 5);
    }

    private static void start(Vcpu vcpu, GuestCpu cpu, GuestCode code) {
        CodeRun run = new CodeRun(cpu, code);
        run.begin();
        vcpu.start(
                v -> {
                    long result = run.step(v);
                    return result == Activity.DONE ? Activity.OFF : result;
                },
                vector -> v -> Activity.DONE);
    }

    @Test
    void withoutChoices_aCpuSeesTheMachinesMemory() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        assertThat(machine.vcpu(0).memory()).isSameAs(machine.memory());
    }
}
