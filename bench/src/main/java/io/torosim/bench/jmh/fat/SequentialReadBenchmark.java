package io.torosim.bench.jmh.fat;

import de.waldheinz.fs.FsFile;
import de.waldheinz.fs.util.FileDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast is a 100 MiB file read from its image in the page cache? One operation is the whole file, so 1 op/s is 100
 * MiB/s. Expected: contiguous at least 0.5 of {@code fileChannel} at 64 KiB and at least 10 times {@code fat32Lib} at 4
 * KiB; every other cluster at least 0.25 of {@code fileChannel}, which always reads in one piece.
 *
 * <p>Run: {@code java -jar bench/target/benchmarks.jar fat.SequentialRead -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SequentialReadBenchmark {
    /** Where the file's clusters lie. */
    @Param({"contiguous", "everyOther"})
    public String layout;

    /** Bytes of one read. */
    @Param({"4096", "65536"})
    public int bufferBytes;

    private Path directory;
    private Path image;
    private ByteBuffer buffer;
    private FileSystem fileSystem;
    private FileChannel ours;
    private FileChannel raw;
    private FileDisk disk;
    private FsFile theirs;

    /** Makes the image and opens the file in three ways. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        directory = Files.createTempDirectory("torosim-bench");
        image = layout.equals("contiguous") ? Images.contiguous(directory) : Images.everyOther(directory);
        buffer = ByteBuffer.allocate(bufferBytes);
        fileSystem = FileSystems.newFileSystem(image, Map.of("accessMode", "readOnly"));
        ours = FileChannel.open(fileSystem.getPath("/DATA.BIN"), StandardOpenOption.READ);
        raw = FileChannel.open(image, StandardOpenOption.READ);
        disk = new FileDisk(image.toFile(), true);
        theirs = de.waldheinz.fs.fat.FatFileSystem.read(disk, true)
                .getRoot()
                .getEntry("DATA.BIN")
                .getFile();
    }

    /** Closes everything. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        ours.close();
        fileSystem.close();
        raw.close();
        disk.close();
        Images.delete(directory);
    }

    /** The file through our provider. */
    @Benchmark
    public long torosim() throws IOException {
        return readAll(ours, 0);
    }

    /** As many bytes of the image, in one piece. */
    @Benchmark
    public long fileChannel() throws IOException {
        return readAll(raw, 1 << 20);
    }

    private long readAll(FileChannel channel, long start) throws IOException {
        long total = 0;
        channel.position(start);
        while (total < Images.FILE_BYTES) {
            total += channel.read(buffer.clear());
        }
        return total;
    }

    /** The file through fat32-lib. */
    @Benchmark
    public long fat32Lib() throws IOException {
        for (long at = 0; at < Images.FILE_BYTES; at += bufferBytes) {
            theirs.read(at, buffer.clear());
        }
        return Images.FILE_BYTES;
    }
}
