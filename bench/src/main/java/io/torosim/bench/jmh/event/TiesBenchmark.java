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
 * What does an event cost when ten share a tick on average and must keep their order? ns an event; expect 0.45 of the best library or
 * less.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TiesBenchmark {
    private static final int BATCH = 1000;

    /** The engine. */
    @Param
    public Engine engine;

    private Contender contender;

    /** Fills the event set. */
    @Setup(Level.Trial)
    public void fill() {
        contender = HoldContenders.ties(engine, 1000);
    }

    /** Fires a thousand. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void advance(CpuTime cpu) {
        contender.advance(BATCH);
        cpu.fired += BATCH;
    }
}
