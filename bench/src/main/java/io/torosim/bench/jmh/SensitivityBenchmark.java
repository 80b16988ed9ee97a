package io.torosim.bench.jmh;

import io.torosim.bench.spec.SpecFile;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.TornadoChart;
import io.torosim.experiment.cpu.SensitivityExperiment;
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
 * Which conclusions about CPU usage hang on a guess. The score is the time that the simulation took; the auxiliary counters are simulated figures, the same on every
 * machine.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar SensitivityBenchmark}. To be seen: the figure of Ubuntu in traffic is the one that moves most. JMH adds auxiliary counters up
 * over iterations, so there is one iteration of one call.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
@State(Scope.Benchmark)
public class SensitivityBenchmark {
    /** Seed of every random stream. */
    @Param("42")
    public long seed;

    /** Creates the benchmark. */
    public SensitivityBenchmark() {}

    /** Simulated figures. Public fields, because JMH resets only those. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Simulated {
        /** Conclusions looked at. */
        public double conclusions;
        /** Those that hold with every guessed parameter at either end of its range. */
        public double surviving;
        /** The widest bar of all, in points of CPU. */
        public double widestPoints;

        /** Creates counters at 0. */
        public Simulated() {}
    }

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult sensitivity(Simulated simulated) {
        ExperimentResult result =
                new SensitivityExperiment(SpecFile.defaults().cpuUsage()).run(seed, Experiment.Progress.NONE);
        for (var chart : result.charts()) {
            TornadoChart tornado = (TornadoChart) chart;
            simulated.conclusions++;
            simulated.surviving += tornado.survives() ? 1 : 0;
            for (TornadoChart.Bar bar : tornado.bars()) {
                simulated.widestPoints = Math.max(simulated.widestPoints, bar.width());
            }
        }
        return result;
    }
}
