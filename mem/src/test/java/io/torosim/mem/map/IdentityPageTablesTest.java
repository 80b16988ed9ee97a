package io.torosim.mem.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.map.PhysicalMap.IdentityPageTables;
import org.junit.jupiter.api.Test;

class IdentityPageTablesTest {
    private final SparseRam ram = new SparseRam(16 << 20);
    private final IdentityPageTables tables = IdentityPageTables.write(ram);

    @Test
    void walk_fromThePml4_endsAtTheSameAddress() {
        for (long address : new long[] {0, 0x400123, 0xFEE00000L, (512L << 30) - 1}) {
            long pdpt = ram.load64(IdentityPageTables.BASE + 8 * (address >>> 39)) & ~0xfffL;
            long directory = ram.load64(pdpt + 8 * (address >>> 30 & 511)) & ~0xfffL;
            long entry = ram.load64(directory + 8 * (address >>> 21 & 511));
            assertThat(entry & 0xfff).isEqualTo(0x87);
            assertThat((entry & ~0xfffL) + (address & 0x1fffff)).isEqualTo(address);
            assertThat(tables.translate(address)).isEqualTo(address);
        }
    }

    @Test
    void sizeModel_givesTorosTables() {
        assertThat(IdentityPageTables.tablePages(512L << 30) * 4096).isEqualTo(IdentityPageTables.TABLE_BYTES);
        assertThat(IdentityPageTables.tablePages(4L << 30)).isEqualTo(6);
        assertThat(IdentityPageTables.tablePages(1)).isEqualTo(3);
        assertThat(IdentityPageTables.tablePages((512L << 30) + 1)).isEqualTo(1 + 2 + 513);
        assertThat(ram.touchedBytes()).isLessThanOrEqualTo(IdentityPageTables.TABLE_BYTES + SparseRam.PAGE_BYTES);
    }

    @Test
    void cacheability_isByTwoMegabytePage() {
        tables.uncache(0x5FFFFF, 2); // touches two pages
        assertThat(tables.isCacheable(0x3FFFFF)).isTrue();
        assertThat(tables.isCacheable(0x400000)).isFalse();
        assertThat(tables.isCacheable(0x7FFFFF)).isFalse();
        assertThat(tables.isCacheable(0x800000)).isTrue();
        tables.cache(0x600000, 1);
        assertThat(tables.isCacheable(0x600000)).isTrue();
        assertThat(tables.isCacheable(0x5FFFFF)).isFalse();
        assertThat(tables.translate(0x5FFFFF)).isEqualTo(0x5FFFFF);
    }

    @Test
    void cacheManagerInit_marksTheFirstTwoPages() {
        tables.cacheManagerInit();
        assertThat(tables.isWritable(0)).isFalse();
        assertThat(tables.isCacheable(0)).isFalse();
        assertThat(tables.isWritable(0x200000)).isTrue();
        assertThat(tables.isCacheable(0x200000)).isFalse();
        assertThat(tables.isCacheable(0x400000)).isTrue();
    }

    @Test
    void outsideTheMap_isRefused() {
        assertThatThrownBy(() -> tables.isCacheable(512L << 30)).hasMessageContaining("address=0x8000000000");
        assertThatThrownBy(() -> tables.uncache(0, 0)).hasMessageContaining("lengthBytes=0");
        assertThatThrownBy(() -> tables.uncache((512L << 30) - 1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IdentityPageTables.tablePages(0)).hasMessageContaining("mappedBytes=0");
    }
}
