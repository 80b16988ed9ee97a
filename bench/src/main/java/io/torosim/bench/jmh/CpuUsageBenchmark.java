package io.torosim.bench.jmh;

import io.torosim.bench.spec.SpecFile;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.Series;
import io.torosim.experiment.cpu.CpuUsageExperiment;
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
 * CPU usage of the QEMU process in the five published cases. The score is the time that the simulation took; the auxiliary
 * counters are simulated percentages, means over all samples of {@code top}, and the same on every machine.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar CpuUsage}. To be seen with the default specification: Toro
 * before near 100, Toro after about half of it, with more messages the same; Ubuntu in between, and near Toro's in traffic
 * with more messages. JMH adds auxiliary counters up over iterations, so there is one iteration of one call.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
@State(Scope.Benchmark)
public class CpuUsageBenchmark {
    /** Seed of every random stream. */
    @Param("42")
    public long seed;

    /** Creates the benchmark. */
    public CpuUsageBenchmark() {}

    /** Simulated %CPU of the QEMU process, mean over all samples. Public fields, because JMH resets only those. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class SimulatedCpuPercent {
        /** Toro before its idle threads. */
        public double toroBeforePercent;
        /** Toro after. */
        public double toroAfterPercent;
        /** Ubuntu. */
        public double ubuntuPercent;
        /** Toro after, with more messages. */
        public double toroMoreMessagesPercent;
        /** Ubuntu, with more messages. */
        public double ubuntuMoreMessagesPercent;
        /** Samples over 99 % among those of Toro after that lie wholly in traffic, as a share in percent. */
        public double toroAfterFullInTrafficPercent;

        /** Creates counters at 0. */
        public SimulatedCpuPercent() {}
    }

    /** Runs the experiment. */
    @Benchmark
    public ExperimentResult cpuUsage(SimulatedCpuPercent simulated) {
        ExperimentResult result =
                new CpuUsageExperiment(SpecFile.defaults().cpuUsage()).run(seed, Experiment.Progress.NONE);
        simulated.toroBeforePercent = mean(result, "Toro before");
        simulated.toroAfterPercent = mean(result, "Toro after");
        simulated.ubuntuPercent = mean(result, "Ubuntu");
        simulated.toroMoreMessagesPercent = mean(result, "Toro, more messages");
        simulated.ubuntuMoreMessagesPercent = mean(result, "Ubuntu, more messages");
        simulated.toroAfterFullInTrafficPercent = 100
                * series(result, "Toro after").samples().stream()
                        .filter(s -> s.phase().equals("burst"))
                        .mapToInt(s -> s.value() >= 99 ? 1 : 0)
                        .average()
                        .orElse(Double.NaN);
        return result;
    }

    static double mean(ExperimentResult result, String name) {
        return series(result, name).samples().stream()
                .mapToDouble(Series.Sample::value)
                .average()
                .orElseThrow();
    }

    private static Series series(ExperimentResult result, String name) {
        return result.series().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
