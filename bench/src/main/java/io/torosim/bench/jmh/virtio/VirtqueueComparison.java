package io.torosim.bench.jmh.virtio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a buffer costs in Java and in C, in one run: {@link VirtqueueCpuTime} in a JVM of its own for each row, and the C
 * program {@code vring.c} built with gcc; both by the CPU time of their thread, best of many samples.
 *
 * <pre>java -cp bench/target/benchmarks.jar io.torosim.bench.jmh.virtio.VirtqueueComparison</pre>
 *
 * <p>What to see: {@code split} at most 2, {@code splitObjects} at most 4 times C. Without gcc the C column is empty.
 * Times are shown, not judged.
 */
public final class VirtqueueComparison {
    private VirtqueueComparison() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Map<String, Double> c = baseline();
        System.out.printf(
                "%-14s %5s %11s %9s %9s %7s%n", "benchmark", "batch", "descriptors", "CPU ns", "C ns", "ratio");
        for (String method : List.of("split", "packed", "splitObjects")) {
            for (String batch : List.of("1", "32", "256")) {
                for (String descriptors : List.of("1", "3")) {
                    double ns =
                            Double.parseDouble(java(method, batch, descriptors).trim());
                    Double base = c.get(descriptors + "/" + batch);
                    System.out.printf(
                            "%-14s %5s %11s %9.2f %9s %7s%n",
                            method,
                            batch,
                            descriptors,
                            ns,
                            base == null ? "-" : String.format("%.2f", base),
                            base == null ? "-" : String.format("%.2f", ns / base));
                }
            }
        }
    }

    private static String java(String method, String batch, String descriptors)
            throws IOException, InterruptedException {
        String output = run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                VirtqueueCpuTime.class.getName(),
                method,
                batch,
                descriptors));
        if (output == null) {
            throw new IOException("the measurement of " + method + " failed");
        }
        return output;
    }

    /** Builds and runs the C program; nanoseconds per buffer by "descriptors/batch", empty without gcc. */
    private static Map<String, Double> baseline() throws IOException, InterruptedException {
        Map<String, Double> results = new TreeMap<>();
        Path folder = Files.createTempDirectory("vring");
        Path source = folder.resolve("vring.c");
        Path program = folder.resolve("vring");
        try (InputStream in = VirtqueueComparison.class.getResourceAsStream("vring.c")) {
            Files.copy(in, source);
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
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? output : null;
    }
}
