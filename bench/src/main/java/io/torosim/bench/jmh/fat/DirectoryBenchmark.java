package io.torosim.bench.jmh.fat;

import de.waldheinz.fs.FsDirectory;
import de.waldheinz.fs.FsDirectoryEntry;
import de.waldheinz.fs.util.FileDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast is a directory of 5,000 long names? {@code lookUp...} finds a file by name, opens it and reads its 40 bytes;
 * {@code mountAndList...} mounts the image and goes over all names. Expected: ours ahead of fat32-lib in both.
 *
 * <p>Run: {@code java -jar bench/target/benchmarks.jar fat.Directory -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 8, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DirectoryBenchmark {
    private final ByteBuffer buffer = ByteBuffer.allocate(Images.ENTRY_BYTES);
    private final String[] names = new String[Images.ENTRIES];
    private int next;
    private Path directory;
    private Path image;
    private FileSystem fileSystem;
    private Path many;
    private FileDisk disk;
    private FsDirectory theirs;

    /** Makes the image and opens the directory in two ways. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        directory = Files.createTempDirectory("torosim-bench");
        image = Images.manyFiles(directory);
        for (int i = 0; i < names.length; i++) {
            names[i] = Images.name(i);
        }
        fileSystem = FileSystems.newFileSystem(image, Map.of("accessMode", "readOnly"));
        many = fileSystem.getPath("/many");
        disk = new FileDisk(image.toFile(), true);
        theirs = de.waldheinz.fs.fat.FatFileSystem.read(disk, true)
                .getRoot()
                .getEntry("many")
                .getDirectory();
    }

    /** Closes everything. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        fileSystem.close();
        disk.close();
        Images.delete(directory);
    }

    private String name() {
        next = next + 1 == names.length ? 0 : next + 1;
        return names[next];
    }

    /** Look up, open, read and close through our provider. */
    @Benchmark
    public int lookUpTorosim() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(many.resolve(name()))) {
            return channel.read(buffer.clear());
        }
    }

    /** Look up, open and read through fat32-lib. */
    @Benchmark
    public int lookUpFat32Lib() throws IOException {
        theirs.getEntry(name()).getFile().read(0, buffer.clear());
        return buffer.position();
    }

    /** Mount and list through our provider. */
    @Benchmark
    public int mountAndListTorosim() throws IOException {
        int length = 0;
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of("accessMode", "readOnly"));
                DirectoryStream<Path> entries = Files.newDirectoryStream(fs.getPath("/many"))) {
            for (Path path : entries) {
                length += path.getFileName().toString().length();
            }
        }
        return length;
    }

    /** Mount and list through fat32-lib. */
    @Benchmark
    public int mountAndListFat32Lib() throws IOException {
        var fresh = new FileDisk(image.toFile(), true);
        try {
            int length = 0;
            Iterator<FsDirectoryEntry> entries = de.waldheinz.fs.fat.FatFileSystem.read(fresh, true)
                    .getRoot()
                    .getEntry("many")
                    .getDirectory()
                    .iterator();
            while (entries.hasNext()) {
                length += entries.next().getName().length();
            }
            return length;
        } finally {
            fresh.close();
        }
    }
}
