package io.torosim.bench.jmh.virtio;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * {@link VirtioRequestBenchmark} along each of its axes, the others where virtio-villain's examples put them: depth 16, batch 4,
 * split, direct, always. A table with requests a second, percentiles of a wave's latency, and as a secondary figure
 * notifications a request, as {@code run-perf} reports them.
 *
 * <pre>java -cp bench/target/benchmarks.jar io.torosim.bench.jmh.virtio.VirtioRequestAxes</pre>
 *
 * <p>What to see: {@code event_idx} sends one notification a wave, {@code always} one a batch. Times are shown, not judged; a
 * JVM of its own for each row and mode, two to three seconds each.
 */
public final class VirtioRequestAxes {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};
    private static final int WARM_UP_MS = 400;
    private static final int ITERATIONS = 3;
    private static final int ITERATION_MS = 300;

    /** One row: the value of every axis. */
    record Row(int queueDepth, int batchSize, String queueFormat, String descriptorLayout, String notificationPolicy) {
        /** Returns the notifications of a request where nothing but the policy decides them. */
        double expectedNotifications() {
            int batch = Math.min(batchSize, queueDepth);
            int batches = (queueDepth + batch - 1) / batch;
            return (notificationPolicy.equals("always") ? batches : 1) / (double) queueDepth;
        }
    }

    private VirtioRequestAxes() {}

    /** Returns the rows: each axis through all its values once. */
    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int depth : new int[] {1, 2, 4, 8, 16, 32}) {
            rows.add(new Row(depth, 4, "split", "direct", "always"));
        }
        for (int batch : new int[] {1, 32}) {
            rows.add(new Row(16, batch, "split", "direct", "always"));
        }
        rows.add(new Row(16, 4, "packed", "direct", "always"));
        rows.add(new Row(16, 4, "split", "indirect", "always"));
        rows.add(new Row(16, 4, "packed", "indirect", "always"));
        rows.add(new Row(16, 4, "split", "direct", "event_idx"));
        rows.add(new Row(16, 1, "split", "direct", "event_idx"));
        rows.add(new Row(16, 1, "packed", "direct", "event_idx"));
        return rows;
    }

    /** Runs it. */
    public static void main(String[] args) throws RunnerException {
        System.out.println("| queueDepth | batchSize | queueFormat | descriptorLayout | notificationPolicy | requests/s"
                + " | p50 us/wave | p90 | p99 | p99.9 | notifications/request |");
        System.out.println("|---:|---:|---|---|---|---:|---:|---:|---:|---:|---:|");
        for (Row row : rows()) {
            RunResult throughput = run(row, "throughput", Mode.Throughput);
            Statistics wave =
                    run(row, "latency", Mode.SampleTime).getPrimaryResult().getStatistics();
            double requests =
                    1000 * row.queueDepth() * throughput.getPrimaryResult().getScore();
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %d | %s | %s | %s | %,.0f | %.2f | %.2f | %.2f | %.2f | %.3f |%n",
                    row.queueDepth(),
                    row.batchSize(),
                    row.queueFormat(),
                    row.descriptorLayout(),
                    row.notificationPolicy(),
                    requests,
                    wave.getPercentile(PERCENTILES[0]),
                    wave.getPercentile(PERCENTILES[1]),
                    wave.getPercentile(PERCENTILES[2]),
                    wave.getPercentile(PERCENTILES[3]),
                    ratio(throughput, "notifications", "submissions"));
        }
    }

    private static double ratio(RunResult result, String part, String whole) {
        return score(result, part) / score(result, whole);
    }

    private static double score(RunResult result, String name) {
        return Objects.requireNonNull(result.getSecondaryResults().get(name), name)
                .getScore();
    }

    private static RunResult run(Row row, String method, Mode mode) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(VirtioRequestBenchmark.class.getName() + "." + method + "$")
                        .mode(mode)
                        .param("queueDepth", String.valueOf(row.queueDepth()))
                        .param("batchSize", String.valueOf(row.batchSize()))
                        .param("queueFormat", row.queueFormat())
                        .param("descriptorLayout", row.descriptorLayout())
                        .param("notificationPolicy", row.notificationPolicy())
                        .warmupIterations(2)
                        .warmupTime(new TimeValue(WARM_UP_MS, TimeUnit.MILLISECONDS))
                        .measurementIterations(ITERATIONS)
                        .measurementTime(new TimeValue(ITERATION_MS, TimeUnit.MILLISECONDS))
                        .forks(1)
                        .jvmArgsAppend("-XX:+UseSerialGC")
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        return results.iterator().next();
    }
}
