package io.torosim.bench.jmh;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.o2.OptimisationExperiment;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * File serving compiled with and without {@code -O2}: percent less time of a request under software emulation, 10,000 bytes
 * with a screen, and the largest gain under KVM.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar OptimisationBenchmark}. To be seen: the gain is near the published
 * 12 % under software emulation and small under KVM.
 */
public class OptimisationBenchmark extends ExperimentBenchmark {
    /** Creates the benchmark. */
    public OptimisationBenchmark() {}

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult optimisation() {
        ExperimentResult result = run(spec -> new OptimisationExperiment(spec));
        ObtainedFigure.record("emulated", result, "tcg-multi-vga-10000.time-request-o2-against-o");
        ObtainedFigure.record("kvm", result, "kvm.largest-gain");
        return result;
    }
}
