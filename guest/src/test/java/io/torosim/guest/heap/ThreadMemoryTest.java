package io.torosim.guest.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.memory.SparseRam;
import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.ToroAllocator;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.mem.map.PhysicalMap;
import io.torosim.mem.map.PhysicalMap.E820Map;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records, stacks, thread variables and private heaps of threads are blocks of the heap of the core that creates them. */
class ThreadMemoryTest {
    private static final int RECORD_BLOCK = 256;
    private static final int THREAD_STACK = 4096;
    private static final int MAIN_STACK = 32768;
    private static final int PRIVATE_HEAP = 131072;

    /** A machine with a kernel whose threads take memory, and the areas of its cores. */
    private static final class Rig {
        final Machine machine;
        final KernelHeap heap;
        final ToroKernel kernel;
        final MemoryAreas areas;
        final CodeCosts code;

        Rig(int cores, int ramMib, Set<MemQuirk> quirks, KernelConfig config, MachineSpec.Builder spec) {
            machine = Machine.create(spec.vcpus(cores).ramMib(ramMib).build());
            code = CodeCosts.of(OptimisationLevel.O2, machine);
            heap = new KernelHeap(machine, quirks);
            kernel = ToroKernel.boot(machine, config, heap.threads(code));
            areas = areas(cores, ramMib);
        }

        Rig(int cores, int ramMib, Set<MemQuirk> quirks) {
            this(cores, ramMib, quirks, repairedScheduler(), MachineSpec.builder());
        }

        RunResult run(long millis) {
            return machine.runUntil(Duration.ofMillis(millis));
        }

        long word(GuestThread thread, int field) {
            return heap.memory().load64(thread.recordAddress() + field);
        }

        void liesOn(int core, long block, long bytes) {
            assertThat(block).isGreaterThanOrEqualTo(areas.areaStart(core));
            assertThat(block + bytes).isLessThanOrEqualTo(areas.areaStart(core) + areas.bytesPerCpu());
        }
    }

    private static MemoryAreas areas(int cores, int ramMib) {
        return MemoryAreas.of(new PhysicalMap(E820Map.qemuPc((long) ramMib << 20), cores));
    }

    private static KernelConfig repairedScheduler() {
        return KernelConfig.defaults().withQuirks(ToroQuirks.repaired());
    }

    /** Begins a thread on a core again and again, as long as it gets some; each lives for ever, or exits at once. */
    private static final class Beginner implements GuestProgram {
        private final int core;
        private final boolean exits;
        private final int most;
        private final long stackBytes;
        private final List<GuestThread> begun = new ArrayList<>();
        private boolean asked;
        private boolean refused;

        Beginner(int core, boolean exits, int most, long stackBytes) {
            this.core = core;
            this.exits = exits;
            this.most = most;
            this.stackBytes = stackBytes;
        }

        @Override
        public long next(GuestThread self) {
            if (asked) {
                asked = false;
                GuestThread began = self.began();
                if (began == null) {
                    refused = true;
                } else {
                    begun.add(began);
                }
                return self.switchThread();
            }
            if (refused || begun.size() == most) {
                return self.suspend();
            }
            asked = true;
            GuestProgram program = exits ? GuestProgram.once(Step.compute(Duration.ofNanos(100))) : forEver();
            return self.beginThread(core, "thread " + begun.size(), program, stackBytes);
        }
    }

    private static GuestProgram forEver() {
        return GuestProgram.loop(Step.suspend());
    }

    private static Beginner begin(Rig rig, int core, boolean exits, int most) {
        Beginner beginner = new Beginner(core, exits, most, THREAD_STACK);
        rig.kernel.spawn(0, "beginner", beginner);
        return beginner;
    }

    @Test
    void recordStackAndHeap_lieInTheMemoryOfTheCoreThatCreates() {
        Rig rig = new Rig(2, 32, MemQuirk.toro2018());
        GuestThread main = rig.kernel.spawnMain("main", forEver());
        Beginner here = begin(rig, 0, false, 1);
        Beginner there = begin(rig, 1, false, 1);
        rig.run(1000);
        GuestThread[] threads = {main, here.begun.get(0), there.begun.get(0)};
        int[] stacks = {MAIN_STACK, THREAD_STACK, THREAD_STACK};
        int[] cores = {0, 0, 1};
        Set<Long> blocks = new TreeSet<>();
        for (int i = 0; i < threads.length; i++) {
            GuestThread thread = threads[i];
            assertThat(rig.word(thread, ThreadBlocks.THREAD_ID)).isEqualTo(thread.recordAddress());
            assertThat(rig.word(thread, ThreadBlocks.STACK_SIZE)).isEqualTo(stacks[i]);
            assertThat(rig.word(thread, ThreadBlocks.TLS)).isZero();
            rig.liesOn(cores[i], thread.recordAddress(), 160);
            rig.liesOn(cores[i], rig.word(thread, ThreadBlocks.STACK_ADDRESS), stacks[i]);
            rig.liesOn(cores[i], rig.word(thread, ThreadBlocks.PRIVATE_HEAP), PRIVATE_HEAP);
            blocks.add(thread.recordAddress());
            blocks.add(rig.word(thread, ThreadBlocks.STACK_ADDRESS));
            blocks.add(rig.word(thread, ThreadBlocks.PRIVATE_HEAP));
        }
        assertThat(blocks).hasSize(9);
        long five = 5 * (RECORD_BLOCK + PRIVATE_HEAP) + MAIN_STACK + 4 * THREAD_STACK; // the two that begin threads too
        assertThat(rig.heap.liveBytes()).isEqualTo(five);
        assertThat(rig.heap.highWaterBytes()).isEqualTo(five);
    }

    @Test
    void threadVariables_areABlock_notOfTheFirstThread() {
        Rig rig =
                new Rig(1, 32, MemQuirk.toro2018(), repairedScheduler().withThreadVarWords(20), MachineSpec.builder());
        GuestThread first = rig.kernel.spawn(0, "first", forEver());
        GuestThread second = rig.kernel.spawn(0, "second", forEver());
        assertThat(rig.word(first, ThreadBlocks.TLS)).isZero();
        rig.liesOn(0, rig.word(second, ThreadBlocks.TLS), 160);
        assertThat(rig.heap.liveBytes()).isEqualTo(2 * (RECORD_BLOCK + THREAD_STACK + PRIVATE_HEAP) + 256);
    }

    /** What a thread asks for, in that order, of an allocator by itself, until there is no record or no stack: so many threads. */
    private static int threads(int cores, int ramMib, int core, Set<MemQuirk> quirks, int before) {
        ToroAllocator allocator = new ToroAllocator(
                new SparseRam((long) ramMib << 20),
                areas(cores, ramMib),
                quirks.isEmpty() ? EnumSet.noneOf(MemQuirk.class) : EnumSet.copyOf(quirks),
                AllocatorCosts.FREE);
        for (int count = 0; ; count++) {
            if (allocator.alloc(core, 160) == 0 || allocator.alloc(core, THREAD_STACK) == 0) {
                return count - before;
            }
            allocator.alloc(core, PRIVATE_HEAP); // nil is not looked at
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void threadsThatLiveForEver_runOutWhereArithmeticSays(int core) {
        Rig rig = new Rig(2, 16, MemQuirk.toro2018());
        Beginner beginner = begin(rig, core, false, Integer.MAX_VALUE);
        RunResult result = rig.run(60_000);
        int expected = threads(2, 16, core, MemQuirk.toro2018(), core == 0 ? 1 : 0);
        assertThat(beginner.begun).hasSize(expected);
        assertThat(beginner.refused).isTrue();
        assertThat(result.warnings())
                .filteredOn(w -> w.contains("memory at"))
                .singleElement()
                .asString()
                .startsWith("core " + core + " ran out of memory at ")
                .endsWith("beginThread of thread thread " + expected + " by beginner has begun nothing");
        // the area holds what they have, headers included, and no stack more
        long withHeap = beginner.begun.stream()
                .filter(t -> rig.word(t, ThreadBlocks.PRIVATE_HEAP) != 0)
                .count();
        long area = rig.areas.bytesPerCpu();
        assertThat(withHeap).isPositive().isLessThanOrEqualTo(area / (PRIVATE_HEAP + THREAD_STACK + RECORD_BLOCK + 24));
        assertThat((long) expected).isGreaterThan(withHeap).isLessThan(area / (THREAD_STACK + RECORD_BLOCK + 16));
        assertThat(rig.heap.statistics(core).largestFreeBytes()).isLessThan(THREAD_STACK);
        // what had been taken for the one that was not begun has been given back
        assertThat(rig.heap.liveBytes())
                .isEqualTo((expected + (core == 0 ? 1L : 2L) - 1) * (RECORD_BLOCK + THREAD_STACK)
                        + withHeap * PRIVATE_HEAP
                        + (RECORD_BLOCK + THREAD_STACK + PRIVATE_HEAP)
                        - (core == 0 ? 0 : RECORD_BLOCK + THREAD_STACK));
    }

    @Test
    void theLargerStack_runsOutFirst() {
        Rig rig = new Rig(1, 16, MemQuirk.repaired());
        Beginner large = new Beginner(0, false, Integer.MAX_VALUE, 1 << 20);
        rig.kernel.spawn(0, "beginner", large);
        rig.run(1000);
        // of 8 MiB less 246,000 bytes of lists: blocks of 4, 2 and 1 MiB, of which each cut costs a header
        assertThat(large.begun).hasSize(4);
        assertThat(large.refused).isTrue();
    }

    @Test
    void freedStacks_areUsedAgain_byTheSameCore() {
        Rig rig = new Rig(1, 16, MemQuirk.toro2018());
        Beginner beginner = begin(rig, 0, true, 1_000);
        rig.run(1_000);
        assertThat(beginner.begun).hasSize(1_000).allMatch(GuestThread::exited);
        assertThat(beginner.begun.stream().map(GuestThread::recordAddress).distinct())
                .hasSizeLessThan(3);
        long beginners = RECORD_BLOCK + THREAD_STACK + PRIVATE_HEAP;
        assertThat(rig.heap.liveBytes()).isEqualTo(beginners + PRIVATE_HEAP); // which waits in the pool
        assertThat(rig.heap.highWaterBytes()).isLessThanOrEqualTo(3 * beginners);
    }

    /** Blocks of the other core's boot memory go to core 0's lists when they are freed there. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void memoryOfTheOtherCore_driftsToTheFirst_withBootMemoryTagged(boolean tagged) {
        EnumSet<MemQuirk> quirks = MemQuirk.toro2018();
        if (!tagged) {
            quirks.remove(MemQuirk.BOOT_MEMORY_TAGGED_CPU_0);
        }
        Rig rig = new Rig(2, 16, quirks);
        GuestThread[] first = new GuestThread[1];
        rig.kernel.spawn(
                0,
                "beginner",
                GuestProgram.once(
                        self -> self.beginThread(
                                1, "short", GuestProgram.once(Step.compute(Duration.ofNanos(100))), 1 << 20),
                        self -> {
                            first[0] = self.began();
                            return self.sleep(Picos.PER_SECOND);
                        }));
        long before = rig.heap.statistics(0).freeBytes();
        rig.run(900);
        assertThat(first[0].exited()).isTrue();
        rig.liesOn(1, first[0].recordAddress(), 160);
        long beginners = RECORD_BLOCK + THREAD_STACK + PRIVATE_HEAP;
        long drifted = rig.heap.statistics(0).freeBytes() - before;
        if (tagged) {
            assertThat(drifted).isGreaterThanOrEqualTo(1 << 20); // the stack at least
        } else {
            assertThat(drifted).isLessThanOrEqualTo(0).isGreaterThan(-2 * beginners);
        }
    }

    /** So a core whose threads come and go has no memory for the second of them, though never more than one lives. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void threadsThatComeAndGo_emptyTheOtherCoresMemory_withBootMemoryTagged(boolean tagged) {
        EnumSet<MemQuirk> quirks = MemQuirk.toro2018();
        quirks.remove(MemQuirk.POOLED_HEAP_TAKEN_FOR_BLOCK); // with it the core stops: the next test
        if (!tagged) {
            quirks.remove(MemQuirk.BOOT_MEMORY_TAGGED_CPU_0);
        }
        Rig rig = new Rig(2, 14, quirks); // 3 MiB for each core
        Beginner beginner = new Beginner(1, true, 40, 1 << 20);
        rig.kernel.spawn(0, "beginner", beginner);
        rig.run(60_000);
        assertThat(beginner.refused).isEqualTo(tagged);
        assertThat(beginner.begun).hasSize(tagged ? 1 : 40);
        assertThat(rig.machine.vcpu(1).panic()).isEmpty();
    }

    /** A private heap that waits in the pool is taken for a free block when nothing larger is left: the core stops instead of saying nil. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPooledHeap_isTakenForAStack(boolean taken) {
        EnumSet<MemQuirk> quirks = MemQuirk.toro2018();
        if (!taken) {
            quirks.remove(MemQuirk.POOLED_HEAP_TAKEN_FOR_BLOCK);
        }
        Rig rig = new Rig(1, 16, quirks);
        boolean[] refused = new boolean[1];
        rig.kernel.spawn(
                0,
                "greedy",
                GuestProgram.once(
                        self -> self.beginThread(-1, "short", GuestProgram.once(Step.compute(Duration.ofNanos(100)))),
                        Step.yieldCpu(),
                        self -> self.beginThread(-1, "huge", forEver(), 1 << 27),
                        self -> {
                            refused[0] = self.began() == null;
                            return self.suspend();
                        }));
        rig.run(20);
        assertThat(rig.machine.vcpu(0).panic().isPresent()).isEqualTo(taken);
        if (taken) {
            assertThat(rig.machine.vcpu(0).panic().orElseThrow()).startsWith("free block is corrupted");
        }
        assertThat(refused[0]).isEqualTo(!taken);
    }

    /** What is freed at the end of a thread is what its record says by then. */
    @Test
    void aRecordThatSomebodyHasOverwritten_stopsItsCore_withOneLine() {
        for (int field : new int[] {ThreadBlocks.STACK_ADDRESS, ThreadBlocks.PRIVATE_HEAP}) {
            Rig rig = new Rig(1, 16, MemQuirk.toro2018());
            GuestThread victim = rig.kernel.spawn(0, "victim", GuestProgram.once(Step.compute(Duration.ofMillis(1))));
            rig.heap.memory().store64(victim.recordAddress() + field, 0x7fff_ffff_ffffL);
            rig.run(10);
            assertThat(rig.machine.vcpu(0).panic().orElseThrow())
                    .contains("0x7fffffffffff on core 0: ")
                    .doesNotContain("\n");
        }
    }

    /** The price of the allocator's calls is that of packets: four for a thread with a private heap, four when it exits. */
    @Test
    void threadCreate_paysForTheAllocatorsCalls() {
        long[] bare = new long[2];
        Machine machine =
                Machine.create(MachineSpec.builder().vcpus(1).ramMib(16).build());
        measure(machine, ToroKernel.boot(machine, repairedScheduler()), bare);
        long[] paid = new long[2];
        Rig rig = new Rig(1, 16, MemQuirk.toro2018());
        measure(rig.machine, rig.kernel, paid);
        long callPs = rig.code.ps(Routine.ALLOCATE, 1);
        assertThat(callPs).isPositive();
        assertThat(paid[0] - bare[0]).isEqualTo(3 * callPs); // record, stack, private heap
        assertThat(paid[1] - bare[1]).isEqualTo(6 * callPs); // and the thread has exited
    }

    private static void measure(Machine machine, ToroKernel kernel, long[] atPs) {
        kernel.spawn(
                0,
                "beginner",
                GuestProgram.once(
                        self -> self.beginThread(-1, "short", GuestProgram.once(Step.compute(Duration.ofNanos(100)))),
                        self -> {
                            atPs[0] = self.nowPs();
                            return self.switchThread();
                        },
                        self -> {
                            atPs[1] = self.nowPs();
                            return self.suspend();
                        }));
        machine.runUntil(Duration.ofMillis(1));
    }

    /** Stepped one by one, passed over or not: the same run to the digest, the memory and the addresses. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void everyWayOfStepping_isTheSameRun(Mode mode) {
        assertThat(seen(mode.spec())).isEqualTo(seen(MachineSpec.builder()));
    }

    private enum Mode {
        EXACT,
        WITHOUT_FAST_FORWARD,
        CHECKED;

        MachineSpec.Builder spec() {
            return switch (this) {
                case EXACT -> MachineSpec.builder().exactStepping(true);
                case WITHOUT_FAST_FORWARD -> MachineSpec.builder().fastForward(false);
                case CHECKED -> MachineSpec.builder().checkPolling(true);
            };
        }
    }

    private static String seen(MachineSpec.Builder spec) {
        Rig rig = new Rig(4, 20, MemQuirk.toro2018(), KernelConfig.defaults(), spec);
        List<Beginner> beginners = new ArrayList<>();
        for (int core = 0; core < 4; core++) {
            Beginner beginner = new Beginner((core + 1) % 4, core != 1, 12, 10_240);
            rig.kernel.spawn(core, "beginner " + core, beginner);
            rig.kernel.spawn(
                    core, "poller " + core, GuestProgram.loop(Step.poll(Duration.ofNanos(5_000)), Step.yieldIdle()));
            beginners.add(beginner);
        }
        RunResult result = rig.run(350);
        assertThat(beginners).allMatch(b -> !b.begun.isEmpty());
        assertThat(rig.kernel.threads()).anyMatch(GuestThread::exited);
        StringBuilder all = new StringBuilder(Long.toHexString(result.traceDigest()));
        rig.kernel.threads().forEach(t -> all.append(' ').append(t.recordAddress()));
        for (int core = 0; core < 4; core++) {
            all.append(' ').append(rig.heap.statistics(core));
        }
        return all + " " + rig.heap.liveBytes() + " " + rig.heap.highWaterBytes();
    }

    @Test
    void aThreadForWhichThereIsNoMemory_cannotBeSpawned_andIsSaid() {
        Rig rig = new Rig(1, 12, MemQuirk.repaired());
        assertThatThrownBy(() -> {
                    for (int i = 0; ; i++) {
                        rig.kernel.spawn(0, "thread" + i, forEver());
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("the memory of core 0 has run out, thread=thread[0-9]+, stackBytes=4096");
    }

    @Test
    void aNegativeStack_isRefusedByName() {
        Rig rig = new Rig(1, 12, MemQuirk.repaired());
        rig.kernel.spawn(0, "asks", self -> self.beginThread(-1, "new", forEver(), -1));
        assertThatThrownBy(() -> rig.run(1)).hasMessageContaining("stackBytes must be at least 0, stackBytes=-1");
    }
}
