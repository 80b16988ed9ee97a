package io.torosim.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.choice.Choices;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.core.memory.GuestMemory.MemoryWindow;
import io.torosim.core.memory.StoreBuffers.StoreOrder;
import org.junit.jupiter.api.Test;

/** A window and the memory behind it are the same bytes, and who must see accesses still sees them. */
class MemoryWindowTest {
    private final SparseRam ram = new SparseRam(4 * SparseRam.PAGE_BYTES);

    private static final MmioDevice REGISTERS = new MmioDevice() {
        @Override
        public long read(long offset, int size) {
            return 0x42;
        }

        @Override
        public void write(long offset, int size, long value) {}
    };

    private void sameBytes(GuestMemory memory, long at, MemoryWindow window) {
        window.store64(0, 0x0102030405060708L);
        window.store32(8, 0x90a0b0c0);
        window.store16(12, 0xfffe);
        window.storeRelease16(14, 0x8001);
        assertThat(memory.load64(at)).isEqualTo(0x0102030405060708L);
        assertThat(memory.load64(at + 8)).isEqualTo(0x8001fffe90a0b0c0L);
        memory.store64(at, 0xf1f2f3f4f5f6f7f8L);
        assertThat(window.load64(0)).isEqualTo(0xf1f2f3f4f5f6f7f8L);
        assertThat(window.load32(4)).isEqualTo(0xf1f2f3f4);
        assertThat(window.load16(2)).isEqualTo(0xf5f6);
        assertThat(window.loadAcquire16(6)).isEqualTo(0xf1f2);
    }

    @Test
    void plainRam_isDirect_acrossPagesIsNot() {
        MemoryWindow inside = MemoryWindow.of(ram, 0x1230, 16);
        assertThat(inside.direct()).isTrue();
        sameBytes(ram, 0x1230, inside);
        long edge = SparseRam.PAGE_BYTES - 6;
        MemoryWindow across = MemoryWindow.of(ram, edge, 16);
        assertThat(across.direct()).isFalse();
        sameBytes(ram, edge, across);
        MemoryWindow atEnd = MemoryWindow.of(ram, SparseRam.PAGE_BYTES - 16, 16);
        assertThat(atEnd.direct()).isTrue();
        sameBytes(ram, SparseRam.PAGE_BYTES - 16, atEnd);
    }

    @Test
    void outsideRam_faultsAtTheAccess() {
        MemoryWindow outside = MemoryWindow.of(ram, ram.sizeBytes() - 8, 16);
        assertThat(outside.direct()).isFalse();
        assertThatThrownBy(() -> outside.load64(8)).isInstanceOf(GuestFault.class);
        assertThat(ram.plain(-16, 16)).isNull();
    }

    @Test
    void watchers_seeEveryAccess() {
        GuestMemory observer = new StoreBuffers(ram, StoreOrder.WEAK, 4, Choices.fixed()).observer();
        assertThat(MemoryWindow.of(observer, 0x1000, 16).direct()).isFalse();
        sameBytes(observer, 0x1000, MemoryWindow.of(observer, 0x1000, 16));
    }

    @Test
    void mmio_isNeverDirect_andCannotCoverAWindow() {
        GuestAddressSpace space = new GuestAddressSpace(ram);
        space.map(0x2000, 0x100, REGISTERS);
        MemoryWindow registers = MemoryWindow.of(space, 0x2000, 16);
        assertThat(registers.direct()).isFalse();
        assertThat(registers.load32(0)).isEqualTo(0x42);
        assertThat(space.plain(0x1ff8, 16)).isNull();
        assertThat(MemoryWindow.of(space, 0x2100, 16).direct()).isTrue();
        assertThatThrownBy(() -> space.map(0x210f, 1, REGISTERS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("direct use");
        space.map(0x2110, 16, REGISTERS);
    }
}
