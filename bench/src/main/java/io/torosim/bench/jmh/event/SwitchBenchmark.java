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
 * What does it cost to go from one process to another in callback style? ns a switch; expect 0.4 (2 processes) and 0.1 (1000)
 * of kalasim's 52 and 351 ns or less.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SwitchBenchmark {
    private static final int BATCH = 1000;

    /** The engine. */
    @Param
    public Engine engine;

    /** Processes. */
    @Param({"2", "1000"})
    public int processes;

    private Contender contender;

    /** Fills the event set. */
    @Setup(Level.Trial)
    public void fill() {
        contender = HoldContenders.processes(engine, processes);
    }

    /** Fires a thousand. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void advance(CpuTime cpu) {
        contender.advance(BATCH);
        cpu.fired += BATCH;
    }
}
