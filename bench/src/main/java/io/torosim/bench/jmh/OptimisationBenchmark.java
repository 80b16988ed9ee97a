package io.torosim.bench.jmh;

import io.torosim.core.cost.CostModel;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.o2.OptimisationExperiment;
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
 * File serving compiled with -O- and -O2. The score is the time that the simulation took; the auxiliary counters are simulated figures, the same on every
 * machine.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar OptimisationBenchmark}. To be seen: the gain is near the published 12 % under software emulation and small under KVM. JMH adds auxiliary counters
 * up over iterations, so there is one iteration of one call.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
@State(Scope.Benchmark)
public class OptimisationBenchmark {
    /** Seed of every random stream. */
    @Param("42")
    public long seed;

    /** Creates the benchmark. */
    public OptimisationBenchmark() {}

    /** Simulated figures. Public fields, because JMH resets only those. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Simulated {
        /** Percent less time of a request, software emulation, 10,000 bytes with a screen. */
        public double emulatedPercent;
        /** The largest gain under KVM. */
        public double kvmPercent;

        /** Creates counters at 0. */
        public Simulated() {}
    }

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult optimisation(Simulated simulated) {
        ExperimentResult result = new OptimisationExperiment(CostModel.standard()).run(seed, Experiment.Progress.NONE);
        simulated.emulatedPercent =
                ObtainedFigure.of(result, "software emulation, with screen, 10000", "time of a request");
        simulated.kvmPercent = ObtainedFigure.of(result, "KVM", "largest gain");
        return result;
    }
}
