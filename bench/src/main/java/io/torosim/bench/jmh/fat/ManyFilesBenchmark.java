package io.torosim.bench.jmh.fat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import de.waldheinz.fs.FsDirectory;
import de.waldheinz.fs.FsDirectoryEntry;
import de.waldheinz.fs.fat.FatType;
import de.waldheinz.fs.fat.SuperFloppyFormatter;
import de.waldheinz.fs.util.RamDisk;
import io.torosim.bench.jmh.event.CpuTime;
import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 10,000 files of 40 bytes with long names in one directory in memory: ours, jimfs and fat32-lib. {@code create...} makes
 * a file system and fills it, {@code list...} goes over all names, {@code lookUp...} finds, opens and reads every file. jimfs
 * stands beside our {@code java.nio.file}, fat32-lib, which has calls of its own, beside {@link FatVolume}.
 * Time for one file; {@code cpuNs / fired} is the same in CPU time of the thread, without the collector's. Expected: ours ahead of both in all three.
 *
 * <p>fat32-lib is measured once and cold where it creates: 10,000 files take it about 20 s, as every file rewrites the
 * directory.
 *
 * <p>Run: {@code java -jar bench/target/benchmarks.jar fat.ManyFiles -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2) // 200 calls of a listing, 30 ms, still ran what the first compiler had made of it
@Measurement(iterations = 8, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g"})
public class ManyFilesBenchmark {
    private static final int FILES = 10_000;
    private static final String DIRECTORY = "/many";
    private static final long VOLUME_BYTES = 32L << 20;

    private final ByteBuffer buffer = ByteBuffer.allocate(Images.ENTRY_BYTES);
    private final byte[] content = new byte[Images.ENTRY_BYTES];
    private final String[] names = new String[FILES];
    private FileSystem ours;
    private FileSystem jimfs;
    private FatVolume volume;
    private FatNode many;
    private FsDirectory fat32Lib;

    /** Fills one of each; fat32-lib reads a volume that we wrote. */
    @Setup(Level.Trial)
    public void fill() throws IOException {
        for (int i = 0; i < FILES; i++) {
            names[i] = Images.name(i);
        }
        var device = new MemoryBlockDevice(VOLUME_BYTES / BlockDevice.SECTOR_BYTES);
        FatFormatter.format(device, FormatOptions.defaults());
        filled(FatFileSystemProvider.open(device, MountOptions.of("many"))).close();
        ours = FatFileSystemProvider.open(device, MountOptions.of("many").asReadOnly());
        volume = FatVolume.mount(device, MountOptions.of("many").asReadOnly());
        many = Objects.requireNonNull(volume.resolve(DIRECTORY.substring(1)));
        jimfs = filled(Jimfs.newFileSystem(Configuration.unix()));
        var disk = new RamDisk((int) VOLUME_BYTES);
        disk.write(0, ByteBuffer.wrap(device.toByteArray()));
        fat32Lib = de.waldheinz.fs.fat.FatFileSystem.read(disk, true)
                .getRoot()
                .getEntry(DIRECTORY.substring(1))
                .getDirectory();
    }

    /** Closes them. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        ours.close();
        volume.close();
        jimfs.close();
    }

    private FileSystem filled(FileSystem fs) throws IOException {
        Path directory = Files.createDirectory(fs.getPath(DIRECTORY));
        for (String name : names) {
            Files.write(directory.resolve(name), content);
        }
        return fs;
    }

    private static int list(FileSystem fs) throws IOException {
        int length = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(fs.getPath(DIRECTORY))) {
            for (Path path : entries) {
                length += path.getFileName().toString().length();
            }
        }
        return length;
    }

    private int lookUp(FileSystem fs) throws IOException {
        int bytes = 0;
        Path directory = fs.getPath(DIRECTORY);
        for (String name : names) {
            try (SeekableByteChannel channel = Files.newByteChannel(directory.resolve(name))) {
                bytes += channel.read(buffer.clear());
            }
        }
        return bytes;
    }

    /** Creation, ours. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime) // as warm on a loaded machine as on a quiet one
    @Warmup(iterations = 200)
    @Measurement(iterations = 100)
    @OperationsPerInvocation(FILES)
    public void createTorosim(CpuTime cpu) throws IOException {
        cpu.fired += FILES;
        filled(FatFileSystemProvider.inMemory("32M")).close();
    }

    /** Creation in jimfs. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime) // as warm on a loaded machine as on a quiet one
    @Warmup(iterations = 200)
    @Measurement(iterations = 100)
    @OperationsPerInvocation(FILES)
    public void createJimfs(CpuTime cpu) throws IOException {
        cpu.fired += FILES;
        filled(Jimfs.newFileSystem(Configuration.unix())).close();
    }

    /** Creation, by our own calls, as fat32-lib's are its own. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime) // as warm on a loaded machine as on a quiet one
    @Warmup(iterations = 200)
    @Measurement(iterations = 100)
    @OperationsPerInvocation(FILES)
    public void createVolume(CpuTime cpu) throws IOException {
        cpu.fired += FILES;
        var device = new MemoryBlockDevice(VOLUME_BYTES / BlockDevice.SECTOR_BYTES);
        FatFormatter.format(device, FormatOptions.defaults());
        try (FatVolume fresh = FatVolume.mount(device, MountOptions.of("many"))) {
            FatNode directory = fresh.createDirectory(fresh.root(), DIRECTORY.substring(1));
            for (String name : names) {
                FatNode file = fresh.createFile(directory, name, 0);
                fresh.open(file);
                fresh.write(file, 0, ByteBuffer.wrap(content));
                fresh.release(file);
            }
        }
    }

    /** Listing, by our own calls. */
    @Benchmark
    @OperationsPerInvocation(FILES)
    public int listVolume(CpuTime cpu) throws IOException {
        cpu.fired += FILES;
        int length = 0;
        for (FatNode node : volume.list(many)) {
            length += node.name().length();
        }
        return length;
    }

    /** Look-up, by our own calls. */
    @Benchmark
    @OperationsPerInvocation(FILES)
    public int lookUpVolume(CpuTime cpu) throws IOException {
        cpu.fired += FILES;
        int bytes = 0;
        for (String name : names) {
            bytes += volume.read(Objects.requireNonNull(volume.lookup(many, name)), 0, buffer.clear());
        }
        return bytes;
    }

    /** Creation with fat32-lib, once. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Warmup(iterations = 0)
    @Measurement(iterations = 1)
    @OperationsPerInvocation(FILES)
    public void createFat32Lib(CpuTime cpu) throws IOException {
        cpu.fired += FILES;
        var fs = SuperFloppyFormatter.get(new RamDisk((int) VOLUME_BYTES))
                .setFatType(FatType.FAT16)
                .format();
        FsDirectory directory =
                fs.getRoot().addDirectory(DIRECTORY.substring(1)).getDirectory();
        for (String name : names) {
            directory.addFile(name).getFile().write(0, ByteBuffer.wrap(content));
        }
        fs.close();
    }

    /** Listing, ours. */
    @Benchmark
    @OperationsPerInvocation(FILES)
    public int listTorosim(CpuTime cpu) throws IOException {
        cpu.fired += FILES;
        return list(ours);
    }

    /** Listing in jimfs. */
    @Benchmark
    @OperationsPerInvocation(FILES)
    public int listJimfs(CpuTime cpu) throws IOException {
        cpu.fired += FILES;
        return list(jimfs);
    }

    /** Listing with fat32-lib. */
    @Benchmark
    @OperationsPerInvocation(FILES)
    public int listFat32Lib(CpuTime cpu) {
        cpu.fired += FILES;
        int length = 0;
        for (Iterator<FsDirectoryEntry> entries = fat32Lib.iterator(); entries.hasNext(); ) {
            length += entries.next().getName().length();
        }
        return length;
    }

    /** Look-up, ours. */
    @Benchmark
    @OperationsPerInvocation(FILES)
    public int lookUpTorosim(CpuTime cpu) throws IOException {
        cpu.fired += FILES;
        return lookUp(ours);
    }

    /** Look-up in jimfs. */
    @Benchmark
    @OperationsPerInvocation(FILES)
    public int lookUpJimfs(CpuTime cpu) throws IOException {
        cpu.fired += FILES;
        return lookUp(jimfs);
    }

    /** Look-up with fat32-lib. */
    @Benchmark
    @OperationsPerInvocation(FILES)
    public int lookUpFat32Lib(CpuTime cpu) throws IOException {
        cpu.fired += FILES;
        int bytes = 0;
        for (String name : names) {
            fat32Lib.getEntry(name).getFile().read(0, buffer.clear());
            bytes += buffer.position();
        }
        return bytes;
    }
}
