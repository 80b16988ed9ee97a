package io.torosim.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.torosim.bench.spec.SpecFile;
import io.torosim.experiment.CaseResult;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.boot.BootExperiment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    void auxiliaryCounters_areTheSimulatedBootTimes() throws RunnerException {
        List<RunResult> results = List.copyOf(new Runner(new OptionsBuilder()
                        .include(BootBenchmark.class.getSimpleName())
                        .forks(0)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run());
        Map<String, Double> counters = new TreeMap<>();
        results.get(0).getSecondaryResults().forEach((name, r) -> counters.put(name, r.getScore()));
        double published = new BootExperiment(SpecFile.defaults().boot())
                .run(42, Experiment.Progress.NONE).cases().stream()
                        .filter(c -> c.published().equals("123"))
                        .mapToDouble(CaseResult::obtained)
                        .findFirst()
                        .orElseThrow();

        assertThat(counters).containsOnlyKeys("rawImageMs", "multibootMs", "qemuLiteMs");
        assertThat(counters.get("qemuLiteMs"))
                .isCloseTo(published, within(1e-6))
                .isBetween(105.0, 140.0);
        assertThat(counters.get("rawImageMs")).isGreaterThan(counters.get("multibootMs"));
        assertThat(counters.get("multibootMs")).isGreaterThan(counters.get("qemuLiteMs"));
    }
}
