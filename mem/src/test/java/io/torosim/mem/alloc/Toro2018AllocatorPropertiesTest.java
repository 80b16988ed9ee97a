package io.torosim.mem.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.AllocatorPrograms.Op;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.MemoryPanic;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

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

    /** Whatever went before: a block freed twice, from either core, and a header that names no core or no class, panic. */
    @Property(tries = 300)
    void afterAnyProgram_doubleFreeAndDamagedHeadersPanic(
            @ForAll("programs") List<Op> program,
            @ForAll @IntRange(max = 1 << 20) int pick,
            @ForAll @IntRange(max = 1) int cpu,
            @ForAll boolean damageClass,
            @ForAll @IntRange(max = 1 << 20) int damage) {
        SparseRam ram = new SparseRam(AREAS.end());
        GuestAllocator allocator = create(ram, AllocatorCosts.FREE);
        BlockModel model = new BlockModel(ram);
        program.forEach(op -> run(op, ram, allocator, model));
        Assume.that(model.count() >= 2);
        long twice = model.pick(pick);
        model.remove(twice);
        allocator.free(cpu, twice);
        assertThatThrownBy(() -> allocator.free(1 - cpu, twice))
                .isInstanceOf(MemoryPanic.class)
                .hasMessageContaining("block is free already");

        long damaged = model.pick(pick);
        long header = ram.load64(damaged - BlockHeader.BYTES);
        int owner = damageClass ? BlockHeader.cpuId(header) : AREAS.cpuCount() + damage % 8;
        int sizeClass = damageClass ? SizeClass.COUNT + damage % 8 : BlockHeader.sizeClass(header);
        ram.store64(damaged - BlockHeader.BYTES, BlockHeader.shared(owner, sizeClass, false));
        assertThatThrownBy(() -> allocator.free(cpu, damaged))
                .isInstanceOf(MemoryPanic.class)
                .hasMessageContaining("block header is corrupted");
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
