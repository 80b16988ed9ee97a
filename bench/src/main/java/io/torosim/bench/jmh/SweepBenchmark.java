package io.torosim.bench.jmh;

import io.torosim.bench.spec.SpecFile;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.cpu.SweepExperiment;
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
 * CPU usage over load, cores and idle policies. The score is the time that the simulation took; the auxiliary counters are simulated figures, the same on every
 * machine.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar SweepBenchmark}. To be seen: without its window Toro of 2018 answers a small part of what it answers with it, and all of it once repaired. JMH adds auxiliary counters up
 * over iterations, so there is one iteration of one call.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
@State(Scope.Benchmark)
public class SweepBenchmark {
    /** Seed of every random stream. */
    @Param("42")
    public long seed;

    /** Creates the benchmark. */
    public SweepBenchmark() {}

    /** Simulated figures. Public fields, because JMH resets only those. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Simulated {
        /** Requests answered with the window of 200 ms. */
        public double answeredWithWindow;
        /** Requests answered without a window. */
        public double answeredHaltingAtOnce;
        /** The same with the defects repaired. */
        public double answeredHaltingAtOnceRepaired;

        /** Creates counters at 0. */
        public Simulated() {}
    }

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult sweep(Simulated simulated) {
        ExperimentResult result =
                new SweepExperiment(SpecFile.defaults().cpuUsage()).run(seed, Experiment.Progress.NONE);
        String metric = "requests answered";
        simulated.answeredWithWindow = figure(result, "Toro after, 200 ms", metric);
        simulated.answeredHaltingAtOnce = figure(result, "Toro, halt at once", metric);
        simulated.answeredHaltingAtOnceRepaired = figure(result, "Toro, halt at once, defects repaired", metric);
        return result;
    }

    private static double figure(ExperimentResult result, String name, String metric) {
        return result.cases().stream()
                .filter(c -> c.name().equals(name) && c.metric().startsWith(metric))
                .findFirst()
                .orElseThrow()
                .obtained();
    }
}
