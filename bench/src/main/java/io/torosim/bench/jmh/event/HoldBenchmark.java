package io.torosim.bench.jmh.event;

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
 * What does an event cost while n others are pending? ns an event; expect 0.85, 0.35 and 0.35 of SSJ or less for 100, 10^4 and
 * 10^6 pending, and 0 B/op with {@code -prof gc}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HoldBenchmark {
    private static final int BATCH = 1000;

    /** The engine. */
    @Param
    public Engine engine;

    /** Events pending. */
    @Param({"100", "10000", "1000000"})
    public int pending;

    private Contender contender;

    /** Fills the event set. */
    @Setup(Level.Trial)
    public void fill() {
        contender = HoldContenders.hold(engine, pending);
    }

    /** Fires a thousand. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void advance(CpuTime cpu) {
        contender.advance(BATCH);
        cpu.fired += BATCH;
    }
}
