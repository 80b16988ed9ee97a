package io.torosim.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.torosim.bench.spec.SpecFile;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.boot.BootExperiment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

class BootBenchmarkTest {
    @BeforeAll
    static void runBesideOtherBenchmarks() {
        System.setProperty("jmh.ignoreLock", "true"); // times do not matter here, simulated figures do
    }

    @Test
    void secondaryResults_areTheSimulatedBootTimes_whateverTheIterations() throws RunnerException {
        List<RunResult> results = List.copyOf(new Runner(Benchmarks.options(new OptionsBuilder()
                        .include(BootBenchmark.class.getSimpleName())
                        .forks(0)
                        .warmupIterations(1)
                        .measurementIterations(3)
                        .verbosity(VerboseMode.SILENT)
                        .build()))
                .run());
        Map<String, Double> figures = new TreeMap<>();
        Set<String> units = new TreeSet<>();
        results.get(0).getSecondaryResults().forEach((name, r) -> {
            figures.put(name, r.getScore());
            units.add(r.getScoreUnit());
        });
        double published = new BootExperiment(SpecFile.defaults())
                .run(42, Experiment.Progress.NONE).cases().stream()
                        .filter(c -> c.published().equals("123"))
                        .mapToDouble(CaseResult::obtained)
                        .findFirst()
                        .orElseThrow();

        assertThat(figures).containsOnlyKeys("rawImage", "multiboot", "qemuLite");
        assertThat(figures.get("qemuLite")).isCloseTo(published, within(1e-6)).isBetween(105.0, 140.0);
        assertThat(figures.get("rawImage")).isGreaterThan(figures.get("multiboot"));
        assertThat(figures.get("multiboot")).isGreaterThan(figures.get("qemuLite"));
        assertThat(units).containsOnly("ms");
        assertThat(Path.of("../docs/cli.md"))
                .content()
                .contains("\"qemuLite\" : { \"score\" : " + figures.get("qemuLite") + ", ");
    }
}
