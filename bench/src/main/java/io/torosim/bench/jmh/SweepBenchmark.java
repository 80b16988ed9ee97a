package io.torosim.bench.jmh;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.cpu.SweepExperiment;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * CPU usage over load, cores and idle policies: requests answered with the window of 200 ms, without it, and without it once
 * the defects are repaired.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar SweepBenchmark}. To be seen: without its window Toro of 2018 answers a
 * small part of what it answers with it, and all of it once repaired.
 */
public class SweepBenchmark extends ExperimentBenchmark {
    /** Creates the benchmark. */
    public SweepBenchmark() {}

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult sweep() {
        ExperimentResult result = run(spec -> new SweepExperiment(spec));
        String metric = "requests answered";
        ObtainedFigure.record("answeredWithWindow", result, "toro-after.answered");
        ObtainedFigure.record("answeredHaltingAtOnce", result, "halt-at-once.answered");
        ObtainedFigure.record("answeredHaltingAtOnceRepaired", result, "halt-at-once-repaired.answered");
        return result;
    }
}
