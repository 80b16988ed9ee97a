package io.torosim.bench.jmh.virtio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link VirtqueueBenchmark} and the C program beside it, in one go, and prints the ratios.
 *
 * <pre>java -cp bench/target/benchmarks.jar io.torosim.bench.jmh.virtio.VirtqueueComparison [result.json]</pre>
 *
 * <p>Without gcc the C column is empty. Times are shown, not judged.
 */
public final class VirtqueueComparison {
    private VirtqueueComparison() {}

    /** Runs it; the optional argument is where JMH's raw JSON goes. */
    public static void main(String[] args) throws IOException, InterruptedException, RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.include(VirtqueueBenchmark.class.getSimpleName()).addProfiler(GCProfiler.class);
        if (args.length > 0) {
            options.resultFormat(ResultFormatType.JSON).result(args[0]);
        }
        Map<String, Double> c = baseline();
        Collection<RunResult> results = new Runner(options.build()).run();
        System.out.printf(
                "%-14s %5s %11s %9s %9s %7s %8s%n",
                "benchmark", "batch", "descriptors", "ns", "C ns", "ratio", "B/buffer");
        for (RunResult result : results) {
            String batch = result.getParams().getParam("batch");
            String descriptors = result.getParams().getParam("descriptors");
            double ns = result.getPrimaryResult().getScore();
            double bytes = result.getSecondaryResults().containsKey("gc.alloc.rate.norm")
                    ? result.getSecondaryResults().get("gc.alloc.rate.norm").getScore()
                    : Double.NaN;
            Double base = c.get(descriptors + "/" + batch);
            System.out.printf(
                    "%-14s %5s %11s %9.2f %9s %7s %8.3f%n",
                    result.getPrimaryResult().getLabel(),
                    batch,
                    descriptors,
                    ns,
                    base == null ? "-" : String.format("%.2f", base),
                    base == null ? "-" : String.format("%.2f", ns / base),
                    bytes);
        }
    }

    /** Builds and runs the C program; nanoseconds per buffer by "descriptors/batch", empty without gcc. */
    private static Map<String, Double> baseline() throws IOException, InterruptedException {
        Map<String, Double> results = new TreeMap<>();
        Path folder = Files.createTempDirectory("vring");
        Path source = folder.resolve("vring.c");
        Path program = folder.resolve("vring");
        try (InputStream in = VirtqueueComparison.class.getResourceAsStream("vring.c")) {
            Files.copy(in, source);
        }
        try {
            if (run(List.of("gcc", "-O2", "-o", program.toString(), source.toString())) != null) {
                for (String descriptors : List.of("1", "3")) {
                    for (String batch : List.of("1", "32", "256")) {
                        String out = run(List.of(program.toString(), descriptors, batch));
                        if (out != null) {
                            results.put(descriptors + "/" + batch, Double.parseDouble(out.trim()));
                        }
                    }
                }
            }
        } catch (IOException e) {
            System.out.println("no C baseline: " + e.getMessage());
        } finally {
            Files.deleteIfExists(program);
            Files.deleteIfExists(source);
            Files.deleteIfExists(folder);
        }
        return results;
    }

    /** Returns the output of a command that ended well, or null. */
    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? output : null;
    }
}
