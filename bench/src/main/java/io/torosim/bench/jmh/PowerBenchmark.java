package io.torosim.bench.jmh;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.power.PowerExperiment;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Energy of idle policies under the governors of the host: what both cores draw under ondemand.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar PowerBenchmark}. To be seen: polling draws the whole power of a core,
 * halting nearly none.
 */
public class PowerBenchmark extends ExperimentBenchmark {
    /** Creates the benchmark. */
    public PowerBenchmark() {}

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult power() {
        ExperimentResult result = run(spec -> new PowerExperiment(spec, Duration.ofSeconds(6)));
        ObtainedFigure.record("polling", result, "busy-poll.watts.ondemand");
        ObtainedFigure.record("window", result, "poll-then-halt.watts.ondemand");
        ObtainedFigure.record("halting", result, "halt-at-once.watts.ondemand");
        return result;
    }
}
