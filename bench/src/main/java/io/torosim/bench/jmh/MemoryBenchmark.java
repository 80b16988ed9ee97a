package io.torosim.bench.jmh;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.mem.MemoryExperiment;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Allocators on the recorded traces: simulated time of a request of the HTTP trace, and the memory that serves it.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar MemoryBenchmark}. To be seen: Toro's allocator is the quickest and
 * needs more memory than a segregated fit.
 */
public class MemoryBenchmark extends ExperimentBenchmark {
    /** Creates the benchmark. */
    public MemoryBenchmark() {}

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult memory() {
        ExperimentResult result = run(spec -> new MemoryExperiment(spec));
        ObtainedFigure.record("toroTime", result, "http-serving-toro-2018.simulated-time-request-end");
        ObtainedFigure.record("segregatedTime", result, "http-serving-segregated-fit.simulated-time-request-end");
        ObtainedFigure.record("toroMemory", result, "http-serving-toro-2018.memory-that-serves-trace-most");
        ObtainedFigure.record("segregatedMemory", result, "http-serving-segregated-fit.memory-that-serves-trace-most");
        return result;
    }
}
