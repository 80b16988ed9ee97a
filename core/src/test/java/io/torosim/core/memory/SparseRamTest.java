package io.torosim.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torosim.core.memory.GuestMemory.GuestFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseRamTest {
    private static final long MIB = 1L << 20;

    @Test
    void bytes_lieLittleEndian() {
        SparseRam ram = new SparseRam(MIB);
        ram.store64(16, 0x1122334455667788L);
        assertThat(ram.load8(16)).isEqualTo(0x88);
        assertThat(ram.load16(17)).isEqualTo(0x6677);
        assertThat(ram.load32(20)).isEqualTo(0x11223344);
        ram.store32(20, -1);
        assertThat(ram.load64(16)).isEqualTo(0xffffffff55667788L);
        ram.store16(16, 0xabcd_ef01);
        assertThat(ram.load16(16)).isEqualTo(0xef01);
        ram.store8(16, 0x1ff);
        assertThat(ram.load8(16)).isEqualTo(0xff);
    }

    @Test
    void terabyte_costsOnlyWhatIsStoredTo() {
        SparseRam ram = new SparseRam(SparseRam.MAX_BYTES);
        assertThat(ram.load64(SparseRam.MAX_BYTES - 8)).isZero();
        ram.fill(0, SparseRam.PAGE_BYTES * 16L, 0);
        assertThat(ram.touchedBytes()).isZero();
        ram.store32(SparseRam.MAX_BYTES - 4, 42);
        ram.store8(0, 1);
        ram.store8(5L << 32, 7);
        assertThat(ram.load32(SparseRam.MAX_BYTES - 4)).isEqualTo(42);
        assertThat(ram.load8(5L << 32)).isEqualTo(7);
        assertThat(ram.touchedBytes()).isEqualTo(3L * SparseRam.PAGE_BYTES);
    }

    @Test
    void access_acrossPagesAndAcrossFourGigabytes() {
        SparseRam ram = new SparseRam(1L << 33);
        for (long border : new long[] {SparseRam.PAGE_BYTES, 1L << 32}) {
            ram.store64(border - 3, 0x0102030405060708L);
            assertThat(ram.load64(border - 3)).isEqualTo(0x0102030405060708L);
            assertThat(ram.load8(border)).isEqualTo(0x05);
            assertThat(ram.load16(border - 1)).isEqualTo(0x0506);
            assertThat(ram.load32(border - 2)).isEqualTo(0x04050607);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -8, Long.MIN_VALUE, 100_001, 99_997, Long.MAX_VALUE})
    void outside_faultsAndNamesTheAccess(long address) {
        SparseRam ram = new SparseRam(100_000); // ends within a page
        GuestFault load = catchThrowableOfType(GuestFault.class, () -> ram.load32(address));
        assertThat(load.address()).isEqualTo(address);
        assertThat(load.sizeBytes()).isEqualTo(4);
        assertThat(load.direction()).isEqualTo(GuestFault.Direction.LOAD);
        GuestFault store = catchThrowableOfType(GuestFault.class, () -> ram.store32(address, 5));
        assertThat(store.direction()).isEqualTo(GuestFault.Direction.STORE);
        assertThat(store).hasMessageContaining("outside RAM of 100000 bytes: store of 4 bytes");
        assertThat(ram.touchedBytes()).isZero();
    }

    @Test
    void lastBytes_areThere() {
        SparseRam ram = new SparseRam(100_000);
        ram.store32(99_996, 7);
        assertThat(ram.load32(99_996)).isEqualTo(7);
        assertThatThrownBy(() -> ram.copyIn(99_999, new byte[2], 0, 2)).isInstanceOf(GuestFault.class);
        assertThatThrownBy(() -> ram.copyOut(99_999, new byte[2], 0, 2)).isInstanceOf(GuestFault.class);
        assertThatThrownBy(() -> ram.fill(0, 100_001, 1)).isInstanceOf(GuestFault.class);
        assertThatThrownBy(() -> ram.fill(10, -1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void orderedAccess_mustBeAligned() {
        SparseRam ram = new SparseRam(MIB);
        ram.storeRelease16(2, 5);
        assertThat(ram.loadAcquire16(2)).isEqualTo(5);
        assertThatThrownBy(() -> ram.loadAcquire16(3))
                .isInstanceOf(GuestFault.class)
                .hasMessageContaining("unaligned ordered access: load of 2 bytes at guest-physical 0x3");
        assertThatThrownBy(() -> ram.storeRelease16(5, 1))
                .isInstanceOf(GuestFault.class)
                .hasMessageContaining("unaligned ordered access: store of 2 bytes at guest-physical 0x5");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, SparseRam.MAX_BYTES + 1})
    void size_outsideRange_isRefused(long sizeBytes) {
        assertThatThrownBy(() -> new SparseRam(sizeBytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sizeBytes=" + sizeBytes);
    }
}
