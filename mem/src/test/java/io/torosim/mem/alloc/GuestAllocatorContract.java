package io.torosim.mem.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.AllocatorPrograms.Kind;
import io.torosim.mem.alloc.AllocatorPrograms.Op;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.AllocatorStatistics;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.GuestAllocator.MemoryPanic;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** What every allocator must do, whatever is inside. */
abstract class GuestAllocatorContract {
    static final MemoryAreas AREAS = new MemoryAreas(0x10000, (2 << 20) + 40, 2);

    abstract GuestAllocator create(SparseRam ram, AllocatorCosts costs);

    /** Checked after each step; the conservation of bytes is checked for all. */
    void audit(GuestAllocator allocator) {}

    /** Returns whether blocks stay in the area of the core that asked. */
    boolean keepsToItsArea() {
        return true;
    }

    @Provide
    Arbitrary<List<Op>> programs() {
        return AllocatorPrograms.programs(
                2, 150, List.of(Kind.ALLOC, Kind.ALLOC, Kind.ALLOC, Kind.CALLOC, Kind.FREE, Kind.FREE, Kind.REALLOC));
    }

    @Property(tries = 300)
    void anyProgram_keepsBlocksApartAndBytesConserved(@ForAll("programs") List<Op> program) {
        SparseRam ram = new SparseRam(AREAS.end());
        GuestAllocator allocator = create(ram, AllocatorCosts.FREE);
        BlockModel model = new BlockModel(ram);
        long whole = accounted(allocator);
        for (Op op : program) {
            run(op, ram, allocator, model);
            assertThat(accounted(allocator)).isEqualTo(whole);
            audit(allocator);
        }
        int left = model.count();
        model.checkAll();
        while (model.count() > 0) {
            long address = model.pick(0);
            model.remove(address);
            allocator.free(1, address);
        }
        assertThat(accounted(allocator)).isEqualTo(whole);
        audit(allocator);
        Statistics.label("several blocks at the end").collect(left > 1);
        Statistics.label("several blocks at the end")
                .coverage(c -> c.check(true).percentage(p -> p > 20));
    }

    void run(Op op, SparseRam ram, GuestAllocator allocator, BlockModel model) {
        long from = keepsToItsArea() ? AREAS.areaStart(op.cpu()) : AREAS.start();
        long end = keepsToItsArea() ? AREAS.areaStart(op.cpu()) + AREAS.bytesPerCpu() : AREAS.end();
        switch (op.kind()) {
            case ALLOC, CALLOC -> {
                boolean clear = op.kind() == Kind.CALLOC;
                long block = clear ? allocator.calloc(op.cpu(), op.size()) : allocator.alloc(op.cpu(), op.size());
                if (block != 0) {
                    assertThat(allocator.usableBytes(block)).isGreaterThanOrEqualTo(op.size());
                    if (clear) {
                        model.checkContents(block, 0, op.size());
                    }
                    model.add(block, op.size(), from, end);
                }
            }
            case FREE -> {
                if (model.count() > 0) {
                    long block = model.pick(op.pick());
                    model.remove(block);
                    allocator.free(op.cpu(), block); // from any core
                }
            }
            default -> {
                if (model.count() > 0) {
                    long old = model.pick(op.pick());
                    BlockModel.Block known = model.remove(old);
                    long block = allocator.realloc(op.cpu(), old, op.size());
                    if (op.size() == 0) {
                        assertThat(block).isZero();
                    } else if (block == 0) {
                        model.add(old, known.size(), AREAS.start(), AREAS.end()); // nil leaves the old block
                    } else {
                        model.checkContents(block, known.mark(), Math.min(known.size(), op.size()));
                        model.add(
                                block,
                                op.size(),
                                block == old ? AREAS.start() : from,
                                block == old ? AREAS.end() : end);
                    }
                }
            }
        }
    }

    /** Live and free bytes and their headers: the same number for ever. */
    static long accounted(GuestAllocator allocator) {
        long sum = 0;
        for (int cpu = 0; cpu < allocator.cpuCount(); cpu++) {
            AllocatorStatistics s = allocator.statistics(cpu);
            assertThat(s.freeBytes()).isGreaterThanOrEqualTo(s.largestFreeBytes());
            sum += s.liveBytes() + s.freeBytes() + 8 * (s.liveBlocks() + s.freeBlocks());
        }
        return sum;
    }

    @Example
    void exhaustion_isNilAndCounted() {
        GuestAllocator allocator = create(new SparseRam(AREAS.end()), AllocatorCosts.FREE);
        assertThat(allocator.alloc(0, 4 << 20)).isZero();
        assertThat(allocator.alloc(0, (1L << 30) + 1)).isZero();
        assertThat(allocator.alloc(0, Long.MAX_VALUE)).isZero();
        assertThat(allocator.statistics(0).failures()).isEqualTo(3);
        int blocks = 0;
        while (allocator.alloc(1, 60_000) != 0) {
            blocks++;
        }
        assertThat(blocks).isBetween(10, 35);
        assertThat(allocator.alloc(1, 8)).isNotZero();
    }

    @Example
    void doubleFree_andDamagedHeader_panic() {
        SparseRam ram = new SparseRam(AREAS.end());
        GuestAllocator allocator = create(ram, AllocatorCosts.FREE);
        long guard = allocator.alloc(0, 100); // keeps its neighbour from merging into it
        long block = allocator.alloc(0, 100);
        allocator.free(0, block);
        assertThatThrownBy(() -> allocator.free(1, block))
                .isInstanceOf(MemoryPanic.class)
                .hasMessageContaining("block is free already")
                .hasMessageContaining("on core 1");
        ram.store64(guard - 8, 0x7fff_ffff_ffff_fff0L);
        assertThatThrownBy(() -> allocator.free(0, guard))
                .isInstanceOf(MemoryPanic.class)
                .hasMessageContaining("block header is corrupted");
    }

    @Example
    void operations_takeTimeOnTheExecutingCore() {
        AllocatorCosts costs = new AllocatorCosts(1_000_000, 20, 3, 2, 5, 7, 11);
        GuestAllocator allocator = create(new SparseRam(AREAS.end()), costs);
        long before = allocator.busyPs(1);
        long booted = allocator.busyPs(0);
        long block = allocator.calloc(1, 4000);
        assertThat(allocator.busyPs(1) - before).isBetween(1_000_000 + 20 + 1000 * 11L, 1_000_000 + 13_000L);
        allocator.free(1, block);
        assertThat(allocator.busyPs(0)).isEqualTo(booted);
    }

    @Example
    void badArguments_areNamed() {
        GuestAllocator allocator = create(new SparseRam(AREAS.end()), AllocatorCosts.FREE);
        assertThatThrownBy(() -> allocator.alloc(2, 8)).hasMessage("cpuId must be in [0, 2), cpuId=2");
        assertThatThrownBy(() -> allocator.alloc(0, -1)).hasMessage("sizeBytes must be at least 0, sizeBytes=-1");
        assertThat(allocator.realloc(0, 0, 16)).isNotZero();
    }
}
