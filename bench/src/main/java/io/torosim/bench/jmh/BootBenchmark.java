package io.torosim.bench.jmh;

import io.torosim.bench.spec.SpecFile;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.PhaseRow;
import io.torosim.experiment.boot.BootExperiment;
import io.torosim.guest.boot.BootPath;
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
 * Boot time of ToroHello on every path. The score is the time that the simulation took; the auxiliary counters are
 * simulated milliseconds from the start of QEMU to the first thread, and the same on every machine.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar Boot}. To be seen with the default specification: QEMU-Lite
 * between 105 and 140 ms (published: 123), Multiboot slower, the raw image slowest. JMH adds auxiliary counters up over
 * iterations, so there is one iteration of one call.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
@State(Scope.Benchmark)
public class BootBenchmark {
    /** Seed of every random stream. */
    @Param("42")
    public long seed;

    /** Creates the benchmark. */
    public BootBenchmark() {}

    /** Simulated boot times. Public fields, because JMH resets only those. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class SimulatedBoot {
        /** Raw image through the BIOS. */
        public double rawImageMs;
        /** Multiboot kernel on QEMU. */
        public double multibootMs;
        /** QEMU-Lite. */
        public double qemuLiteMs;

        /** Creates counters at 0. */
        public SimulatedBoot() {}
    }

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult boot(SimulatedBoot simulated) {
        ExperimentResult result = new BootExperiment(SpecFile.defaults().boot()).run(seed, Experiment.Progress.NONE);
        simulated.rawImageMs = millis(result, BootPath.BIOS);
        simulated.multibootMs = millis(result, BootPath.MULTIBOOT);
        simulated.qemuLiteMs = millis(result, BootPath.QEMU_LITE);
        return result;
    }

    static double millis(ExperimentResult result, BootPath path) {
        return result.phases().stream()
                .filter(p -> p.path().equals(path.label()))
                .mapToDouble(PhaseRow::millis)
                .sum();
    }
}
