package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.memory.GuestMemory.MemoryWindow;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every store that others can see ends an mwait on its line: by address, through a window, by a device that says where or that it has stored. */
final class MonitoredStoresTest {
    private static final long LINE = 0x4000;
    private static final long STORE_PS = 100 * Picos.PER_MICRO;

    private enum Way {
        ADDRESS_16((m, cpu) -> cpu.store16(LINE + 2, 1)),
        ADDRESS_64((m, cpu) -> cpu.store64(LINE + 8, 1)),
        EXCHANGE((m, cpu) -> cpu.exchange64(LINE, 1)),
        ADD((m, cpu) -> cpu.add64(LINE, 1)),
        WINDOW_16((m, cpu) -> cpu.store16(window(m), 2, 1)),
        WINDOW_32((m, cpu) -> cpu.store32(window(m), 4, 1)),
        WINDOW_64((m, cpu) -> cpu.store64(window(m), 56, 1));

        private final BiConsumer<Machine, GuestCpu> store;

        Way(BiConsumer<Machine, GuestCpu> store) {
            this.store = store;
        }

        private static MemoryWindow window(Machine machine) {
            return MemoryWindow.of(machine.memory(), LINE, 64);
        }
    }

    private long wokePs;

    private Machine waiting() {
        wokePs = -1;
        Machine machine = Machine.create(MachineSpec.builder()
                .vcpus(2)
                .ramMib(1)
                .mwait(MwaitMode.HONOURED)
                .build());
        start(
                machine,
                0,
                Steps.of("waits", 0)
                        .step("monitor", (cpu, f) -> {
                            cpu.monitor(LINE);
                            return 1_000;
                        })
                        .step("mwait", (cpu, f) -> StepResult.MWAIT)
                        .step("woke", (cpu, f) -> {
                            wokePs = cpu.nowPs();
                            return StepResult.OFF;
                        })
                        .build());
        return machine;
    }

    private static void start(Machine machine, int vcpu, GuestCode code) {
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(vcpu)), code);
        run.begin();
        machine.vcpu(vcpu).start(run, vector -> v -> Activity.DONE);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anotherVcpusStore_wakes(Way way) {
        Machine machine = waiting();
        start(
                machine,
                1,
                Steps.of("stores", 0)
                        .takes("work", STORE_PS)
                        .step("store", (cpu, f) -> {
                            way.store.accept(machine, cpu);
                            return 1_000;
                        })
                        .step("off", (cpu, f) -> StepResult.OFF)
                        .build());
        machine.runUntil(Duration.ofMillis(1));
        assertThat(wokePs).isBetween(STORE_PS, STORE_PS + 10 * Picos.PER_MICRO);
    }

    private long afterDevice(long address, long value, boolean saysWhere) {
        Machine machine = waiting();
        machine.simulation()
                .at(
                        STORE_PS,
                        (op, arg) -> {
                            machine.memory().store64(address, value);
                            if (saysWhere) {
                                machine.deviceWrote(address);
                            } else {
                                machine.devicesWrote();
                            }
                        },
                        0,
                        0);
        machine.runUntil(Duration.ofMillis(1));
        return wokePs;
    }

    @Test
    void aDevicesStore_wakes_ifItIsToThatLine() {
        assertThat(afterDevice(LINE + 56, 1, true)).isBetween(STORE_PS, 2 * STORE_PS);
        assertThat(afterDevice(LINE + 56, 0, true)).as("the same bytes again").isBetween(STORE_PS, 2 * STORE_PS);
        assertThat(afterDevice(LINE + 64, 1, true)).isEqualTo(-1);
        assertThat(afterDevice(LINE + 56, 1, false)).isBetween(STORE_PS, 2 * STORE_PS);
        assertThat(afterDevice(LINE + 64, 1, false)).isEqualTo(-1);
        assertThat(afterDevice(LINE - 8, 1, false)).isEqualTo(-1);
    }

    @Test
    void aLineBesideRam_isArmed() {
        Machine machine = Machine.create(MachineSpec.builder().ramMib(1).build());
        machine.vcpu(0).monitor(machine.memory().ram().sizeBytes());
        machine.vcpu(0).monitor(-64);
        machine.devicesWrote();
    }
}
