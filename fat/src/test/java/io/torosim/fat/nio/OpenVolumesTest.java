package io.torosim.fat.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One image opened in several ways, URIs of open volumes, interruption, and what a root directory cannot keep. */
class OpenVolumesTest {
    @TempDir
    Path directory;

    private Path image;

    @BeforeEach
    void makeImage() throws IOException {
        image = Files.write(directory.resolve("disk.img"), new byte[4300 * 512]);
        try (BlockDevice device = BlockDevice.file(image, false)) {
            FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 1));
        }
    }

    private static void assertInUse(ThrowingOpen open) {
        assertThatThrownBy(open::run).isInstanceOfSatisfying(FatException.class, e -> {
            assertThat(e.rule()).isEqualTo(FatRule.IMAGE_IN_USE);
            assertThat(e).hasMessageContaining("accessMode=readOnly");
        });
    }

    private interface ThrowingOpen {
        void run() throws IOException;
    }

    @Test
    void secondWriter_isRefused_aReaderIsNot() throws IOException {
        URI uri = URI.create("fat:" + image.toUri());
        try (FileSystem first = FileSystems.newFileSystem(image, Map.of())) {
            assertInUse(() -> FileSystems.newFileSystem(image, Map.of()));
            assertInUse(() -> FileSystems.newFileSystem(uri, Map.of()));
            Path link = Files.createSymbolicLink(directory.resolve("link.img"), image);
            assertInUse(() -> FileSystems.newFileSystem(link, Map.of()));
            try (FileSystem beside = FileSystems.newFileSystem(image, Map.of("accessMode", "readOnly"))) {
                assertThat(beside.isReadOnly()).isTrue();
            }
            Files.writeString(first.getPath("/a"), "still writable");
        }
        try (FileSystem later = FileSystems.newFileSystem(uri, Map.of())) {
            assertInUse(() -> FileSystems.newFileSystem(image, Map.of()));
            assertThat(later.getPath("/a")).hasContent("still writable");
        }
    }

    @Test
    void otherProgram_isRefused() throws Exception {
        Path source = Files.writeString(
                directory.resolve("Holder.java"),
                """
                public class Holder {
                    public static void main(String[] a) throws Exception {
                        var c = java.nio.channels.FileChannel.open(java.nio.file.Path.of(a[0]),
                                java.nio.file.StandardOpenOption.READ, java.nio.file.StandardOpenOption.WRITE);
                        c.lock();
                        System.out.println("held");
                        System.in.read();
                    }
                }
                """);
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process holder = new ProcessBuilder(java.toString(), source.toString(), image.toString()).start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("held");
            assertInUse(() -> FileSystems.newFileSystem(image, Map.of()));
        } finally {
            holder.getOutputStream().close();
            assertThat(holder.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        FileSystems.newFileSystem(image, Map.of()).close();
    }

    /** A process loses its lock of a file when it closes any channel of it: what was refused or only read here must close none. */
    @Test
    void otherProgram_isRefused_whateverElseWasOpenedHere() throws Exception {
        Path source = Files.writeString(
                directory.resolve("Taker.java"),
                """
                public class Taker {
                    public static void main(String[] a) throws Exception {
                        try (var c = java.nio.channels.FileChannel.open(java.nio.file.Path.of(a[0]),
                                java.nio.file.StandardOpenOption.READ, java.nio.file.StandardOpenOption.WRITE)) {
                            System.out.println(c.tryLock() == null ? "refused" : "free");
                        }
                    }
                }
                """);
        try (FileSystem writer = FileSystems.newFileSystem(image, Map.of())) {
            assertInUse(() -> FileSystems.newFileSystem(image, Map.of()));
            assertThat(taker(source)).isEqualTo("refused");
            FileSystem reader = FileSystems.newFileSystem(image, Map.of("accessMode", "readOnly"));
            assertThat(taker(source)).isEqualTo("refused");
            reader.close();
            assertThat(taker(source)).isEqualTo("refused");
            Files.writeString(writer.getPath("/a"), "still ours");
            // as Java's provider of zip files does where it is asked before ours
            FileChannel.open(image, StandardOpenOption.READ).close();
            assertInUse(() -> FileSystems.newFileSystem(image, Map.of()));
            assertThat(taker(source)).isEqualTo("refused");
            FileChannel.open(image, StandardOpenOption.READ).close();
            FileSystems.newFileSystem(image, Map.of("accessMode", "readOnly")).close();
            assertThat(taker(source)).isEqualTo("refused");
        }
        assertThat(taker(source)).isEqualTo("free");
    }

    private String taker(Path source) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process taker = new ProcessBuilder(java.toString(), source.toString(), image.toString()).start();
        String said = taker.inputReader().readLine();
        assertThat(taker.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    @Test
    void pathsOfEveryVolume_comeBackFromTheirUris() throws IOException {
        try (FileSystem byPath = FileSystems.newFileSystem(image, Map.of());
                FileSystem memory = FatFileSystemProvider.inMemory("16M");
                FileSystem second = FatFileSystemProvider.inMemory("1440K")) {
            for (FileSystem fs : new FileSystem[] {byPath, memory, second}) {
                Path path = fs.getPath("/a b/\u00e4!.txt");
                assertThat(Path.of(path.toUri())).isEqualTo(path);
                assertThat(FileSystems.getFileSystem(path.toUri())).isSameAs(fs);
            }
            assertThat(memory.getPath("/").toUri())
                    .isNotEqualTo(second.getPath("/").toUri());
            assertThat(Files.getFileStore(memory.getPath("/")).type()).isEqualTo("FAT16");
            assertThat(Files.getFileStore(second.getPath("/")).type()).isEqualTo("FAT12");
            assertThat(Files.getFileStore(second.getPath("/")).getAttribute("fat:freeClusters"))
                    .isEqualTo(Files.getFileStore(second.getPath("/")).getAttribute("fat:clusterCount"));
        }
        assertThatThrownBy(() -> FatFileSystemProvider.inMemory("1T")).hasMessage("size must be 16K to 2G, size=1T");
        assertThatThrownBy(() -> FatFileSystemProvider.inMemory("M")).hasMessage("size must be 16K to 2G, size=M");
    }

    @Test
    void interruption_closesTheChannelAndNothingElse() throws IOException {
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of())) {
            Path file = Files.writeString(fs.getPath("/a"), "text");
            FileChannel other = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            for (StandardOpenOption option :
                    new StandardOpenOption[] {StandardOpenOption.READ, StandardOpenOption.WRITE}) {
                FileChannel channel = FileChannel.open(file, option);
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> {
                            if (option == StandardOpenOption.READ) {
                                channel.read(ByteBuffer.allocate(4));
                            } else {
                                channel.write(ByteBuffer.wrap(new byte[4]));
                            }
                        })
                        .isInstanceOf(ClosedByInterruptException.class);
                assertThat(Thread.interrupted()).isTrue();
                assertThat(channel.isOpen()).isFalse();
            }
            Thread.currentThread().interrupt(); // calls without a channel of their own go on
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
            assertThat(Files.exists(file)).isTrue();
            assertThat(Thread.interrupted()).isTrue();
            assertInUse(() -> FileSystems.newFileSystem(image, Map.of()));
            other.write(ByteBuffer.wrap("next".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            other.close();
            assertThat(file).hasContent("next");
        }
    }

    @Test
    void rootDirectory_hasNoTimesAndAttributes() {
        FileSystem fs = FatFileSystemProvider.inMemory("1M");
        Path root = fs.getPath("/");
        for (String name : new String[] {"dos:hidden", "dos:readonly"}) {
            assertThatThrownBy(() -> Files.setAttribute(root, name, true))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("root directory");
        }
        assertThatThrownBy(() -> Files.setLastModifiedTime(root, FileTime.fromMillis(0)))
                .isInstanceOf(FileSystemException.class);
    }

    @Test
    void writingNothing_leavesTheTime() throws IOException {
        var time = new Instant[] {Instant.parse("2001-02-03T04:05:06Z")};
        InstantSource clock = () -> time[0];
        try (FileSystem fs =
                FatFileSystemProvider.inMemory("1M", MountOptions.of("m").withClock(clock))) {
            Path file = Files.writeString(fs.getPath("/a"), "text");
            time[0] = Instant.parse("2002-02-03T04:05:06Z");
            Files.write(file, new byte[0], StandardOpenOption.APPEND);
            assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(Instant.parse("2001-02-03T04:05:06Z"));
            Files.write(file, new byte[1], StandardOpenOption.APPEND);
            assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(time[0]);
        }
    }

    @Test
    void asynchronousChannel_readsAndWrites() throws Exception {
        try (FileSystem fs = FatFileSystemProvider.inMemory("1M")) {
            Path file = Files.createFile(fs.getPath("/a"));
            try (var channel = AsynchronousFileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                assertThat(channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 5)
                                .get())
                        .isEqualTo(3);
                ByteBuffer read = ByteBuffer.allocate(10);
                assertThat(channel.read(read, 0).get()).isEqualTo(8);
                assertThat(read.array()).containsExactly(0, 0, 0, 0, 0, 1, 2, 3, 0, 0);
                assertThat(channel.read(ByteBuffer.allocate(1), 8).get()).isEqualTo(-1);
            }
        }
    }
}
