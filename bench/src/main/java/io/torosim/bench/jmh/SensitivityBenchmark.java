package io.torosim.bench.jmh;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.Chart;
import io.torosim.experiment.ExperimentResult.Chart.TornadoChart;
import io.torosim.experiment.cpu.SensitivityExperiment;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Which conclusions about CPU usage hang on a guess: how many there are, how many hold with every guessed parameter at either
 * end of its range, and the widest bar of all in points of CPU.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar SensitivityBenchmark}. To be seen: the figure of Ubuntu in traffic is
 * the one that moves most.
 */
public class SensitivityBenchmark extends ExperimentBenchmark {
    /** Creates the benchmark. */
    public SensitivityBenchmark() {}

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult sensitivity() {
        ExperimentResult result = run(spec -> new SensitivityExperiment(spec));
        int conclusions = 0;
        int surviving = 0;
        double widest = 0;
        for (Chart chart : result.charts()) {
            TornadoChart tornado = (TornadoChart) chart;
            conclusions++;
            surviving += tornado.survives() ? 1 : 0;
            for (TornadoChart.Bar bar : tornado.bars()) {
                widest = Math.max(widest, bar.width());
            }
        }
        SimulatedFigures.record("conclusions", conclusions, "conclusions");
        SimulatedFigures.record("surviving", surviving, "conclusions");
        SimulatedFigures.record("widest", widest, "points of CPU");
        return result;
    }
}
