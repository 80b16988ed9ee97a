package io.torosim.bench.jmh;

import io.torosim.core.cost.CostModel;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.network.NetworkExperiment;
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
 * Toro's network stack over delay and loss. The score is the time that the simulation took; the auxiliary counters are simulated
 * figures, the same on every machine.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar NetworkBenchmark}. To be seen: one segment in flight makes an answer take a
 * round trip to each segment, and lost segments leave connections behind. JMH adds auxiliary counters up over iterations, so
 * there is one iteration of one call.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
@State(Scope.Benchmark)
public class NetworkBenchmark {
    /** Seed of every random stream. */
    @Param("42")
    public long seed;

    /** Creates the benchmark. */
    public NetworkBenchmark() {}

    /** Simulated figures. Public fields, because JMH resets only those. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Simulated {
        /** 16,000 bytes over a round trip of 20 ms as Toro of 2018 sends them, in ms. */
        public double stopAndWaitMillis;
        /** The same, as many segments in flight as the window holds. */
        public double windowMillis;
        /** Of 300 requests with 1 % of the frames lost, those that Toro of 2018 answers. */
        public double answered;
        /** Of 300 requests with 1 % of the frames lost, those that the repaired stack answers. */
        public double answeredRepaired;

        /** Creates counters at 0. */
        public Simulated() {}
    }

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult network(Simulated simulated) {
        ExperimentResult result = new NetworkExperiment(CostModel.standard()).run(seed, Experiment.Progress.NONE);
        String delayed = "Round trip of 20 ms, ";
        simulated.stopAndWaitMillis = ObtainedFigure.of(result, delayed + "Toro of 2018", "time");
        simulated.windowMillis = ObtainedFigure.of(result, delayed + "as many", "time");
        simulated.answered = ObtainedFigure.of(result, "1 % lost, Toro of 2018", "requests");
        simulated.answeredRepaired = ObtainedFigure.of(result, "1 % lost, all", "requests");
        return result;
    }
}
