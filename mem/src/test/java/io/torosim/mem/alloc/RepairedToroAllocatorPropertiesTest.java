package io.torosim.mem.alloc;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.SparseRam;
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
        for (int cpu = 0; cpu < 2; cpu++) {
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
}
