package io.torosim.guest.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.Vcpu.GuestPanic;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KernelHeapTest {
    private static KernelHeap heap(int vcpus, int ramMib) {
        return new KernelHeap(
                Machine.create(MachineSpec.builder().vcpus(vcpus).ramMib(ramMib).build()), MemQuirk.repaired());
    }

    @Test
    void blocks_doNotOverlap_andLieInTheMachinesMemory() {
        KernelHeap heap = heap(2, 32);
        Random random = new Random(1);
        Map<Long, Integer> live = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            int bytes = 1 + random.nextInt(3_000);
            long block = heap.get(i % 2, bytes);
            heap.memory().fill(block, bytes, i);
            live.put(block, i);
            if (i % 3 == 0) {
                long freed = live.keySet().iterator().next();
                heap.free(i % 2, freed);
                live.remove(freed);
            }
        }
        live.forEach((block, i) -> assertThat(heap.memory().load8(block)).isEqualTo(i & 0xff));
        live.keySet().forEach(block -> heap.free(0, block));
        assertThat(heap.liveBytes()).isZero();
        assertThat(heap.highWaterBytes()).isPositive();
    }

    /** Blocks of 2 and 4 KiB: what is in use rises to 6 KiB and falls again, and the most that it was stays. */
    @Test
    void highWater_isTheMostThatWasInUse_notWhatIs() {
        KernelHeap heap = heap(1, 12);
        long[] live = new long[6];
        long[] highWater = new long[6];
        long small = heap.get(0, 2048);
        note(heap, live, highWater, 0);
        long large = heap.get(0, 4096);
        note(heap, live, highWater, 1);
        heap.free(0, small);
        note(heap, live, highWater, 2);
        small = heap.get(0, 2048);
        note(heap, live, highWater, 3);
        heap.free(0, large);
        heap.free(0, small);
        note(heap, live, highWater, 4);
        heap.get(0, 2048);
        note(heap, live, highWater, 5);
        assertThat(live).containsExactly(2048, 6144, 4096, 6144, 0, 2048);
        assertThat(highWater).containsExactly(2048, 6144, 6144, 6144, 6144, 6144);
    }

    private static void note(KernelHeap heap, long[] live, long[] highWater, int at) {
        live[at] = heap.liveBytes();
        highWater[at] = heap.highWaterBytes();
    }

    @Test
    void whatIsNotFreed_runsOut_andFreeingGivesItBack() {
        KernelHeap heap = heap(1, 12);
        long last = 0;
        int blocks = 0;
        for (long block = heap.get(0, 2048); block != 0; block = heap.get(0, 2048)) {
            last = block;
            blocks++;
            assertThat(blocks).isLessThan(4 * 1024);
        }
        assertThat(blocks).isGreaterThan(1_000);
        heap.free(0, last);
        assertThat(heap.get(0, 2048)).isEqualTo(last);
        heap.free(0, 0); // nothing
    }

    @Test
    void coresBeyondTheEighth_useTheMemoryOfTheFirst() {
        KernelHeap heap = heap(10, 64);
        assertThat(heap.get(9, 100)).isPositive();
    }

    @Test
    void aKernelThatDoesNotBoot_isSaid() {
        Machine machine =
                Machine.create(MachineSpec.builder().vcpus(3).ramMib(512).build());
        assertThatThrownBy(() -> new KernelHeap(machine, EnumSet.of(MemQuirk.SPLIT_UNDERFLOW)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("with SPLIT_UNDERFLOW a kernel does not boot on 3 cores and 512 MiB of memory,"
                        + " of which each has 176117077 bytes, no multiple of 8: outside RAM");
    }

    @Test
    void whatIsNoBlock_cannotBeFreed() {
        KernelHeap heap = heap(1, 12);
        long block = heap.get(0, 100);
        heap.free(0, block);
        assertThatThrownBy(() -> heap.free(0, block))
                .isInstanceOf(GuestPanic.class)
                .hasMessageStartingWith("block is free already");
        assertThatThrownBy(() -> heap.free(0, 1L << 40))
                .isInstanceOf(GuestPanic.class)
                .hasMessageStartingWith("ToroFreeMem of 0x10000000000 on core 0: outside RAM");
    }

    @Test
    void tooLittleMemory_isSaid() {
        assertThatThrownBy(() -> heap(4, 16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a kernel with 4 cores needs at least 18 MiB of memory, ramMib=16");
    }
}
