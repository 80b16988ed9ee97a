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
        ExperimentResult result =
                run(spec -> new MemoryExperiment(spec.cpuUsage().costs()));
        String toro = "http-serving, Toro 2018";
        String segregated = "http-serving, Segregated fit";
        ObtainedFigure.record("toroTime", result, toro, "simulated time of a request");
        ObtainedFigure.record("segregatedTime", result, segregated, "simulated time of a request");
        ObtainedFigure.record("toroMemory", result, toro, "memory that serves");
        ObtainedFigure.record("segregatedMemory", result, segregated, "memory that serves");
        return result;
    }
}
