package io.torosim.mem.alloc;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.AllocatorStatistics;
import net.jqwik.api.Example;

class SegregatedFitAllocatorPropertiesTest extends GuestAllocatorContract {
    @Override
    GuestAllocator create(SparseRam ram, AllocatorCosts costs) {
        return new SegregatedFitAllocator(ram, AREAS, costs);
    }

    @Example
    void everythingFreed_isWholeAgain() {
        GuestAllocator allocator = create(new SparseRam(AREAS.end()), AllocatorCosts.FREE);
        AllocatorStatistics fresh = allocator.statistics(0);
        long[] blocks = new long[500];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = allocator.alloc(0, 40 * (i % 50));
        }
        for (int i = 0; i < blocks.length; i++) {
            allocator.free(i & 1, blocks[i * 7 % 500]);
        }
        AllocatorStatistics after = allocator.statistics(0);
        assertThat(after.largestFreeBytes()).isEqualTo(fresh.largestFreeBytes());
        assertThat(after.freeBlocks()).isEqualTo(fresh.freeBlocks());
        assertThat(after.liveBlocks()).isZero();
    }
}
