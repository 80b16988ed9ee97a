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
        ExperimentResult result =
                run(spec -> new NetworkExperiment(spec.cpuUsage().costs()));
        String delayed = "Round trip of 20 ms, ";
        ObtainedFigure.record("stopAndWait", result, delayed + "Toro of 2018", "time");
        ObtainedFigure.record("window", result, delayed + "as many", "time");
        ObtainedFigure.record("answered", result, "1 % lost, Toro of 2018", "requests");
        ObtainedFigure.record("answeredRepaired", result, "1 % lost, all", "requests");
        return result;
    }
}
