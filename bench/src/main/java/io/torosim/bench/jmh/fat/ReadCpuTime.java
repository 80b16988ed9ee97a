package io.torosim.bench.jmh.fat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * What reading 100 MiB in pieces of 64 KiB, and writing 4 KiB with {@code force}, cost in CPU time of the thread, beside a
 * {@link FileChannel} on the image: the measure on a machine that others use too. Ours and theirs take turns; the best of
 * the rounds counts.
 *
 * <p>Run: {@code java -cp bench/target/benchmarks.jar io.torosim.bench.jmh.fat.ReadCpuTime [ROUNDS]}. Expected: contiguous
 * at least 0.9 of {@code FileChannel}, every other cluster at least 0.6.
 */
public final class ReadCpuTime {
    private static final int BUFFER_BYTES = 65536;
    private static final int FORCED_WRITES = 200;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ReadCpuTime() {}

    private interface Work {
        void run() throws IOException;
    }

    /**
     * Measures and prints.
     *
     * @param arguments number of rounds, default 30
     * @throws IOException if the images cannot be made
     */
    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
        Path directory = Files.createTempDirectory("torosim-bench");
        try {
            compare("contiguous", Images.contiguous(directory), rounds);
            compare("every other cluster", Images.everyOther(directory), rounds);
            forcedWrites(directory.resolve("contiguous.img"));
        } finally {
            Images.delete(directory);
        }
    }

    private static void compare(String layout, Path image, int rounds) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of("accessMode", "readOnly"));
                FileChannel ours = FileChannel.open(fs.getPath("/DATA.BIN"), StandardOpenOption.READ);
                FileChannel raw = FileChannel.open(image, StandardOpenOption.READ)) {
            long bestOurs = Long.MAX_VALUE;
            long bestRaw = Long.MAX_VALUE;
            for (int i = 0; i < rounds; i++) {
                bestRaw = Math.min(bestRaw, cpuNanos(() -> readAll(raw, 1 << 20, buffer)));
                bestOurs = Math.min(bestOurs, cpuNanos(() -> readAll(ours, 0, buffer)));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s, 64 KiB: torosim %.1f ms, FileChannel %.1f ms of CPU time, ratio %.2f%n",
                    layout,
                    bestOurs / 1e6,
                    bestRaw / 1e6,
                    (double) bestRaw / bestOurs);
        }
    }

    private static void readAll(FileChannel channel, long start, ByteBuffer buffer) throws IOException {
        long total = 0;
        channel.position(start);
        while (total < Images.FILE_BYTES) {
            total += channel.read(buffer.clear());
        }
    }

    private static long cpuNanos(Work work) throws IOException {
        long before = THREADS.getCurrentThreadCpuTime();
        work.run();
        return THREADS.getCurrentThreadCpuTime() - before;
    }

    private static void forcedWrites(Path image) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of());
                FileChannel ours = FileChannel.open(fs.getPath("/DATA.BIN"), StandardOpenOption.WRITE)) {
            long nanos = forced(ours, 0, buffer);
            System.out.printf(Locale.ROOT, "random 4 KiB writes with force: torosim %.2f ms each%n", nanos / 1e6);
        }
        try (FileChannel raw = FileChannel.open(image, StandardOpenOption.WRITE)) {
            long nanos = forced(raw, 1 << 20, buffer);
            System.out.printf(Locale.ROOT, "random 4 KiB writes with force: FileChannel %.2f ms each%n", nanos / 1e6);
        }
    }

    private static long forced(FileChannel channel, long start, ByteBuffer buffer) throws IOException {
        var random = new Random(3);
        long before = System.nanoTime();
        for (int i = 0; i < FORCED_WRITES; i++) {
            channel.write(buffer.clear(), start + random.nextInt(Images.FILE_BYTES / 4096) * 4096L);
            channel.force(false);
        }
        return (System.nanoTime() - before) / FORCED_WRITES;
    }
}
