package io.torosim.core.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.core.time.Picos;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an access to a device costs and is counted as, by who serves it, in nanoseconds of {@code cost-model.tsv}. */
final class AccessPricesTest {
    private static final int PORT = 0x300;
    private static final long REGISTERS = 0xfe00_0000L;
    private static final long OWN_PS = 7;

    private final Machine machine = Machine.create(MachineSpec.builder().build());

    /** Nanoseconds that the access adds to its step. */
    private long nanos(Consumer<GuestCpu> access) {
        GuestCode routine = new GuestCode() {
            @Override
            public String name() {
                return "one";
            }

            @Override
            public int words() {
                return 0;
            }

            @Override
            public String entryName(int entry) {
                return "access";
            }

            @Override
            public long run(GuestCpu cpu, Frame frame) {
                access.accept(cpu);
                return OWN_PS;
            }
        };
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), routine);
        run.begin();
        long ps = run.next() - OWN_PS;
        assertThat(ps % Picos.PER_NANO).isZero();
        return ps / Picos.PER_NANO;
    }

    /** The host kernel's interrupt controller and timer cost what its local APIC does. */
    @ParameterizedTest
    @CsvSource({"PORT, 3000, PIO", "DISPLAY_PORT, 3000, PIO", "KERNEL_PORT, 1100, PIC", "NOTIFY, 1200, NOTIFY"})
    void ports(AccessKind kind, long nanos, ExitCause cause) {
        machine.bus().claim("device", PORT, 4, new PortDevice() {
            @Override
            public int read(int offset, int width) {
                return 0;
            }

            @Override
            public void write(int offset, int width, int value) {}

            @Override
            public AccessKind kind(int offset, boolean write) {
                return kind;
            }
        });
        assertThat(nanos(cpu -> cpu.in(PORT, 1))).isEqualTo(nanos);
        assertThat(nanos(cpu -> cpu.out(PORT, 1, 0))).isEqualTo(nanos);
        assertThat(nanos(cpu -> cpu.inWords(PORT, 3, 0x1000))).as("rep insw").isEqualTo(nanos);
        assertThat(nanos(cpu -> cpu.outWords(PORT, 3, 0x1000))).as("rep outsw").isEqualTo(nanos);
        assertThat(machine.vcpu(0).exits(cause)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "MMIO, 4000, MMIO",
        "NOTIFY, 1200, NOTIFY",
        "APIC, 1100, APIC_ACCESS",
        "APIC_ICR, 1100, ICR_WRITE",
        "APIC_EOI, 1100, EOI"
    })
    void registers(AccessKind kind, long nanos, ExitCause cause) {
        MmioDevice device = new MmioDevice() {
            @Override
            public long read(long offset, int sizeBytes) {
                return 0;
            }

            @Override
            public void write(long offset, int sizeBytes, long value) {}
        };
        machine.bus().map("device", REGISTERS, 0x1000, device, kind, kind);
        assertThat(nanos(cpu -> cpu.load32(REGISTERS))).isEqualTo(nanos);
        assertThat(nanos(cpu -> cpu.store32(REGISTERS, 0))).isEqualTo(nanos);
        assertThat(machine.vcpu(0).exits(cause)).isEqualTo(2);
    }

    @Test
    void timersAndMemory() {
        assertThat(nanos(cpu -> cpu.timerAt(48, 1))).isEqualTo(1100);
        assertThat(machine.vcpu(0).exits(ExitCause.TSC_DEADLINE)).isEqualTo(1);
        assertThat(nanos(cpu -> cpu.timerIn(48, 1))).isEqualTo(1100);
        assertThat(machine.vcpu(0).exits(ExitCause.APIC_ACCESS)).isEqualTo(1);
        assertThat(nanos(cpu -> cpu.load64(0x2000))).isZero();
        assertThat(nanos(cpu -> cpu.exchange64(0x2000, 1))).isZero();
    }
}
