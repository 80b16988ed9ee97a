package io.torosim.core.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.memory.GuestAddressSpace;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.core.memory.SparseRam;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class BusTest {
    private final GuestAddressSpace memory = new GuestAddressSpace(new SparseRam(1 << 20));
    private final Bus bus = new Bus(memory);
    private final List<String> writes = new ArrayList<>();

    private final class Registers implements PortDevice, MmioDevice {
        @Override
        public int read(int offset, int widthBytes) {
            return 0x100 * widthBytes + offset;
        }

        @Override
        public void write(int offset, int widthBytes, int value) {
            writes.add(offset + "/" + widthBytes + "=" + value);
        }

        @Override
        public long read(long offset, int sizeBytes) {
            return read((int) offset, sizeBytes);
        }

        @Override
        public void write(long offset, int sizeBytes, long value) {
            write((int) offset, sizeBytes, (int) value);
        }
    }

    @Test
    void access_goesToWhoClaimedThePort_atItsOffset() {
        bus.claim("ide", 0x1f0, 8, new Registers());
        assertThat(bus.in(0x1f6, 2)).isEqualTo(0x206);
        bus.out(0x1f2, 2, 5);
        assertThat(writes).containsExactly("2/2=5");
        assertThat(bus.ownerOf(0x1f7)).isEqualTo("ide");
    }

    @Test
    void ofWhatADeviceReturnsOrIsGiven_theBytesOfTheAccessCount() {
        bus.claim("ide", 0x1f0, 8, new Registers());
        assertThat(bus.in(0x1f7, 1)).isEqualTo(7);
        bus.out(0x1f2, 1, 0x1234);
        bus.outAs(0x1f2, 2, -1);
        assertThat(writes).containsExactly("2/1=52", "2/2=65535");
    }

    @Test
    void accessBeyondTheDevicesLastPort_isMadeByteByByte_eachByWhosePortItIs() {
        bus.claim("ide", 0x1f0, 8, new Registers());
        assertThat(bus.in(0x1f6, 4)).isEqualTo(0xffff_0706);
        assertThat(bus.in(0x1ee, 4)).isEqualTo(0x0100_ffff);
        bus.out(0x1f7, 2, 0xbbaa);
        assertThat(bus.outAs(0x1ef, 4, 0x0a0b0c0d)).isEqualTo(AccessKind.PORT);
        assertThat(writes).containsExactly("7/1=170", "0/1=12", "1/1=11", "2/1=10");
    }

    @Test
    void deviceThatDoesNotSayWhoServes_isNamed() {
        bus.claim("odd", 0x300, 2, new PortDevice() {
            @Override
            public int read(int offset, int widthBytes) {
                return 0;
            }

            @Override
            public void write(int offset, int widthBytes, int value) {}

            @Override
            @SuppressWarnings("NullAway") // what it must not return
            public AccessKind kind(int offset, boolean write) {
                return null;
            }
        });
        assertThatThrownBy(() -> bus.outAs(0x301, 1, 0)).hasMessage("odd: kind must not be null, port 0x301");
        assertThatThrownBy(() -> bus.portKind(0x300, false)).hasMessage("odd: kind must not be null, port 0x300");
    }

    @Test
    void unclaimedPort_readsAsOnes_andSwallowsWrites() {
        bus.claim("ide", 0x1f0, 8, new Registers());
        assertThat(bus.in(0x1f8, 1)).isEqualTo(0xff);
        assertThat(bus.in(0x1f8, 2)).isEqualTo(0xffff);
        assertThat(bus.in(0x2000, 4)).isEqualTo(-1);
        bus.out(0x1f8, 1, 1);
        assertThat(writes).isEmpty();
    }

    @Test
    void overlap_isRefused_namingBoth_andChangesNothing() {
        bus.claim("ide", 0x1f0, 8, new Registers());
        assertThatThrownBy(() -> bus.claim("serial", 0x1e8, 16, new Registers()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("port 0x1f0 is claimed by ide and by serial");
        assertThat(bus.ownerOf(0x1e8)).isEqualTo("nobody");
        assertThatThrownBy(() -> bus.claim("far", 65_535, 2, new Registers()))
                .hasMessage("ports must lie in [0, 65535], first=65535, count=2, device=far");
    }

    @Test
    void lineThatThereIsNot_isNamed() {
        for (int line : new int[] {-1, 256}) {
            assertThatThrownBy(() -> bus.connect(line, level -> {}))
                    .hasMessage("line must be in [0, 255], line=" + line);
        }
    }

    @Test
    void accessOfAnotherWidth_orBeyondTheLastPort_isRefused_claimedOrNot() {
        bus.claim("last", 65_532, 4, new Registers());
        assertThat(bus.in(65_532, 4)).isEqualTo(0x400);
        assertThat(bus.in(65_535, 1)).isEqualTo(3);
        for (int port : new int[] {0x10, 65_532}) {
            for (int width : new int[] {-31, 0, 3, 5, 8, 33}) {
                refusedAccess(port, width, "an access to a port has 1, 2 or 4 bytes, port=0x%x, widthBytes=%d");
            }
        }
        refusedAccess(65_533, 4, "an access must end with port 0xffff, port=0x%x, widthBytes=%d");
        refusedAccess(65_535, 2, "an access must end with port 0xffff, port=0x%x, widthBytes=%d");
        assertThat(writes).isEmpty();
    }

    private void refusedAccess(int port, int width, String message) {
        List<ThrowingCallable> ways =
                List.of(() -> bus.in(port, width), () -> bus.out(port, width, 1), () -> bus.outAs(port, width, 1));
        assertThat(ways).allSatisfy(way -> assertThatThrownBy(way)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message, port, width));
    }

    @Test
    void rangeThatIsTooLong_isRefused() {
        assertThatThrownBy(() -> bus.claim("A", 100, Integer.MAX_VALUE, new Registers()))
                .hasMessage("ports must lie in [0, 65535], first=100, count=2147483647, device=A");
        assertThat(bus.ownerOf(101)).isEqualTo("nobody");
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void whatIsMissing_isNamed_andNothingIsClaimed() {
        Registers device = new Registers();
        assertThatThrownBy(() -> bus.claim(null, 0x100, 8, device))
                .hasMessage("name must not be null, first port 0x100, name=null");
        assertThatThrownBy(() -> bus.claim("A", 0x100, 8, null))
                .hasMessage("device must not be null, first port 0x100, name=A");
        assertThat(bus.ownerOf(0x100)).isEqualTo("nobody");
        assertThatThrownBy(() -> bus.map(null, 0xf000, 8, device, AccessKind.MMIO, AccessKind.MMIO))
                .hasMessage("name must not be null, first address 0xf000, name=null");
        assertThatThrownBy(() -> bus.map("A", 0xf000, 8, null, AccessKind.MMIO, AccessKind.MMIO))
                .hasMessage("device must not be null, first address 0xf000, name=A");
        assertThatThrownBy(() -> bus.map("A", 0xf000, 8, device, null, AccessKind.MMIO))
                .hasMessage("onRead must not be null, first address 0xf000, name=A");
        assertThatThrownBy(() -> bus.map("A", 0xf000, 8, device, AccessKind.MMIO, null))
                .hasMessage("onWrite must not be null, first address 0xf000, name=A");
        bus.map("A", 0xf000, 8, device, AccessKind.MMIO, AccessKind.MMIO);
        assertThatThrownBy(() -> bus.map("B", 0xf004, 8, device, AccessKind.MMIO, AccessKind.MMIO))
                .hasMessage("MMIO ranges must not overlap: B, [0xf004, 0xf00c), and A, [0xf000, 0xf008)");
        assertThatThrownBy(() -> bus.connect(9, null)).hasMessage("the input of interrupt line 9 must not be null");
        bus.connect(9, level -> {});
    }

    @Test
    void release_givesThePortsBack() {
        Registers registers = new Registers();
        bus.claim("card", 0xc0f0, 32, registers);
        bus.release(registers);
        assertThat(bus.ownerOf(0xc100)).isEqualTo("nobody");
        bus.claim("other", 0xc100, 4, new Registers());
        assertThat(bus.ownerOf(0xc103)).isEqualTo("other");
    }

    @Test
    void memoryMapped_registersLieOverMemory_andSayWhoServesThem() {
        bus.map("e1000", 0xfebc0000L, 0x20000, new Registers(), AccessKind.MMIO, AccessKind.NOTIFY);
        assertThat(memory.load32(0xfebc0008L)).isEqualTo(0x408);
        memory.store32(0xfebc0010L, 7);
        assertThat(writes).containsExactly("16/4=7");
        assertThat(bus.memoryKind(0xfebc0010L, false)).isEqualTo(AccessKind.MMIO);
        assertThat(bus.memoryKind(0xfebc0010L, true)).isEqualTo(AccessKind.NOTIFY);
        assertThat(bus.memoryKind(0x1000, true)).isEqualTo(AccessKind.MEMORY);
    }

    @Test
    void line_goesToItsInput_onlyOne() {
        List<Integer> levels = new ArrayList<>();
        bus.setLine(11, true);
        bus.connect(11, levels::add);
        bus.setLine(11, true);
        bus.setLine(11, false);
        assertThat(levels).containsExactly(1, 0);
        assertThatThrownBy(() -> bus.connect(11, levels::add)).hasMessage("interrupt line 11 is connected already");
    }

    @Test
    void modelSpecificRegisters_areEachVcpusOwn_countedAndPricedByWhoServesThem() {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build());
        machine.bus()
                .claimMsr(
                        "timer",
                        0x6e1,
                        value -> writes.add(machine.bus().accessor() + "=" + value),
                        AccessKind.TSC_DEADLINE);
        GuestCode set = Steps.of("set", 0)
                .step("deadline", (cpu, f) -> {
                    cpu.writeMsr(0x6e1, 1000L * (cpu.id() + 1));
                    return 7;
                })
                .build();
        for (int id = 0; id < 2; id++) {
            CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(id)), set);
            run.begin();
            assertThat(run.next()).isEqualTo(machine.costs().apicPs() + 7);
            assertThat(machine.vcpu(id).exits(ExitCause.TSC_DEADLINE)).isEqualTo(1);
        }
        assertThat(writes).containsExactly("0=1000", "1=2000");
    }

    @Test
    void modelSpecificRegisters_oneDeviceEach_andNoneThatNobodyHas() {
        bus.claimMsr("timer", 0x6e0, value -> {}, AccessKind.TSC_DEADLINE);
        assertThatThrownBy(() -> bus.claimMsr("other", 0x6e0, value -> {}, AccessKind.APIC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model-specific register 0x6e0 is claimed by timer and by other");
        assertThatThrownBy(() -> bus.allOrNothing(() -> {
                    bus.claimMsr("other", 0x10, value -> {}, AccessKind.APIC);
                    bus.claimMsr("other", 0x6e0, value -> {}, AccessKind.APIC);
                }))
                .hasMessageContaining("0x6e0");
        assertThatThrownBy(() -> bus.writeMsr(0x10, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such model-specific register: 0x10; a processor would raise #GP");
        assertThatThrownBy(() -> bus.claimMsr("other", 0x1b, value -> {}, null))
                .hasMessage("kind must not be null, model-specific register 0x1b, name=other");
        assertThatThrownBy(() -> bus.claimMsr("other", 0x1b, null, AccessKind.APIC))
                .hasMessage("onWrite must not be null, model-specific register 0x1b, name=other");
    }
}
