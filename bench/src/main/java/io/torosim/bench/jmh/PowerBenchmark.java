package io.torosim.bench.jmh;

import io.torosim.core.cost.CostModel;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.power.PowerExperiment;
import java.time.Duration;
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
 * Energy of idle policies under the governors of the host. The score is the time that the simulation took; the auxiliary counters are simulated figures, the same on every
 * machine.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar PowerBenchmark}. To be seen: polling draws the whole power of a core, halting nearly none. JMH adds auxiliary counters
 * up over iterations, so there is one iteration of one call.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
@State(Scope.Benchmark)
public class PowerBenchmark {
    /** Seed of every random stream. */
    @Param("42")
    public long seed;

    /** Creates the benchmark. */
    public PowerBenchmark() {}

    /** Simulated figures. Public fields, because JMH resets only those. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Simulated {
        /** Both cores under ondemand, polling for ever, in watts. */
        public double pollingWatts;
        /** The same, polling for 200 ms and then halting. */
        public double windowWatts;
        /** The same, halting at once. */
        public double haltingWatts;

        /** Creates counters at 0. */
        public Simulated() {}
    }

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult power(Simulated simulated) {
        ExperimentResult result =
                new PowerExperiment(CostModel.standard(), Duration.ofSeconds(6)).run(seed, Experiment.Progress.NONE);
        simulated.pollingWatts = ObtainedFigure.of(result, "busy poll", "both cores, ondemand");
        simulated.windowWatts = ObtainedFigure.of(result, "200 ms, then halt", "both cores, ondemand");
        simulated.haltingWatts = ObtainedFigure.of(result, "halt at once", "both cores, ondemand");
        return result;
    }
}
