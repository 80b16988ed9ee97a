package io.torosim.system.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.host.HostDirectoryDisk;
import io.torosim.fat.host.HostDirectoryDisk.HostDirectoryOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.HttpLoadSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in docs/guests.md: a directory of the host as the disk of a guest. */
final class GuestDiskExampleTest {
    @TempDir
    Path directory;

    private final List<String> printed = new ArrayList<>();

    @BeforeEach
    void page() throws IOException {
        Files.createDirectory(directory.resolve("web"));
        Files.writeString(directory.resolve("web/index.html"), "hello");
    }

    private void println(String line) {
        printed.add(line);
    }

    @Test
    void directory_isServed() throws IOException {
        // guests.md: begin
        GuestSpec spec = GuestSpec.of("TorowithFileSystem")
                .withLoad(HttpLoadSpec.closed("/", 2, 1).startingAt(Duration.ofSeconds(1)));
        try (BlockDevice disk = HostDirectoryDisk.open(directory, HostDirectoryOptions.defaults());
                GuestSession session =
                        GuestSession.open(spec, FatFileSystemProvider.volumeOn(disk, MountOptions.of("web")))) {
            session.runUntil(Duration.ofSeconds(2));
            println(session.load().orElseThrow().answered() + " answered");
        }
        // guests.md: end
        assertThat(printed).containsExactly("2 answered");
    }

    @Test
    void document_holdsTheExampleWordForWord() throws IOException {
        Path source = root().resolve("src/test/java/io/torosim/system/docs/GuestDiskExampleTest.java");
        String code = Files.readString(source, StandardCharsets.UTF_8);
        String begin = "// guests.md: begin";
        int at = code.indexOf(begin) + begin.length();
        String example =
                code.substring(at, code.indexOf("// guests.md: end")).replace("println(", "System.out.println(");
        assertThat(words(Files.readString(root().resolve("docs/guests.md"), StandardCharsets.UTF_8)))
                .contains(words(example));
    }

    @Test
    void wholeDisk_isRefused_namingTheCallThatGivesTheVolume() throws IOException {
        GuestSpec spec = GuestSpec.of("TorowithFileSystem");
        try (BlockDevice disk = HostDirectoryDisk.open(directory, HostDirectoryOptions.defaults())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> GuestSession.open(spec, disk))
                    .withMessage("TorowithFileSystem mounts the first sector of its disk, which is a partition table"
                            + " here: hand it the volume, FatFileSystemProvider.volumeOn(disk, MountOptions.of(name)),"
                            + " volume=HostDirectoryDisk of 1032192 sectors");
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("README.md"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
