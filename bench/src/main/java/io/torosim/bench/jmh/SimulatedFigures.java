package io.torosim.bench.jmh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * What benchmarks obtain from the simulation, as secondary results of JMH: means over calls, iterations and forks, each with
 * its unit. (JMH's own {@code AuxCounters} add up, so that three iterations show three times the figure, in units of "#".)
 *
 * <p>A benchmark calls {@link #record}. {@link Benchmarks} registers the profiler; with another main class it is
 * {@code -prof io.torosim.bench.jmh.SimulatedFigures}. Any thread may record.
 */
public final class SimulatedFigures implements InternalProfiler {
    private static final Map<String, Figure> RECORDED = new LinkedHashMap<>();

    /** Creates the profiler; JMH does it in each fork. */
    public SimulatedFigures() {}

    private record Figure(double sum, int count, String unit) {}

    /**
     * Records a figure of the call that runs.
     *
     * @param name identifier in the results, without unit
     * @param value the figure
     * @param unit its unit, such as {@code "ms"}; always the same for a name
     */
    public static void record(String name, double value, String unit) {
        synchronized (RECORDED) {
            RECORDED.merge(
                    name, new Figure(value, 1, unit), (a, b) -> new Figure(a.sum + b.sum, a.count + b.count, unit));
        }
    }

    @Override
    public String getDescription() {
        return "Figures that the simulation gave: means, with units";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        synchronized (RECORDED) {
            RECORDED.clear();
        }
    }

    @Override
    public List<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        List<ScalarResult> results = new ArrayList<>();
        synchronized (RECORDED) {
            RECORDED.forEach(
                    (name, f) -> results.add(new ScalarResult(name, f.sum / f.count, f.unit, AggregationPolicy.AVG)));
        }
        return results;
    }
}
