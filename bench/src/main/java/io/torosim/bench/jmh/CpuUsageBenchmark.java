package io.torosim.bench.jmh;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.Series;
import io.torosim.experiment.cpu.CpuUsageExperiment;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * CPU usage of the QEMU process in the five published cases: simulated %CPU, means over all samples of {@code top}.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar CpuUsage}. To be seen with the default specification: Toro
 * before near 100, Toro after about half of it, with more messages the same; Ubuntu in between, and near Toro's in traffic
 * with more messages.
 */
public class CpuUsageBenchmark extends ExperimentBenchmark {
    /** Creates the benchmark. */
    public CpuUsageBenchmark() {}

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult cpuUsage() {
        ExperimentResult result = run(spec -> new CpuUsageExperiment(spec));
        record("toroBefore", result, "Toro before");
        record("toroAfter", result, "Toro after");
        record("ubuntu", result, "Ubuntu");
        record("toroMoreMessages", result, "Toro, more messages");
        record("ubuntuMoreMessages", result, "Ubuntu, more messages");
        SimulatedFigures.record(
                "toroAfterFullInTraffic",
                100
                        * series(result, "Toro after").samples().stream()
                                .filter(s -> s.phase().equals("burst"))
                                .mapToInt(s -> s.value() >= 99 ? 1 : 0)
                                .average()
                                .orElse(Double.NaN),
                "% of samples");
        return result;
    }

    private static void record(String name, ExperimentResult result, String curve) {
        double mean = series(result, curve).samples().stream()
                .mapToDouble(Series.Sample::value)
                .average()
                .orElseThrow();
        SimulatedFigures.record(name, mean, "%CPU");
    }

    private static Series series(ExperimentResult result, String name) {
        return result.series().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
