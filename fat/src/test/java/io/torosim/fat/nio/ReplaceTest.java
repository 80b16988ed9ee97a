package io.torosim.fat.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import io.torosim.fat.support.SampleVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replacing: whatever stands in the way, the target is as it was and nothing partial stays. */
class ReplaceTest {
    private static final CopyOption REPLACE = StandardCopyOption.REPLACE_EXISTING;

    private static FileSystem mount(MemoryBlockDevice device) throws IOException {
        return FatFileSystemProvider.open(device, MountOptions.of("replace"));
    }

    private static MemoryBlockDevice formatted() throws IOException {
        var device = new MemoryBlockDevice(4300);
        FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 1));
        return device;
    }

    private static void assertClean(MemoryBlockDevice device) throws IOException {
        assertThat(VolumeCheck.check(device, MountOptions.of("replace")).findings())
                .isEmpty();
    }

    @Test
    void readOnlyFile_isNotDeletedOnClose() throws IOException {
        MemoryBlockDevice device = formatted();
        try (FileSystem fs = mount(device)) {
            Path file = Files.writeString(fs.getPath("/file"), "kept");
            Files.setAttribute(file, "dos:readonly", true);
            assertThatThrownBy(() -> Files.newByteChannel(
                                    file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE)
                            .close())
                    .isInstanceOf(AccessDeniedException.class);
            assertThat(file).hasContent("kept");
            Files.setAttribute(file, "dos:readonly", false);
            Files.newByteChannel(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE)
                    .close();
            assertThat(file).doesNotExist();
        }
        assertClean(device);
    }

    /** Whether a file may be deleted is decided when it is opened, as on Unix and by Windows' FAT. */
    @Test
    void fileThatBecomesReadOnlyWhileOpen_isDeletedOnClose() throws IOException {
        MemoryBlockDevice device = formatted();
        try (FileSystem fs = mount(device)) {
            Path file = fs.getPath("/file");
            var options =
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            try (var channel = Files.newByteChannel(file, options)) {
                channel.write(ByteBuffer.wrap(new byte[700]));
                Files.setAttribute(file, "dos:readonly", true);
                assertThatThrownBy(() -> Files.delete(file)).isInstanceOf(AccessDeniedException.class);
            }
            assertThat(file).doesNotExist();
            try (var out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.DELETE_ON_CLOSE)) {
                out.write(1);
                Files.setAttribute(file, "dos:readonly", true);
            }
            assertThat(file).doesNotExist();
        }
        assertClean(device);
    }

    /** The way around {@code Files.copy} between providers, which deletes the target first: what docs/fat.md says. */
    @Test
    void copyFromAnotherProvider_besideTheTarget_losesNothing(@TempDir Path host) throws IOException {
        MemoryBlockDevice device = formatted();
        try (FileSystem fs = mount(device)) {
            Path target = Files.writeString(fs.getPath("/target"), "kept");
            Path beside = fs.getPath("/target.new");
            Path large = Files.write(
                    host.resolve("large"),
                    new byte[(int) Files.getFileStore(target).getTotalSpace() + 1]);
            assertThatThrownBy(() -> Files.copy(large, beside)).isInstanceOf(FatException.class);
            assertThat(target).hasContent("kept");
            Files.deleteIfExists(beside);
            Path small = Files.writeString(host.resolve("small"), "new");
            Files.copy(small, beside);
            Files.move(beside, target, REPLACE);
            assertThat(target).hasContent("new");
            assertThat(beside).doesNotExist();
        }
        assertClean(device);
    }

    @Test
    void readOnlyTarget_isRefused() throws IOException {
        MemoryBlockDevice device = formatted();
        try (FileSystem fs = mount(device);
                FileSystem other = mount(formatted())) {
            Path target = Files.writeString(fs.getPath("/target"), "kept");
            Path source = Files.writeString(fs.getPath("/source"), "new");
            Path foreign = Files.writeString(other.getPath("/source"), "new");
            Files.setAttribute(target, "dos:readonly", true);
            assertThatThrownBy(() -> Files.copy(source, target, REPLACE)).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> Files.move(source, target, REPLACE)).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> Files.move(source, target, StandardCopyOption.ATOMIC_MOVE))
                    .isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> Files.copy(foreign, target, REPLACE)).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> Files.move(foreign, target, REPLACE)).isInstanceOf(AccessDeniedException.class);
            assertThat(target).hasContent("kept");
            assertThat(source).hasContent("new");
            assertThat(foreign).hasContent("new");
        }
        assertClean(device);
    }

    @Test
    void badSource_leavesTheTarget() throws IOException {
        SampleVolume sample = SampleVolume.make();
        sample.fat(sample.first("A       BIN") + 2, 0); // its third cluster leads to a free one
        try (FileSystem broken = mount(sample.device())) {
            MemoryBlockDevice device = formatted();
            try (FileSystem fs = mount(device)) {
                Path target = Files.writeString(fs.getPath("/target"), "kept");
                for (CopyOption[] options :
                        new CopyOption[][] {{REPLACE}, {REPLACE, StandardCopyOption.COPY_ATTRIBUTES}}) {
                    assertThatThrownBy(() -> Files.copy(broken.getPath("/A.BIN"), target, options))
                            .isInstanceOfSatisfying(FatException.class, e -> assertThat(e.rule())
                                    .isEqualTo(FatRule.CHAIN_TO_FREE));
                }
                assertThatThrownBy(() -> Files.copy(broken.getPath("/A.BIN"), fs.getPath("/fresh")))
                        .isInstanceOf(FatException.class);
                assertThat(target).hasContent("kept");
                assertThat(fs.getPath("/fresh")).doesNotExist();
            }
            assertClean(device);
        }
    }

    @Test
    void tooLittleRoom_leavesTheTarget() throws IOException {
        MemoryBlockDevice device = formatted();
        try (FileSystem fs = mount(device)) {
            long free = Files.getFileStore(fs.getPath("/")).getUnallocatedSpace();
            Path source = Files.write(fs.getPath("/source"), new byte[(int) free / 2]);
            Path target = Files.writeString(fs.getPath("/target"), "kept");
            long before = Files.getFileStore(target).getUnallocatedSpace();
            assertThatThrownBy(() -> Files.copy(source, target, REPLACE))
                    .isInstanceOfSatisfying(
                            FatException.class, e -> assertThat(e.rule()).isEqualTo(FatRule.VOLUME_FULL));
            assertThatThrownBy(() -> Files.copy(source, fs.getPath("/fresh"))).isInstanceOf(FatException.class);
            assertThat(target).hasContent("kept");
            assertThat(fs.getPath("/fresh")).doesNotExist();
            assertThat(Files.getFileStore(target).getUnallocatedSpace()).isEqualTo(before);
        }
        assertClean(device);
    }

    @Test
    void directories_replaceAndAreReplaced() throws IOException {
        MemoryBlockDevice device = formatted();
        try (FileSystem fs = mount(device)) {
            Path full = Files.createDirectory(fs.getPath("/full"));
            Files.writeString(full.resolve("a"), "a");
            Path empty = Files.createDirectory(fs.getPath("/empty"));
            Path file = Files.writeString(fs.getPath("/file"), "f".repeat(2000));
            assertThatThrownBy(() -> Files.copy(file, full, REPLACE)).isInstanceOf(DirectoryNotEmptyException.class);
            Files.copy(file, empty, REPLACE);
            assertThat(empty).hasContent("f".repeat(2000));
            Files.copy(full, file, REPLACE);
            assertThat(file).isEmptyDirectory();
            assertThat(full.resolve("a")).hasContent("a");
        }
        assertClean(device);
    }

    @Test
    void copy_keepsTimesOnlyWhenAsked() throws IOException {
        MemoryBlockDevice device = formatted();
        try (FileSystem fs = mount(device)) {
            Path source = Files.writeString(fs.getPath("/source"), "text");
            FileTime time = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));
            Files.setLastModifiedTime(source, time);
            Files.setAttribute(source, "dos:hidden", true);
            Files.copy(source, fs.getPath("/plain"));
            Files.copy(source, fs.getPath("/like"), StandardCopyOption.COPY_ATTRIBUTES);
            assertThat(Files.getLastModifiedTime(fs.getPath("/like"))).isEqualTo(time);
            assertThat(Files.isHidden(fs.getPath("/like"))).isTrue();
            assertThat(Files.getLastModifiedTime(fs.getPath("/plain"))).isNotEqualTo(time);
            assertThat(Files.isHidden(fs.getPath("/plain"))).isFalse();
        }
        assertClean(device);
    }
}
