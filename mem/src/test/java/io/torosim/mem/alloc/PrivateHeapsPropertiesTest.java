package io.torosim.mem.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.AllocatorPrograms.Kind;
import io.torosim.mem.alloc.AllocatorPrograms.Op;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.GuestAllocator.MemoryPanic;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

class PrivateHeapsPropertiesTest {
    private static final MemoryAreas AREAS = new MemoryAreas(0x10000, 12 << 20, 2);
    private final SparseRam ram = new SparseRam(AREAS.end());

    @Provide
    Arbitrary<List<Op>> programs() {
        return AllocatorPrograms.programs(
                2,
                30, // a few steps make no heap with anything in it
                120,
                List.of(
                        Kind.ALLOC,
                        Kind.FREE,
                        Kind.FREE,
                        Kind.HEAP_ACQUIRE,
                        Kind.HEAP_ACQUIRE,
                        Kind.HEAP_ALLOC,
                        Kind.HEAP_ALLOC,
                        Kind.HEAP_ALLOC,
                        Kind.HEAP_STACK,
                        Kind.HEAP_STACK,
                        Kind.HEAP_UNSTACK,
                        Kind.HEAP_UNSTACK,
                        Kind.HEAP_RELEASE));
    }

    /** Heaps and shared blocks together: whole heaps and what is cut from them overlap nothing else. */
    @Property(tries = 100)
    void anyProgram_keepsHeapsAndBlocksApart(@ForAll("programs") List<Op> program, @ForAll boolean faithful) {
        ToroAllocator toro = new ToroAllocator(
                new SparseRam(AREAS.end()),
                AREAS,
                faithful ? MemQuirk.toro2018() : MemQuirk.repaired(),
                AllocatorCosts.FREE);
        PrivateHeaps heaps = new PrivateHeaps(toro);
        SparseRam memory = (SparseRam) toro.memory();
        BlockModel model = new BlockModel(memory);
        // for each heap, a stack of levels, each the addresses it has given out
        Map<Long, ArrayDeque<List<Long>>> live = new LinkedHashMap<>();
        long whole = GuestAllocatorContract.accounted(toro);
        int blocksOfHeaps = 0;
        int levels = 0;
        int released = 0;
        for (Op op : program) {
            List<Long> all = new ArrayList<>(live.keySet());
            long heap = all.isEmpty() ? 0 : all.get(op.pick() % all.size());
            switch (op.kind()) {
                case ALLOC -> {
                    long block = toro.alloc(op.cpu(), op.size());
                    if (block != 0) {
                        model.add(block, op.size(), AREAS.start(), AREAS.end());
                        live.put(-block, new ArrayDeque<>()); // negative: a shared block
                    }
                }
                case FREE -> {
                    if (heap < 0) {
                        live.remove(heap);
                        model.remove(-heap);
                        toro.free(op.cpu(), -heap);
                    }
                }
                case HEAP_ACQUIRE -> {
                    long fresh = heaps.acquire(op.cpu());
                    if (fresh != 0) {
                        live.put(fresh, new ArrayDeque<>(List.of(new ArrayList<>())));
                    }
                }
                case HEAP_ALLOC -> {
                    if (heap > 0) {
                        long block = heaps.alloc(op.cpu(), heap, op.size());
                        if (block != 0) {
                            assertThat(toro.usableBytes(block)).isGreaterThanOrEqualTo(op.size());
                            model.add(block, op.size(), AREAS.start(), AREAS.end());
                            live.get(heap).peek().add(block);
                            blocksOfHeaps++;
                        }
                    }
                }
                case HEAP_STACK -> {
                    if (heap > 0 && heaps.stack(op.cpu(), heap) != 0) {
                        live.get(heap).push(new ArrayList<>());
                    }
                }
                case HEAP_UNSTACK -> {
                    if (heap > 0 && live.get(heap).size() > 1) {
                        live.get(heap).pop().forEach(model::remove);
                        levels++;
                        heaps.unstack(op.cpu(), heap);
                    }
                }
                case HEAP_RELEASE -> {
                    if (heap > 0) {
                        live.remove(heap).forEach(level -> level.forEach(model::remove));
                        heaps.release(op.cpu(), heap);
                        released++;
                    }
                }
                default -> {}
            }
            assertThat(AllocatorAudit.violations(toro)).isEmpty();
            assertThat(GuestAllocatorContract.accounted(toro)).isEqualTo(whole);
        }
        model.checkAll();
        Statistics.label("blocks of heaps").collect(blocksOfHeaps > 0);
        Statistics.label("blocks of heaps").coverage(c -> c.check(true).percentage(p -> p > 40));
        Statistics.label("a level taken back").collect(levels > 0);
        Statistics.label("a level taken back").coverage(c -> c.check(true).percentage(p -> p > 8));
        Statistics.label("a heap released").collect(released > 0);
        Statistics.label("a heap released").coverage(c -> c.check(true).percentage(p -> p > 15));
    }

    private ToroAllocator toro(EnumSet<MemQuirk> quirks) {
        return new ToroAllocator(ram, AREAS, quirks, AllocatorCosts.FREE);
    }

    @Example
    void releasedHeap_isTakenFromThePool() {
        ToroAllocator toro = toro(MemQuirk.toro2018());
        PrivateHeaps heaps = new PrivateHeaps(toro);
        long heap = heaps.acquire(0);
        long first = heaps.alloc(0, heap, 13);
        assertThat(first).isEqualTo(heap + 3176 + 8);
        assertThat(ram.load64(first - 8)).isEqualTo(2 << 2 | 2); // 16 bytes, private
        assertThat(heaps.alloc(0, heap, 1)).isEqualTo(first + 16 + 8);
        toro.free(0, first);
        assertThat(ram.load64(first - 8)).isEqualTo(2 << 2 | 3);
        assertThatThrownBy(() -> toro.free(0, first)).isInstanceOf(MemoryPanic.class);
        heaps.release(0, heap);
        assertThat(heaps.acquire(1)).isNotEqualTo(heap);
        assertThat(heaps.acquire(0)).isEqualTo(heap);
        assertThatThrownBy(() -> heaps.unstack(0, heap)).isInstanceOf(IllegalStateException.class);
    }

    @Example
    void chunks_leakOnlyWhenFaithful() {
        for (boolean faithful : new boolean[] {true, false}) {
            ToroAllocator toro = toro(faithful ? MemQuirk.toro2018() : MemQuirk.repaired());
            PrivateHeaps heaps = new PrivateHeaps(toro);
            int rounds = 0;
            for (; rounds < 50; rounds++) {
                long heap = heaps.acquire(0);
                if (heaps.alloc(0, heap, 120_000) == 0 || heaps.alloc(0, heap, 120_000) == 0) {
                    break;
                }
                heaps.release(0, heap);
            }
            if (faithful) {
                assertThat(rounds).isLessThan(12);
            } else {
                assertThat(rounds).isEqualTo(50);
            }
        }
    }

    @Example
    void realloc_ofPrivateBlock_losesDataOnlyWhenFaithful() {
        for (boolean faithful : new boolean[] {true, false}) {
            ToroAllocator toro = toro(faithful ? MemQuirk.toro2018() : MemQuirk.repaired());
            PrivateHeaps heaps = new PrivateHeaps(toro);
            long block = heaps.alloc(0, heaps.acquire(0), 64);
            ram.store64(block, 0x1122);
            assertThat(ram.load64(toro.realloc(0, block, 5000)) == 0x1122).isNotEqualTo(faithful);
        }
    }

    @Example
    void exhausted_withPooledHeap_panicsOnlyWhenFaithful() {
        for (boolean faithful : new boolean[] {true, false}) {
            ToroAllocator toro = toro(faithful ? MemQuirk.toro2018() : MemQuirk.repaired());
            PrivateHeaps heaps = new PrivateHeaps(toro);
            heaps.release(0, heaps.acquire(0));
            if (faithful) {
                assertThatThrownBy(() -> toro.alloc(0, 64 << 20))
                        .isInstanceOf(MemoryPanic.class)
                        .hasMessageContaining("free block is corrupted");
            } else {
                assertThat(toro.alloc(0, 64 << 20)).isZero();
            }
        }
    }

    @Example
    void largeBlocks_areRecordedAndReleased() {
        ToroAllocator toro = toro(MemQuirk.repaired());
        PrivateHeaps heaps = new PrivateHeaps(toro);
        long heap = heaps.acquire(0);
        long live = toro.statistics(0).liveBytes();
        assertThat(heaps.alloc(0, heap, 1 << 20)).isNotZero();
        assertThat(toro.statistics(0).liveBytes()).isEqualTo(live + (1 << 20));
        heaps.release(0, heap);
        assertThat(toro.statistics(0).liveBytes()).isEqualTo(live);
    }
}
