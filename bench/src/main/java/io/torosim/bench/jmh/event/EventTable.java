package io.torosim.bench.jmh.event;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Prints the table of docs/PERFORMANCE.md: every cell in a JVM of its own, the engines one after the other within a cell,
 * all repeated for some rounds; the figure is the median over rounds of CPU ns an operation.
 *
 * <pre>java -cp bench/target/benchmarks.jar io.torosim.bench.jmh.event.EventTable [rounds, default 3] [warm-up s, default 3] [part of a
 * row's name]</pre>
 */
public final class EventTable {
    private record Cell(String name, String type, @Nullable String parameter, @Nullable String value, double bar) {}

    private static final List<Cell> CELLS = List.of(
            new Cell("hold, 16 pending", "HoldBenchmark", "pending", "16", Double.NaN),
            new Cell("hold, 24 pending", "HoldBenchmark", "pending", "24", Double.NaN),
            new Cell("hold, 32 pending", "HoldBenchmark", "pending", "32", Double.NaN),
            new Cell("hold, 48 pending", "HoldBenchmark", "pending", "48", Double.NaN),
            new Cell("hold, 64 pending", "HoldBenchmark", "pending", "64", Double.NaN),
            new Cell("hold, 100 pending", "HoldBenchmark", "pending", "100", 0.75),
            new Cell("hold, 10^4 pending", "HoldBenchmark", "pending", "10000", 0.25),
            new Cell("hold, 10^6 pending", "HoldBenchmark", "pending", "1000000", 0.13),
            new Cell("ties, ten a tick", "TiesBenchmark", null, null, 0.30),
            new Cell("cancel 90 %, 10^4 flows", "CancelBenchmark", null, null, 0.13),
            new Cell("M/M/1, a customer", "QueueBenchmark", null, null, 0.75),
            new Cell("callback switch, 2", "SwitchBenchmark", "processes", "2", Double.NaN),
            new Cell("callback switch, 1000", "SwitchBenchmark", "processes", "1000", Double.NaN));

    private EventTable() {}

    /** Runs it. */
    public static void main(String[] args) throws RunnerException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        int warmup = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        System.out.printf(
                Locale.ROOT,
                "%s, %s, %d processors, %d rounds, %d s of warm-up%n%n",
                System.getProperty("java.vm.name"),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                rounds,
                warmup);
        System.out.println("| workload | ToroSim ns | SSJ ns | PriorityQueue ns | ToroSim / SSJ | bar | B/op |");
        System.out.println("|---|---:|---:|---:|---:|---:|---:|");
        for (Cell cell : CELLS) {
            if (args.length < 3 || cell.name().contains(args[2])) {
                row(cell, rounds, warmup);
            }
        }
    }

    private static void row(Cell cell, int rounds, int warmup) throws RunnerException {
        Engine[] engines = Engine.values();
        List<List<Double>> times = new ArrayList<>();
        for (int i = 0; i < engines.length; i++) {
            times.add(new ArrayList<>());
        }
        List<Double> ratios = new ArrayList<>();
        double bytes = 0;
        for (int round = 0; round < rounds; round++) {
            for (Engine engine : engines) {
                RunResult result = run(cell, engine, warmup);
                double cpuNs = score(result, "cpuNs") / score(result, "fired");
                times.get(engine.ordinal()).add(cpuNs);
                if (engine == Engine.TOROSIM) {
                    bytes = Math.max(bytes, score(result, "gc.alloc.rate.norm"));
                }
            }
            ratios.add(times.get(0).get(round) / times.get(1).get(round));
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %.1f | %.2f | %s | %.2f |%n",
                cell.name(),
                median(times.get(0)),
                median(times.get(1)),
                median(times.get(2)),
                median(ratios),
                Double.isNaN(cell.bar()) ? "-" : cell.bar(),
                bytes);
    }

    private static RunResult run(Cell cell, Engine engine, int warmup) throws RunnerException {
        var options = new OptionsBuilder()
                .include("jmh\\.event\\." + cell.type() + "\\.advance")
                .param("engine", engine.name())
                .warmupIterations(warmup)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(3)
                .measurementTime(TimeValue.seconds(1))
                .forks(1)
                .jvmArgsAppend("-Xms1g", "-Xmx1g")
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT);
        if (cell.parameter() != null) {
            options.param(cell.parameter(), cell.value());
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        return results.iterator().next();
    }

    private static double score(RunResult result, String name) {
        for (Result<?> secondary : result.getSecondaryResults().values()) {
            if (secondary.getLabel().endsWith(name)) {
                return secondary.getScore();
            }
        }
        throw new IllegalStateException(
                "no " + name + " among " + result.getSecondaryResults().keySet());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(null);
        return sorted.get(sorted.size() / 2);
    }
}
