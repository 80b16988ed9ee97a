package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.core.time.Picos;
import io.torosim.guest.spec.LinuxConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Linux does to its local APICs goes over the bus, and what its driver does is paid for as it is done. */
final class LinuxAccessesTest {
    /** Keeps the deadlines of each CPU and counts the commands that it sends. */
    private static final class Watching implements ApicRegisters {
        private final ApicRegisters to;
        private final List<List<Long>> deadlines = List.of(new ArrayList<>(), new ArrayList<>());
        private final long[] commands = new long[2];

        Watching(ApicRegisters to) {
            this.to = to;
        }

        @Override
        public long read(int vcpuId, int offset) {
            throw new AssertionError("Linux reads nothing there");
        }

        @Override
        public void write(int vcpuId, int offset, int value) {
            commands[vcpuId] += offset == COMMAND_LOW ? 1 : 0;
            to.write(vcpuId, offset, value);
        }

        @Override
        public void deadline(int vcpuId, long tsc) {
            deadlines.get(vcpuId).add(tsc);
            to.deadline(vcpuId, tsc);
        }

        @Override
        public void arrive(int vcpuId, int message) {
            to.arrive(vcpuId, message);
        }
    }

    @Test
    void exitsByCause_areTheAccessesThatTheBusHasSeen() {
        LinuxWire guest = new LinuxWire(LinuxConfig.defaults().withWorkers(2), 2);
        Watching watching = new Watching(guest.machine.bus().apics());
        guest.machine.bus().apics(watching);
        List<VcpuUsage> usage = guest.loaded(8).run(500).usage();
        long tickCycles =
                Picos.toCycles(4 * Picos.PER_MILLI, guest.machine.spec().tscHz());
        for (int cpu = 0; cpu < 2; cpu++) {
            assertThat(usage.get(cpu).exitsByCause().get(ExitCause.ICR_WRITE)).isEqualTo(watching.commands[cpu]);
            assertThat(usage.get(cpu).exitsByCause().get(ExitCause.TSC_DEADLINE))
                    .isEqualTo(watching.deadlines.get(cpu).size())
                    .isPositive();
            assertThat(watching.deadlines.get(cpu)).allMatch(tsc -> tsc % tickCycles == 0);
        }
        assertThat(watching.commands[0]).isPositive();
    }

    @Test
    void anIdleCpu_stopsItsTimer() {
        LinuxWire guest = new LinuxWire(LinuxConfig.defaults(), 1);
        Watching watching = new Watching(guest.machine.bus().apics());
        guest.machine.bus().apics(watching);
        guest.load(1, 1);
        guest.run(100);
        assertThat(watching.deadlines.get(0)).endsWith(0L);
    }

    @Test
    void theDriverOwesWhatItsWordsTook_notItsNotifications() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        MmioDevice nothing = new MmioDevice() {
            @Override
            public long read(long offset, int sizeBytes) {
                return 0;
            }

            @Override
            public void write(long offset, int sizeBytes, long value) {}
        };
        machine.bus().map("notification", 0xfe00_0000L, 4, nothing, AccessKind.NOTIFY, AccessKind.NOTIFY);
        machine.bus().map("register", 0xfe00_1000L, 4, nothing, AccessKind.MMIO, AccessKind.MMIO);
        GuestCode sends = Steps.of("sends", 0)
                .takes("ring words", 700)
                .step("notify", (cpu, f) -> {
                    cpu.store32(0xfe00_0000L, 1);
                    return 20;
                })
                .step("another register", (cpu, f) -> {
                    cpu.store32(0xfe00_1000L, 1);
                    return 3;
                })
                .build();
        DriverCalls calls = new DriverCalls(machine.vcpu(0), sends);
        List<Long> took = new ArrayList<>();
        calls.begin(sends);
        while (calls.step(machine.vcpu(0)) >= 0) {
            took.add(calls.tookPs());
        }
        assertThat(took)
                .containsExactly(
                        700L, 20 + machine.costs().kickPs(), 3 + machine.costs().mmioPs());
        assertThat(calls.takeOwed(Long.MAX_VALUE))
                .isEqualTo(723 + machine.costs().mmioPs());
        assertThat(calls.takeOwed(Long.MAX_VALUE)).isZero();
    }
}
