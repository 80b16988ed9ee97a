package io.torosim.mem.alloc;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.SparseRam;
import net.jqwik.api.Example;

/** Toro's allocator as it was: never merges, and core 1's boot memory drifts to core 0. */
class Toro2018AllocatorPropertiesTest extends GuestAllocatorContract {
    @Override
    GuestAllocator create(SparseRam ram, AllocatorCosts costs) {
        return new ToroAllocator(ram, AREAS, MemQuirk.toro2018(), costs);
    }

    @Override
    void audit(GuestAllocator allocator) {
        assertThat(AllocatorAudit.violations((ToroAllocator) allocator)).isEmpty();
    }

    @Override
    boolean keepsToItsArea() {
        return false;
    }

    @Example
    void fragments_neverServeALargeRequestAgain() {
        GuestAllocator allocator = create(new SparseRam(AREAS.end()), AllocatorCosts.FREE);
        long[] blocks = new long[1000];
        int count = 0;
        for (long b = allocator.alloc(0, 3000); b != 0 && count < blocks.length; b = allocator.alloc(0, 3000)) {
            blocks[count++] = b;
        }
        for (int i = 0; i < count; i++) {
            allocator.free(0, blocks[i]);
        }
        assertThat(allocator.statistics(0).freeBytes()).isGreaterThan(500_000);
        assertThat(allocator.alloc(0, 500_000)).isZero();
    }
}
