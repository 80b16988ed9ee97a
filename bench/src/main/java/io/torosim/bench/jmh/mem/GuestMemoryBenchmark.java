package io.torosim.bench.jmh.mem;

import io.torosim.core.choice.Choices;
import io.torosim.core.memory.GuestAddressSpace;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.MemoryWindow;
import io.torosim.core.memory.SparseRam;
import io.torosim.core.memory.StoreBuffers;
import io.torosim.core.memory.StoreBuffers.StoreOrder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 32-bit loads and stores in simulated RAM beside the bare access, a little-endian {@code VarHandle} view of a
 * {@code byte[]}. One operation = one access at one of 1024 addresses, aligned, in no order, spread over 1 MiB (16 pages).
 *
 * <p>To be seen: {@code sparseRam*} within twice {@code bare*}; {@code interface*} is what a driver written against
 * {@link GuestMemory} pays when three implementations have been used at that very call site; {@code narrowedLoad} is the
 * same program after one {@code instanceof SparseRam} outside its loop.
 *
 * <p>{@code java -jar bench/target/benchmarks.jar GuestMemoryBenchmark -prof gc}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "-XX:+UseSerialGC")
public class GuestMemoryBenchmark {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int COUNT = 1024;
    private static final int SPAN = 1 << 20;
    private static final int PAGE_MASK = SparseRam.PAGE_BYTES - 1;

    private final byte[] bytes = new byte[SPAN];
    private MemoryWindow window;
    private final long[] addresses = new long[COUNT];
    private SparseRam ram;
    private GuestMemory[] kinds;
    private GuestMemory memory;

    /** Touches every page and lets the interface's call sites see three implementations. */
    @Setup(Level.Trial)
    public void touch() {
        SplittableRandom random = new SplittableRandom(5);
        ram = new SparseRam(64 << 20);
        ram.fill(0, SPAN, 7);
        GuestMemory late = new StoreBuffers(ram, StoreOrder.TSO, 8, Choices.fixed()).observer();
        GuestAddressSpace space = new GuestAddressSpace(ram);
        kinds = new GuestMemory[] {ram, late, space};
        for (int i = 0; i < COUNT; i++) {
            addresses[i] = random.nextInt(SPAN / 4) * 4;
        }
        for (int round = 0; round < 2000; round++) {
            loadAll(kinds[round % 3]);
            storeAll(kinds[round % 3]);
        }
        memory = ram;
        window = MemoryWindow.of(memory, 0, SparseRam.PAGE_BYTES);
    }

    private int loadAll(GuestMemory m) {
        int sum = 0;
        for (long address : addresses) {
            sum += m.load32(address);
        }
        return sum;
    }

    private void storeAll(GuestMemory m) {
        for (long address : addresses) {
            m.store32(address, (int) address);
        }
    }

    /** Baseline. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int bareLoad() {
        int sum = 0;
        for (long address : addresses) {
            sum += (int) INT.get(bytes, (int) address);
        }
        return sum;
    }

    /** The bar: at most twice the baseline. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int sparseRamLoad() {
        SparseRam m = ram;
        int sum = 0;
        for (long address : addresses) {
            sum += m.load32(address);
        }
        return sum;
    }

    /** Through the interface, three implementations seen. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int interfaceLoad() {
        return loadAll(memory);
    }

    /** How the penalty is avoided: the class is asked for once, outside the loop. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int narrowedLoad() {
        if (memory instanceof SparseRam m) {
            int sum = 0;
            for (long address : addresses) {
                sum += m.load32(address);
            }
            return sum;
        }
        return loadAll(memory);
    }

    /** Baseline of {@link #windowLoad}: one page's worth of addresses. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int bareLoadInPage() {
        int sum = 0;
        for (long address : addresses) {
            sum += (int) INT.get(bytes, (int) address & PAGE_MASK);
        }
        return sum;
    }

    /** A range resolved once, as rings and tables are; whatever the class of the memory. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int windowLoad() {
        MemoryWindow w = window;
        int sum = 0;
        for (long address : addresses) {
            sum += w.load32((int) address & PAGE_MASK);
        }
        return sum;
    }

    /** A range resolved once. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public MemoryWindow windowStore() {
        MemoryWindow w = window;
        for (long address : addresses) {
            w.store32((int) address & PAGE_MASK, (int) address);
        }
        return w;
    }

    /** Baseline. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public byte[] bareStore() {
        for (long address : addresses) {
            INT.set(bytes, (int) address, (int) address);
        }
        return bytes;
    }

    /** The bar: at most twice the baseline. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public SparseRam sparseRamStore() {
        SparseRam m = ram;
        for (long address : addresses) {
            m.store32(address, (int) address);
        }
        return m;
    }

    /** Through the interface, three implementations seen. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public GuestMemory interfaceStore() {
        storeAll(memory);
        return memory;
    }
}
