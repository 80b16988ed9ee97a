package io.torosim.bench.jmh;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.PhaseRow;
import io.torosim.experiment.boot.BootExperiment;
import io.torosim.guest.boot.BootSequence.BootPath;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Boot time of ToroHello on every path: simulated milliseconds from the start of QEMU to the first thread.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar Boot}. To be seen with the default specification: QEMU-Lite
 * between 105 and 140 ms (published: 123), Multiboot slower, the raw image slowest.
 */
public class BootBenchmark extends ExperimentBenchmark {
    /** Creates the benchmark. */
    public BootBenchmark() {}

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult boot() {
        ExperimentResult result = run(spec -> new BootExperiment(spec));
        record("rawImage", result, BootPath.BIOS);
        record("multiboot", result, BootPath.MULTIBOOT);
        record("qemuLite", result, BootPath.QEMU_LITE);
        return result;
    }

    private static void record(String name, ExperimentResult result, BootPath path) {
        double millis = result.phases().stream()
                .filter(p -> p.path().equals(path.label()))
                .mapToDouble(PhaseRow::millis)
                .sum();
        SimulatedFigures.record(name, millis, "ms");
    }
}
