package io.torosim.bench.jmh.mem;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.GuestAllocator;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.trace.AllocatorComparison.AllocatorChoice;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Host time and Java garbage of one simulated request (an allocation or a free) of 8 to 2000 bytes, 256 blocks live, beside
 * a plain Java model of Toro's allocator: the same size classes and LIFO lists as Java objects, no guest memory, no headers,
 * no simulated time.
 *
 * <p>To be seen: no bytes allocated per operation by the simulated allocators once warm.
 *
 * <p>{@code java -jar bench/target/benchmarks.jar AllocatorBenchmark -prof gc}
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "-XX:+UseSerialGC")
public class AllocatorBenchmark {
    private static final int LIVE = 256;
    private static final int OPERATIONS = 2 * LIVE;

    /** The requests, the same for all. */
    @State(Scope.Thread)
    public static class Requests {
        final int[] sizes = new int[LIVE];
        final int[] slots = new int[LIVE];

        /** Draws them. */
        @Setup(Level.Trial)
        public void draw() {
            SplittableRandom random = new SplittableRandom(5);
            for (int i = 0; i < LIVE; i++) {
                sizes[i] = 8 + random.nextInt(1993);
                slots[i] = random.nextInt(LIVE);
            }
        }
    }

    /** A simulated allocator. */
    @State(Scope.Thread)
    public static class Simulated {
        /** Which one. */
        @Param({"TORO_2018", "TORO_REPAIRED", "BUDDY", "SEGREGATED_FIT"})
        public AllocatorChoice choice;

        GuestAllocator allocator;
        final long[] live = new long[LIVE];

        /** Boots it. */
        @Setup(Level.Trial)
        public void boot() {
            MemoryAreas areas = new MemoryAreas(0x800000, 32 << 20, 1);
            allocator = choice.create(new SparseRam(areas.end()), areas, new AllocatorCosts(1, 1, 1, 1, 1, 1, 1));
            for (int i = 0; i < LIVE; i++) {
                live[i] = allocator.alloc(0, 64);
            }
        }
    }

    /** The baseline's state. */
    @State(Scope.Thread)
    public static class Plain {
        @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
        final ArrayDeque<long[]>[] lists = new ArrayDeque[31];

        final long[][] live = new long[LIVE][];
        long next;

        /** Empties it. */
        @Setup(Level.Trial)
        public void clear() {
            for (int i = 0; i < lists.length; i++) {
                lists[i] = new ArrayDeque<>(1024);
            }
            for (int i = 0; i < LIVE; i++) {
                live[i] = take(64);
            }
        }

        long[] take(long size) {
            int sizeClass = 64 - Long.numberOfLeadingZeros(size - 1);
            long[] block = lists[sizeClass].pollLast();
            if (block == null) {
                block = new long[] {next, sizeClass};
                next += 1L << sizeClass;
            }
            return block;
        }

        void give(long[] block) {
            lists[(int) block[1]].addLast(block);
        }
    }

    /** A free and an allocation for each slot drawn. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long simulated(Requests requests, Simulated s) {
        GuestAllocator allocator = s.allocator;
        for (int i = 0; i < LIVE; i++) {
            int slot = requests.slots[i];
            allocator.free(0, s.live[slot]);
            s.live[slot] = allocator.alloc(0, requests.sizes[i]);
        }
        return allocator.busyPs(0);
    }

    /** Baseline: the same in plain Java. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long plainJava(Requests requests, Plain plain) {
        for (int i = 0; i < LIVE; i++) {
            int slot = requests.slots[i];
            plain.give(plain.live[slot]);
            plain.live[slot] = plain.take(requests.sizes[i]);
        }
        return plain.next;
    }
}
