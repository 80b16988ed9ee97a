package io.torosim.bench.jmh.virtio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a buffer costs in Java and in C, in one run: {@link VirtqueueCpuTime} in a JVM of its own for each row, and the C
 * program {@code vring.c} built with gcc; both by the CPU time of their thread, best of 140 samples of 10 ms in each of
 * three processes.
 *
 * <pre>java -cp bench/target/benchmarks.jar io.torosim.bench.jmh.virtio.VirtqueueComparison</pre>
 *
 * <p>What to see: {@code split} and {@code packed} at most 2, {@code splitObjects} at most 4 times C. C is the program
 * that makes the same tests on the same kind of ring; "least C" is a split ring with fewer tests and a size known to the
 * compiler, the harder comparison. Without gcc both columns are empty. Times are shown, not judged.
 */
public final class VirtqueueComparison {
    private static final int PROCESSES = 3;

    private VirtqueueComparison() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException, InterruptedException {
        String program = compile();
        System.out.printf(
                "%-14s %5s %11s %9s %9s %7s %9s %7s%n",
                "benchmark", "batch", "descriptors", "CPU ns", "C ns", "ratio", "least C", "ratio");
        try {
            for (String method : List.of("split", "packed", "splitObjects")) {
                for (String batch : List.of("1", "32", "256")) {
                    for (String descriptors : List.of("1", "3")) {
                        print(program, method, batch, descriptors);
                    }
                }
            }
        } finally {
            if (program != null) {
                Files.delete(Path.of(program));
            }
        }
    }

    /** Three times each, in turn, so that a quiet moment of the machine comes to all of them. */
    private static void print(@Nullable String program, String method, String batch, String descriptors)
            throws IOException, InterruptedException {
        double java = Double.NaN;
        double same = Double.NaN;
        double least = Double.NaN;
        for (int i = 0; i < PROCESSES; i++) {
            java = smaller(java, java(method, batch, descriptors));
            if (program != null) {
                String ring = method.equals("packed") ? "packed" : "split";
                same = smaller(same, run(List.of(program, ring, descriptors, batch)));
                least = smaller(least, run(List.of(program, "least", descriptors, batch)));
            }
        }
        System.out.printf(
                "%-14s %5s %11s %9.2f %9s %7s %9s %7s%n",
                method,
                batch,
                descriptors,
                java,
                figure(same),
                figure(java / same),
                figure(least),
                figure(java / least));
    }

    private static double smaller(double best, @Nullable String output) {
        if (output == null) {
            return best;
        }
        double ns = Double.parseDouble(output.trim());
        return ns < best || Double.isNaN(best) ? ns : best;
    }

    private static String figure(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
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

    /** Builds the C program; returns where it is, or null without gcc. */
    private static @Nullable String compile() throws IOException, InterruptedException {
        Path source = Files.createTempFile("vring", ".c");
        Path program = Files.createTempFile("vring", "");
        boolean built = false;
        try (InputStream in = VirtqueueComparison.class.getResourceAsStream("vring.c")) {
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
            built = run(List.of("gcc", "-O2", "-o", program.toString(), source.toString())) != null;
        } catch (IOException e) {
            System.out.println("no C baseline: " + e.getMessage());
        } finally {
            Files.delete(source);
            if (!built) {
                Files.delete(program);
            }
        }
        return built ? program.toString() : null;
    }

    /** Returns the output of a command that ended well, or null. */
    private static @Nullable String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? output : null;
    }
}
