package io.torosim.mem.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel;
import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.AllocatorStatistics;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.GuestAllocator.MemoryPanic;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.mem.map.PhysicalMap;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class ToroAllocatorTest {
    private static final long MIB = 1 << 20;
    private static final MemoryAreas TWO = new MemoryAreas(0x10000, 2 * MIB, 2);
    private final SparseRam ram = new SparseRam(512 * MIB);

    private ToroAllocator toro(MemoryAreas areas, EnumSet<MemQuirk> quirks) {
        return new ToroAllocator(ram, areas, quirks, AllocatorCosts.FREE);
    }

    @Test
    void boot512MiB_cutsTheKnownSeventeenBlocks() {
        ToroAllocator toro = toro(MemoryAreas.of(PhysicalMap.qemuPc(512 * MIB, 2)), MemQuirk.toro2018());
        AllocatorStatistics core1 = toro.statistics(1); // core 0 has given blocks for the pool lists
        assertThat(core1.freeBlocks()).isEqualTo(17);
        long kib = 1024;
        long expected = (128 + 64 + 32 + 16 + 8 + 2 + 1) * MIB + (512 + 128 + 64 + 8 + 4 + 2 + 1) * kib + 512 + 128 + 8;
        assertThat(core1.freeBytes()).isEqualTo(expected);
        assertThat(core1.largestFreeBytes()).isEqualTo(128 * MIB);
        assertThat(expected + 17 * 8 + 246_000).isEqualTo(264_175_616);
        assertThat(ram.touchedBytes()).isLessThan(4 * MIB);
    }

    @Test
    void header_liesInFrontOfTheBlockBitForBit() {
        ToroAllocator toro = toro(TWO, MemQuirk.repaired());
        long block = toro.alloc(1, 160);
        assertThat(ram.load64(block - 8)).isEqualTo(6L << 16 | 1 << 2); // class 6 = 256 bytes, core 1, in use
        toro.free(0, block);
        assertThat(ram.load64(block - 8)).isEqualTo(6L << 16 | 1 << 2 | 1);
        assertThat(toro.alloc(1, 256)).isEqualTo(block); // last in, first out
    }

    @Test
    void cut_putsTheRestOnSmallerListsDownToNothing() {
        ToroAllocator toro = toro(TWO, MemQuirk.repaired());
        while (toro.statistics(1).largestFreeBytes() > 4096) {
            toro.alloc(1, toro.statistics(1).largestFreeBytes()); // leaves one 4 KiB block at most, and smaller ones
        }
        AllocatorStatistics before = toro.statistics(1);
        while (toro.statistics(1).freeBlocks() == before.freeBlocks() && before.largestFreeBytes() == 4096) {
            toro.alloc(
                    1, 2048); // the free 2 KiB blocks, then the 4 KiB block is cut: 2048 + (8 + 1024) + ... + (8 + 0)
            AllocatorStatistics now = toro.statistics(1);
            if (now.largestFreeBytes() < 4096) {
                assertThat(now.freeBlocks()).isGreaterThan(before.freeBlocks());
                assertThat(toro.alloc(1, 0)).isNotZero();
                return;
            }
            before = now;
        }
    }

    @Test
    void bootMemory_taggedCpu0_driftsToCore0() {
        ToroAllocator faithful = toro(TWO, MemQuirk.toro2018());
        long block = faithful.alloc(1, 1 << 19);
        long free0 = faithful.statistics(0).freeBytes();
        faithful.free(1, block);
        assertThat(faithful.statistics(0).freeBytes()).isEqualTo(free0 + (1 << 19));

        ToroAllocator repaired = toro(TWO, MemQuirk.repaired());
        long own = repaired.alloc(1, 1 << 19);
        long free1 = repaired.statistics(1).freeBytes();
        repaired.free(0, own);
        assertThat(repaired.statistics(1).freeBytes()).isEqualTo(free1 + (1 << 19));
    }

    @Test
    void threeCores_doNotBootUnlessRepaired() {
        MemoryAreas three = MemoryAreas.of(PhysicalMap.qemuPc(512 * MIB, 3));
        assertThatThrownBy(() -> toro(three, MemQuirk.toro2018())).isInstanceOf(GuestFault.class);
        ToroAllocator repaired = toro(three, MemQuirk.repaired());
        assertThat(AllocatorAudit.violations(repaired)).isEmpty();
    }

    @Test
    void list_isExpandedOneBeforeFull() {
        ToroAllocator toro = toro(TWO, MemQuirk.toro2018());
        freeMany(toro, 1500);
        assertThat(ram.load32(toro.list(0, 1) + AllocatorRecords.LIST_CAPACITY)).isGreaterThanOrEqualTo(2048);
        assertThat(AllocatorAudit.violations(toro)).isEmpty();
    }

    @Test
    void expansionRace_corruptsWhatTheFixKeepsWhole() {
        EnumSet<MemQuirk> racing = MemQuirk.toro2018();
        racing.add(MemQuirk.EXPANSION_RACE);
        String racingOutcome = outcome(toro(TWO, racing));
        assertThat(racingOutcome).isNotEqualTo("whole");
        assertThat(outcome(toro(TWO, MemQuirk.toro2018()))).isEqualTo("whole");
    }

    /**
     * Fills the list of 64-byte blocks to the brim while its larger array must be cut from a larger block: the rest of a
     * 32 KiB block that serves 16 KiB ends in a 64-byte block, which comes to the very list that is being expanded.
     */
    private String outcome(ToroAllocator toro) {
        try {
            long[] blocks = new long[1025];
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = toro.alloc(0, 64);
            }
            drain(toro, 64);
            drain(toro, 16_384);
            for (long block : blocks) {
                toro.free(0, block);
            }
        } catch (MemoryPanic e) {
            return e.getMessage();
        }
        return AllocatorAudit.violations(toro).isEmpty() ? "whole" : "damaged";
    }

    private void drain(ToroAllocator toro, long bytes) {
        while (ram.load32(toro.list(0, SizeClass.of(bytes)) + AllocatorRecords.LIST_COUNT) > 0) {
            toro.alloc(0, bytes);
        }
    }

    @Test
    void listThatCannotGrow_panics() {
        ToroAllocator toro = toro(TWO, MemQuirk.toro2018());
        long[] blocks = new long[40_000];
        int count = 0;
        for (long b = toro.alloc(0, 100); b != 0; b = toro.alloc(0, 100)) {
            blocks[count++] = b;
        }
        int all = count;
        assertThat(all).isGreaterThan(1024);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < all; i++) {
                        toro.free(0, blocks[i]); // every list of a larger class is empty: nothing for the larger array
                    }
                })
                .isInstanceOf(MemoryPanic.class)
                .hasMessageStartingWith("no memory to expand a block list");
    }

    /** As packets that are never freed: blocks of one size until none is left. */
    @Test
    void blocksOfOneSizeUntilNoneIsLeft_growSeveralListsAtOnce() {
        EnumSet<MemQuirk> nested = MemQuirk.repaired();
        nested.add(MemQuirk.NESTED_EXPANSION);
        MemoryAreas area = MemoryAreas.of(PhysicalMap.qemuPc(64 * MIB, 1));
        assertThat(exhausted(area, nested)).contains("block header is corrupted");
        assertThat(exhausted(area, MemQuirk.toro2018())).contains("corrupted");
        assertThat(exhausted(area, MemQuirk.repaired())).isEqualTo("whole");
    }

    private String exhausted(MemoryAreas area, EnumSet<MemQuirk> quirks) {
        ToroAllocator toro = toro(area, quirks);
        try {
            for (long b = toro.alloc(0, 1522); b != 0; b = toro.alloc(0, 1522)) {}
        } catch (MemoryPanic e) {
            return e.getMessage();
        }
        return AllocatorAudit.violations(toro).isEmpty() ? "whole" : "damaged";
    }

    private static void freeMany(ToroAllocator toro, int count) {
        long[] blocks = new long[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = toro.alloc(0, 8);
        }
        for (long block : blocks) {
            toro.free(0, block);
        }
    }

    @Test
    void freeBlockWithClearedFlag_panicsWhenTaken() {
        ToroAllocator toro = toro(TWO, MemQuirk.toro2018());
        long block = toro.alloc(0, 64);
        toro.free(0, block);
        ram.store64(block - 8, ram.load64(block - 8) & ~1);
        assertThatThrownBy(() -> toro.alloc(0, 64))
                .isInstanceOf(MemoryPanic.class)
                .hasMessageStartingWith("free block is corrupted: block 0x" + Long.toHexString(block));
    }

    @Test
    void audit_seesDamage() {
        ToroAllocator toro = toro(TWO, MemQuirk.toro2018());
        long block = toro.alloc(0, 64);
        toro.free(0, block);
        ram.store64(block - 8, ram.load64(block - 8) + (1 << 16));
        assertThat(AllocatorAudit.violations(toro))
                .anyMatch(v -> v.startsWith("a listed block must have the list's class"));
    }

    @Test
    void byteLoopMove_costsMoreTime() {
        CostModel model = CostModel.standard();
        long tscHz = model.count("machine.tsc_hz");
        long[] spent = new long[2];
        for (int i = 0; i < 2; i++) {
            EnumSet<MemQuirk> quirks = i == 0 ? MemQuirk.toro2018() : EnumSet.of(MemQuirk.NO_COALESCING);
            ToroAllocator toro = new ToroAllocator(ram, TWO, quirks, AllocatorCosts.of(model, tscHz));
            long block = toro.alloc(1, 8192);
            long before = toro.busyPs(1);
            toro.realloc(1, block, 16_000);
            spent[i] = toro.busyPs(1) - before;
        }
        long bytePs = model.cyclesPs("mem.move_byte", tscHz);
        assertThat(spent[0] - spent[1]).isEqualTo(8192 * bytePs - 1024 * model.cyclesPs("mem.move_word", tscHz));
    }

    @Test
    void pointerSize_readsTheOtherKindsField() {
        ToroAllocator toro = toro(TWO, MemQuirk.toro2018());
        ToroAllocator repaired =
                new ToroAllocator(new SparseRam(8 * MIB), TWO, MemQuirk.repaired(), AllocatorCosts.FREE);
        assertThat(repaired.pointerSize(repaired.alloc(0, 100))).isEqualTo(128);
        assertThat(toro.pointerSize(toro.alloc(0, 100))).isEqualTo((5L << 16) >>> 2 << 3);
        assertThat(toro.usableBytes(toro.alloc(0, 100))).isEqualTo(128);
    }

    @Test
    void freeSizeCounter_driftsOnlyWhenFaithful() {
        ToroAllocator toro = toro(TWO, MemQuirk.toro2018());
        toro.alloc(0, 5);
        toro.alloc(0, 3000);
        assertThat(toro.freeSizeCounter(0)).isNotEqualTo(toro.statistics(0).freeBytes());
    }

    @Test
    void sizeClasses_areThose() {
        assertThat(SizeClass.of(0)).isZero();
        assertThat(SizeClass.of(1)).isEqualTo(1);
        assertThat(SizeClass.of(9)).isEqualTo(2);
        assertThat(SizeClass.of(8192)).isEqualTo(11);
        for (int k = 1; k < SizeClass.COUNT; k++) {
            assertThat(SizeClass.of(SizeClass.bytes(k))).isEqualTo(k);
            assertThat(SizeClass.of(SizeClass.bytes(k) - 1)).isEqualTo(k == 1 ? 1 : k);
            assertThat(SizeClass.of(SizeClass.bytes(k) + 1)).isEqualTo(k + 1);
        }
        assertThat(SizeClass.bytes(29)).isEqualTo(1L << 31);
    }
}
