package io.torosim.bench.jmh;

import io.torosim.bench.spec.SpecFile;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.spec.Specification;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the benchmarks of experiments have in common. The score is the time that the simulation took on this machine; the
 * secondary results are {@link SimulatedFigures}, the same on every machine, for any number of iterations and forks.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
@State(Scope.Benchmark)
public abstract class ExperimentBenchmark {
    /** What {@link #spec} says for the specification that needs no file. */
    static final String DEFAULT_SPEC = "default";

    /** Seed of every random stream. */
    @Param("42")
    public long seed;

    /** Specification file (TOML), or {@code "default"}. */
    @Param(DEFAULT_SPEC)
    public String spec;

    private Specification read;

    /** For the benchmarks. */
    protected ExperimentBenchmark() {}

    /** Returns what {@code spec} says. */
    static Specification read(String spec) {
        return spec.equals(DEFAULT_SPEC) ? SpecFile.defaults() : SpecFile.read(Path.of(spec));
    }

    /** Reads the specification. */
    @Setup(Level.Trial)
    public void readSpecification() {
        read = read(spec);
    }

    /** Runs the experiment that the specification makes. */
    protected final ExperimentResult run(Function<Specification, Experiment> experiment) {
        return experiment.apply(read).run(seed, Experiment.Progress.NONE);
    }
}
