package io.torosim.mem.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.map.PhysicalMap.E820Map;
import io.torosim.mem.map.PhysicalMap.E820Map.E820Entry;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhysicalMapTest {
    private static final long MIB = 1L << 20;

    @Test
    void qemu512MiB_twoCores_isDividedAsOnToro() {
        PhysicalMap map = PhysicalMap.qemuPc(512 * MIB, 2);
        assertThat(map.assignableBytes()).isEqualTo(528_351_232);
        assertThat(map.memoryPerCpu()).isEqualTo(264_175_616);
        assertThat(map.areaStart(1)).isEqualTo(0x103F0000);
        assertThat(map.ignoredBytes()).isEqualTo(0x9FC00);
    }

    @Test
    void threeCores_leaveARemainderThatIsNoMultipleOfEight() {
        assertThat(PhysicalMap.qemuPc(512 * MIB, 3).memoryPerCpu() % 8).isEqualTo(5);
        for (int cpus : new int[] {1, 2, 4, 8}) {
            assertThat(PhysicalMap.qemuPc(512 * MIB, cpus).memoryPerCpu() % 8).isZero();
        }
    }

    @Test
    void ramBehindThePciHole_isIgnored() {
        PhysicalMap map = PhysicalMap.qemuPc(8L << 30, 1);
        assertThat(map.assignableBytes()).isEqualTo(0xC0000000L - 0x20000 - 0x800000);
        assertThat(map.ignoredBytes()).isEqualTo((5L << 30) + 0x9FC00);
    }

    @Test
    void e820Table_survivesGuestMemory() {
        SparseRam ram = new SparseRam(MIB);
        E820Map map = E820Map.qemuPc(512 * MIB);
        map.writeTo(ram);
        assertThat(E820Map.readFrom(ram)).isEqualTo(map);
        assertThat(ram.load32(E820Map.TABLE + 6 * 24)).isEqualTo(0x1234);
        assertThat(map.entries().get(3)).isEqualTo(new E820Entry(0x100000, 0x1FFE0000 - 0x100000, 1));
    }

    @Test
    void e820TableWithoutEnd_isRefused() {
        SparseRam ram = new SparseRam(MIB);
        for (int i = 0; i <= E820Map.MAX_ENTRIES; i++) {
            ram.store64(E820Map.TABLE + 24 * i + 8, 1);
        }
        assertThatThrownBy(() -> E820Map.readFrom(ram)).hasMessageContaining("must end with 0x1234 within 128 entries");
    }

    @Test
    void areas_liesBehindTheKernelWithoutOverlap() {
        PhysicalMap map = PhysicalMap.qemuPc(256 * MIB, 4);
        List<PhysicalMap.Region> areas = map.regions().stream()
                .filter(r -> r.name().startsWith("allocator"))
                .toList();
        assertThat(areas).hasSize(4);
        long at = PhysicalMap.ALLOC_MEMORY_START;
        for (PhysicalMap.Region area : areas) {
            assertThat(area.from()).isEqualTo(at);
            at = area.end();
        }
        assertThat(at).isEqualTo(256 * MIB - 0x20000);
    }

    @Test
    void badInput_isNamed() {
        assertThatThrownBy(() -> PhysicalMap.qemuPc(512 * MIB, 9)).hasMessageContaining("cpuCount=9");
        assertThatThrownBy(() -> PhysicalMap.qemuPc(4 * MIB, 1)).hasMessageContaining("must reach over 0x800000");
        assertThatThrownBy(() -> E820Map.qemuPc(4 * MIB + 1)).hasMessageContaining("ramBytes=4194305");
        assertThatThrownBy(() -> new PhysicalMap(new E820Map(List.of()), 1)).hasMessageContaining("usable range");
        assertThatThrownBy(() -> new E820Entry(8, 0, 1)).hasMessageContaining("lengthBytes=0");
    }
}
