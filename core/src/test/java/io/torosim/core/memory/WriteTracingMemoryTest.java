package io.torosim.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.WriteTracingMemory.Write;
import org.junit.jupiter.api.Test;

class WriteTracingMemoryTest {
    private final SparseRam ram = new SparseRam(1 << 20);
    private final WriteTracingMemory traced = new WriteTracingMemory(ram);

    @Test
    void stores_areRecordedInOrderAndCarriedOut() {
        traced.store8(1, 1);
        traced.store16(2, 2);
        traced.store32(4, 3);
        traced.store64(8, 4);
        traced.storeRelease16(16, 5);
        traced.copyIn(20, new byte[] {6, 7, 8}, 1, 2);
        traced.fill(30, 10, 9);
        assertThat(traced.writes())
                .containsExactly(
                        new Write(1, 1),
                        new Write(2, 2),
                        new Write(4, 4),
                        new Write(8, 8),
                        new Write(16, 2),
                        new Write(20, 2),
                        new Write(30, 10));
        assertThat(ram.load16(16)).isEqualTo(5);
        assertThat(traced.load16(20)).isEqualTo(0x0807);
        assertThat(ram.load8(39)).isEqualTo(9);
        traced.clear();
        assertThat(traced.writes()).isEmpty();
    }

    @Test
    void storeOutsideDeclaredRanges_isRefusedAndChangesNothing() {
        traced.declare(0x1000, 0x10);
        traced.declare(0x1010, 0x10);
        traced.store64(0x100c, -1); // adjoining ranges act as one
        assertThatThrownBy(() -> traced.store32(0x101e, -1))
                .isInstanceOf(GuestFault.class)
                .hasMessage("outside the declared ranges: store of 4 bytes at guest-physical 0x101e");
        assertThatThrownBy(() -> traced.fill(0xfff, 2, 1)).isInstanceOf(GuestFault.class);
        assertThatThrownBy(() -> traced.storeRelease16(0x2000, 1)).isInstanceOf(GuestFault.class);
        assertThatThrownBy(() -> traced.copyIn(-4, new byte[8], 0, 8)).isInstanceOf(GuestFault.class);
        assertThat(ram.load32(0x101e)).isZero();
        assertThat(ram.load8(0xfff)).isZero();
        assertThat(traced.writes()).containsExactly(new Write(0x100c, 8));
        assertThat(traced.refused())
                .containsExactly(new Write(0x101e, 4), new Write(0xfff, 2), new Write(0x2000, 2), new Write(-4, 8));
    }

    @Test
    void withdrawnRange_isRefused() {
        traced.declare(0, 100);
        traced.withdraw(40, 10);
        traced.store8(39, 1);
        assertThatThrownBy(() -> traced.store8(40, 1)).isInstanceOf(GuestFault.class);
        traced.store8(50, 1);
        assertThatThrownBy(() -> traced.declare(-1, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void storeThatFaultsInRam_isNotRecorded() {
        assertThatThrownBy(() -> traced.store32(1 << 20, 1)).isInstanceOf(GuestFault.class);
        assertThat(traced.writes()).isEmpty();
    }
}
