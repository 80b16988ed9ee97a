package io.torosim.core.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.memory.GuestAddressSpace;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.core.memory.SparseRam;
import java.util.ArrayList;
import java.util.List;
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
        assertThat(bus.in(0x1f7, 1)).isEqualTo(0x107);
        bus.out(0x1f2, 2, 5);
        assertThat(writes).containsExactly("2/2=5");
        assertThat(bus.ownerOf(0x1f7)).isEqualTo("ide");
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
}
