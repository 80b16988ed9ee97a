package io.torosim.fat.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FatFileSystemProviderTest {
    @TempDir
    Path directory;

    private Path image;

    @BeforeEach
    void format() throws IOException {
        image = directory.resolve("disk.img");
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(16 << 20);
        }
        try (BlockDevice device = BlockDevice.file(image, false)) {
            FatFormatter.format(device, FormatOptions.defaults().withLabel("DISK", 7));
        }
    }

    private FileSystem open(Object... env) throws IOException {
        var map = new java.util.TreeMap<String, Object>();
        for (int i = 0; i < env.length; i += 2) {
            map.put((String) env[i], env[i + 1]);
        }
        return FileSystems.newFileSystem(image, map);
    }

    @Test
    void names_areFoundInAnyCase_andKeepTheirs() throws IOException {
        try (FileSystem fs = open()) {
            Files.writeString(fs.getPath("/MiXed \u00c4.Text"), "x");
            assertThat(Files.readString(fs.getPath("/mixed \u00e4.TEXT"))).isEqualTo("x");
            assertThat(Files.readString(fs.getPath("/MIXED\u00c4~1.TEX"))).isEqualTo("x");
            assertThat(fs.getPath("/mixed \u00e4.TEXT").toRealPath()).hasToString("/MiXed \u00c4.Text");
            assertThat(fs.getPath("/A")).isEqualTo(fs.getPath("/a")).hasSameHashCodeAs(fs.getPath("/a"));
            Files.move(fs.getPath("/MiXed \u00c4.Text"), fs.getPath("/mixed \u00e4.text"));
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(fs.getPath("/"))) {
                assertThat(entries)
                        .hasToString(entries.toString())
                        .extracting(Path::toString)
                        .containsExactly("/mixed \u00e4.text");
            }
        }
    }

    @Test
    void globs_ignoreCase_andKnowGroupsAndRanges() throws IOException {
        try (FileSystem fs = open()) {
            for (String name : new String[] {"a.txt", "B.TXT", "c1.dat", "c2.dat", "readme"}) {
                Files.createFile(fs.getPath("/" + name));
            }
            assertThat(glob(fs, "*.txt")).containsExactly("B.TXT", "a.txt");
            assertThat(glob(fs, "c[0-1].{dat,bin}")).containsExactly("c1.dat");
            assertThat(glob(fs, "[!c]*.?[xX]t")).containsExactly("B.TXT", "a.txt");
            assertThat(fs.getPathMatcher("glob:/**").matches(fs.getPath("/x/y")))
                    .isTrue();
            assertThat(fs.getPathMatcher("glob:/*").matches(fs.getPath("/x/y"))).isFalse();
            assertThat(fs.getPathMatcher("regex:/X.*").matches(fs.getPath("/x/y")))
                    .isTrue();
            assertThatThrownBy(() -> fs.getPathMatcher("glob:{a,{b}}"))
                    .isInstanceOf(java.util.regex.PatternSyntaxException.class);
            assertThatThrownBy(() -> fs.getPathMatcher("other:x")).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    private static TreeSet<String> glob(FileSystem fs, String glob) throws IOException {
        var names = new TreeSet<String>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(fs.getPath("/"), glob)) {
            entries.forEach(path -> names.add(path.getFileName().toString()));
        }
        return names;
    }

    @Test
    void dosAttributes_areKept_andReadOnlyIsHonoured() throws IOException {
        try (FileSystem fs = open()) {
            Path file = Files.writeString(fs.getPath("/a"), "x");
            Files.setAttribute(file, "dos:hidden", true);
            Files.setAttribute(file, "dos:system", true);
            Files.setAttribute(file, "dos:archive", false);
            Files.setAttribute(file, "dos:readonly", true);
        }
        try (FileSystem fs = open()) {
            Path file = fs.getPath("/a");
            DosFileAttributes dos = Files.readAttributes(file, DosFileAttributes.class);
            assertThat(dos.isHidden() && dos.isSystem() && dos.isReadOnly() && !dos.isArchive())
                    .isTrue();
            assertThat(Files.isHidden(file)).isTrue();
            assertThat(Files.isWritable(file)).isFalse();
            assertThatThrownBy(() -> Files.writeString(file, "y")).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> Files.delete(file)).isInstanceOf(AccessDeniedException.class);
            assertThat(Files.readAttributes(file, "fat:*"))
                    .containsEntry("shortName", "A")
                    .containsKey("firstCluster");
            assertThatThrownBy(() -> Files.readAttributes(file, "posix:*"))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void times_haveTheirGrain_inTheZoneGiven() throws IOException {
        Instant time = Instant.parse("2023-07-08T09:10:13.456Z");
        try (FileSystem fs = open("zone", "Europe/Berlin")) {
            Path file = Files.createFile(fs.getPath("/a"));
            Files.setAttribute(file, "creationTime", FileTime.from(time));
            Files.setLastModifiedTime(file, FileTime.from(time));
        }
        try (FileSystem fs = open("zone", ZoneId.of("Europe/Berlin"))) {
            DosFileAttributes read = Files.readAttributes(fs.getPath("/a"), DosFileAttributes.class);
            assertThat(read.creationTime().toInstant()).isEqualTo(Instant.parse("2023-07-08T09:10:13.450Z"));
            assertThat(read.lastModifiedTime().toInstant()).isEqualTo(Instant.parse("2023-07-08T09:10:12Z"));
        }
        try (FileSystem fs = open()) {
            assertThat(Files.getLastModifiedTime(fs.getPath("/a")).toInstant())
                    .isEqualTo(Instant.parse("2023-07-08T11:10:12Z")); // local time without a zone
        }
    }

    @Test
    void fileStore_countsClusters() throws IOException {
        try (FileSystem fs = open()) {
            FileStore store = Files.getFileStore(fs.getPath("/"));
            assertThat(store.name()).isEqualTo("DISK");
            assertThat(store.type()).isEqualTo("FAT16");
            long free = store.getUnallocatedSpace();
            assertThat(free).isEqualTo(store.getTotalSpace()).isPositive();
            Files.write(fs.getPath("/a"), new byte[(int) store.getBlockSize() + 1]);
            assertThat(store.getUsableSpace()).isEqualTo(free - 2 * store.getBlockSize());
            Files.delete(fs.getPath("/a"));
            assertThat(store.getUsableSpace()).isEqualTo(free);
            assertThatThrownBy(() -> Files.write(fs.getPath("/big"), new byte[20 << 20]))
                    .isInstanceOfSatisfying(
                            FatException.class, e -> assertThat(e.rule()).isEqualTo(FatRule.VOLUME_FULL));
        }
    }

    @Test
    void whatIsNotFat16_isLeftToOthers_butADamagedVolumeSaysSo() throws IOException {
        Path text = Files.writeString(directory.resolve("Some.java"), "class Some {}");
        assertThatThrownBy(() -> FileSystems.newFileSystem(text, Map.of()))
                .isInstanceOf(ProviderNotFoundException.class);
        Path zeros = Files.write(directory.resolve("zeros.img"), new byte[4096]);
        assertThatThrownBy(() -> FileSystems.newFileSystem(zeros, Map.of()))
                .isInstanceOf(FatException.class)
                .hasMessageContaining("BYTES_PER_SECTOR");
        Path other = Files.write(directory.resolve("ntfs.raw"), new byte[4096]);
        try (var file = new RandomAccessFile(other.toFile(), "rw")) {
            file.seek(3);
            file.write("NTFS    ".getBytes(StandardCharsets.US_ASCII));
        }
        assertThatThrownBy(() -> FileSystems.newFileSystem(other, Map.of()))
                .isInstanceOf(ProviderNotFoundException.class);
        assertThatThrownBy(() -> FileSystems.newFileSystem(URI.create("fat:" + other.toUri()), Map.of()))
                .isInstanceOf(FatException.class)
                .hasMessageContaining("NTFS");
        Path named = Files.copy(other, directory.resolve("ntfs.img"));
        assertThatThrownBy(() -> FileSystems.newFileSystem(named, Map.of()))
                .isInstanceOf(FatException.class)
                .hasMessageContaining("the volume is NTFS, not FAT12 or FAT16");
    }

    @Test
    void uris_nameImageAndPath() throws IOException {
        URI uri = URI.create("fat:" + image.toUri() + "!/");
        try (FileSystem fs = FileSystems.newFileSystem(uri, Map.of())) {
            assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of()))
                    .isInstanceOf(FileSystemAlreadyExistsException.class);
            Path file = Files.createFile(fs.getPath("/a file!"));
            assertThat(file.toUri().toString()).endsWith("disk.img!/a%20file%21");
            assertThat(Path.of(file.toUri())).isEqualTo(file);
        }
        assertThatThrownBy(() -> FileSystems.getFileSystem(uri)).isInstanceOf(FileSystemNotFoundException.class);
    }

    @Test
    void afterClose_everythingSaysClosed() throws IOException {
        FileSystem fs = open();
        Path file = Files.writeString(fs.getPath("/a"), "x");
        SeekableByteChannel channel = Files.newByteChannel(file);
        fs.close();
        fs.close();
        assertThat(fs.isOpen()).isFalse();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> Files.readString(file)).isInstanceOf(ClosedFileSystemException.class);
        assertThatThrownBy(() -> Files.size(file)).isInstanceOf(ClosedFileSystemException.class);
        assertThatThrownBy(fs::getFileStores).isInstanceOf(ClosedFileSystemException.class);
    }

    @Test
    void readOnly_refusesEveryChange() throws IOException {
        try (FileSystem fs = open("accessMode", "readOnly")) {
            assertThat(fs.isReadOnly()).isTrue();
            assertThatThrownBy(() -> Files.createFile(fs.getPath("/a")))
                    .isInstanceOf(ReadOnlyFileSystemException.class);
            assertThatThrownBy(() -> Files.createDirectory(fs.getPath("/a")))
                    .isInstanceOf(ReadOnlyFileSystemException.class);
            assertThatThrownBy(() -> Files.delete(fs.getPath("/a"))).isInstanceOf(ReadOnlyFileSystemException.class);
            assertThatThrownBy(() -> Files.size(fs.getPath("/a"))).isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void badKeys_areNamedWithTheirValue() {
        for (String[] pair : new String[][] {
            {"accessMode", "maybe"}, {"partition", "0"}, {"zone", "Nowhere"}, {"codepage", "UTF-8"}, {"barriers", "2"}
        }) {
            assertThatThrownBy(() -> open(pair[0], pair[1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(pair[0])
                    .hasMessageContaining(pair[1]);
        }
    }

    @Test
    void illegalNewNames_areRefusedWithTheRule() throws IOException {
        try (FileSystem fs = open()) {
            for (String name : new String[] {"ends in dot.", "ends in space ", "x".repeat(256)}) {
                assertThatThrownBy(() -> Files.createFile(fs.getPath("/" + name)))
                        .isInstanceOfSatisfying(
                                FatException.class, e -> assertThat(e.rule()).isEqualTo(FatRule.NEW_NAME));
            }
            Files.createFile(fs.getPath("/" + "x".repeat(255)));
        }
    }

    @Test
    void fat12_isReadAndWritten() throws IOException {
        io.torosim.fat.support.Tool.require("mkfs.fat", "mcopy", "fsck.fat");
        Path small = directory.resolve("small.img");
        io.torosim.fat.support.Tool.ok("mkfs.fat", "-C", "-F", "12", small.toString(), "1440");
        Path file = Files.write(directory.resolve("f.bin"), new byte[3000]);
        io.torosim.fat.support.Tool.ok("mcopy", "-i", small.toString(), file.toString(), "::");
        try (FileSystem fs = FileSystems.newFileSystem(small, Map.of())) {
            assertThat(Files.readAllBytes(fs.getPath("/F.BIN"))).isEqualTo(new byte[3000]);
            Files.writeString(fs.getPath("/new.txt"), "text");
        }
        io.torosim.fat.support.Tool.ok("fsck.fat", "-n", small.toString());
        assertThat(io.torosim.fat.support.Tool.ok("mtype", "-i", small.toString(), "::new.txt"))
                .isEqualTo("text");
    }

    @Test
    void manyThreads_writeAndRead() throws Exception {
        var device = new MemoryBlockDevice(40_000);
        FatFormatter.format(device, FormatOptions.defaults());
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("threads"))) {
            var pool = Executors.newFixedThreadPool(4);
            var done = new ArrayList<Future<Boolean>>();
            for (int t = 0; t < 4; t++) {
                int thread = t;
                Callable<Boolean> task = () -> {
                    for (int i = 0; i < 60; i++) {
                        Path file = fs.getPath("/thread " + thread + " file " + i % 7);
                        byte[] bytes = new byte[1000 * thread + 37 * i];
                        java.util.Arrays.fill(bytes, (byte) (thread * 60 + i));
                        Files.write(file, bytes);
                        if (!java.util.Arrays.equals(Files.readAllBytes(file), bytes)) {
                            return false;
                        }
                    }
                    return true;
                };
                done.add(pool.submit(task));
            }
            for (Future<Boolean> result : done) {
                assertThat(result.get()).isTrue();
            }
            pool.shutdown();
        }
        assertThat(io.torosim.fat.check.VolumeCheck.check(device, MountOptions.of("threads"))
                        .findings())
                .isEmpty();
    }
}
