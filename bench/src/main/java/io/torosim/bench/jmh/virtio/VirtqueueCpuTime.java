package io.torosim.bench.jmh.virtio;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongSupplier;

/**
 * Measures one method of {@link VirtqueueBenchmark} by the CPU time of its thread, best of 140 samples, and prints
 * nanoseconds per buffer. Unlike wall time this stays meaningful on a machine that others use; {@link
 * VirtqueueComparison} runs it in a JVM of its own for each row.
 *
 * <pre>java -cp bench/target/benchmarks.jar io.torosim.bench.jmh.virtio.VirtqueueCpuTime split 32 1</pre>
 */
public final class VirtqueueCpuTime {
    private static final int BUFFERS_PER_CALL = 1024;

    private VirtqueueCpuTime() {}

    /** Arguments: method, batch, descriptors. */
    public static void main(String[] args) {
        VirtqueueBenchmark benchmark = new VirtqueueBenchmark();
        benchmark.batch = Integer.parseInt(args[1]);
        benchmark.descriptors = Integer.parseInt(args[2]);
        benchmark.setUp();
        LongSupplier method =
                switch (args[0]) {
                    case "split" -> benchmark::split;
                    case "packed" -> benchmark::packed;
                    case "splitObjects" -> benchmark::splitObjects;
                    default -> throw new IllegalArgumentException(args[0]);
                };
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long sum = 0;
        double best = Double.MAX_VALUE;
        for (int sample = 0; sample < 440; sample++) {
            int calls = 0;
            long start = threads.getCurrentThreadCpuTime();
            long spent;
            do {
                for (int i = 0; i < 50; i++) {
                    sum += method.getAsLong();
                }
                calls += 50;
                spent = threads.getCurrentThreadCpuTime() - start;
            } while (spent < 10_000_000);
            if (sample >= 300) { // the first 300 warm up
                best = Math.min(best, spent / (double) calls / BUFFERS_PER_CALL);
            }
        }
        System.out.printf("%.2f%n", best);
        if (sum == 1) {
            System.out.println("unlikely");
        }
    }
}
