package io.torosim.mem.alloc;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.mem.map.PhysicalMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import net.jqwik.api.Example;

/** Toro's allocator without its defects. */
class RepairedToroAllocatorPropertiesTest extends GuestAllocatorContract {
    @Override
    GuestAllocator create(SparseRam ram, AllocatorCosts costs) {
        return new ToroAllocator(ram, AREAS, MemQuirk.repaired(), costs);
    }

    @Override
    void audit(GuestAllocator allocator) {
        ToroAllocator toro = (ToroAllocator) allocator;
        assertThat(AllocatorAudit.violations(toro)).isEmpty();
        for (int cpu = 0; cpu < toro.cpuCount(); cpu++) {
            assertThat(toro.freeSizeCounter(cpu)).isEqualTo(toro.statistics(cpu).freeBytes());
        }
    }

    @Example
    void mergedMemory_servesWhatTheFragmentsCouldNot() {
        GuestAllocator allocator = create(new SparseRam(AREAS.end()), AllocatorCosts.FREE);
        long[] blocks = new long[1000];
        int count = 0;
        for (long b = allocator.alloc(0, 3000); b != 0 && count < blocks.length; b = allocator.alloc(0, 3000)) {
            blocks[count++] = b;
        }
        for (int i = 0; i < count; i++) {
            allocator.free(0, blocks[i]);
        }
        assertThat(allocator.alloc(0, 500_000)).isNotZero();
        audit(allocator);
    }

    /**
     * Every class of sizes, its border and the size behind it: all of a core's memory taken, given back in three orders, and taken again
     * (three quarters at least: longer lists lie where blocks lay).
     */
    @Example
    void memoryThatIsTakenWhole_comesBackWhole() {
        MemoryAreas area = MemoryAreas.of(PhysicalMap.qemuPc(12L << 20, 1));
        for (int k = 1; k <= 18; k++) {
            for (int extra = 0; extra <= 1; extra++) {
                for (int order = 0; order < 3; order++) {
                    ToroAllocator toro = new ToroAllocator(
                            new SparseRam(area.end()), area, MemQuirk.repaired(), AllocatorCosts.FREE);
                    long bytes = (8L << k - 1) + extra;
                    LongArrayList first = takeAll(toro, bytes);
                    audit(toro);
                    int n = first.size();
                    for (int i = 0; i < n; i++) {
                        int everyOther = i < (n + 1) / 2 ? 2 * i : 2 * (i - (n + 1) / 2) + 1;
                        toro.free(0, first.getLong(order == 0 ? i : order == 1 ? n - 1 - i : everyOther));
                    }
                    audit(toro);
                    assertThat(takeAll(toro, bytes).size())
                            .as("%d bytes, order %d", bytes, order)
                            .isGreaterThanOrEqualTo(first.size() * 3 / 4);
                    audit(toro);
                }
            }
        }
    }

    private static LongArrayList takeAll(ToroAllocator toro, long bytes) {
        LongArrayList blocks = new LongArrayList();
        for (long b = toro.alloc(0, bytes); b != 0; b = toro.alloc(0, bytes)) {
            blocks.add(b);
        }
        return blocks;
    }
}
