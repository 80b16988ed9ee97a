package io.torosim.bench.jmh;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.network.NetworkExperiment;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Toro's network stack over delay and loss: the time of 16,000 bytes over a round trip of 20 ms, as Toro of 2018 sends them and
 * with as many segments in flight as the window holds; of 300 requests with 1 % of the frames lost, those answered.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar NetworkBenchmark}. To be seen: one segment in flight makes an answer
 * take a round trip to each segment, and lost segments leave connections behind.
 */
public class NetworkBenchmark extends ExperimentBenchmark {
    /** Creates the benchmark. */
    public NetworkBenchmark() {}

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult network() {
        ExperimentResult result = run(spec -> new NetworkExperiment(spec));
        ObtainedFigure.record("stopAndWait", result, "delay-20-ms.toro-2018.time-request");
        ObtainedFigure.record("window", result, "delay-20-ms.window-heeded.time-request");
        ObtainedFigure.record("answered", result, "loss-1-percent.toro-2018.requests-answered");
        ObtainedFigure.record("answeredRepaired", result, "loss-1-percent.repaired.requests-answered");
        return result;
    }
}
