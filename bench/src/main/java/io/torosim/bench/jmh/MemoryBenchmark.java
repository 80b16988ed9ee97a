package io.torosim.bench.jmh;

import io.torosim.core.cost.CostModel;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.mem.MemoryExperiment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Allocators on the recorded traces. The score is the time that the simulation took; the auxiliary counters are simulated figures, the same on every
 * machine.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar MemoryBenchmark}. To be seen: Toro's allocator is the quickest and needs more memory than a segregated fit. JMH adds auxiliary counters
 * up over iterations, so there is one iteration of one call.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
@State(Scope.Benchmark)
public class MemoryBenchmark {
    /** Seed of every random stream. */
    @Param("42")
    public long seed;

    /** Creates the benchmark. */
    public MemoryBenchmark() {}

    /** Simulated figures. Public fields, because JMH resets only those. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Simulated {
        /** Simulated nanoseconds of a request of the HTTP trace with Toro's allocator. */
        public double toroNanos;
        /** The same with a segregated fit. */
        public double segregatedNanos;
        /** Memory that serves the HTTP trace with Toro's allocator, in KiB. */
        public double toroKib;
        /** The same with a segregated fit. */
        public double segregatedKib;

        /** Creates counters at 0. */
        public Simulated() {}
    }

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult memory(Simulated simulated) {
        ExperimentResult result = new MemoryExperiment(CostModel.standard()).run(seed, Experiment.Progress.NONE);
        String toro = "http-serving, Toro 2018";
        String segregated = "http-serving, Segregated fit";
        simulated.toroNanos = ObtainedFigure.of(result, toro, "simulated time of a request");
        simulated.segregatedNanos = ObtainedFigure.of(result, segregated, "simulated time of a request");
        simulated.toroKib = ObtainedFigure.of(result, toro, "memory that serves");
        simulated.segregatedKib = ObtainedFigure.of(result, segregated, "memory that serves");
        return result;
    }
}
