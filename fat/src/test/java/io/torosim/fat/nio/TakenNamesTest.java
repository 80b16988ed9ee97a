package io.torosim.fat.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.check.VolumeCheck.CheckReport.Finding;
import io.torosim.fat.nio.FatFileAttributeView.FatFileAttributes;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Long names that this project never writes: the same but for case, or with characters that none may have. */
class TakenNamesTest {
    private static FileSystem mount(MemoryBlockDevice device) throws IOException {
        return FatFileSystemProvider.open(device, MountOptions.of("taken"));
    }

    /** Makes /D with two files, whose contents are their names. */
    private static MemoryBlockDevice volume(String... names) throws IOException {
        var device = new MemoryBlockDevice(4300);
        FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 1));
        try (FileSystem fs = mount(device)) {
            Files.createDirectory(fs.getPath("/D"));
            for (String name : names) {
                Files.writeString(fs.getPath("/D/" + name), name);
            }
        }
        return device;
    }

    /** Changes the first UTF-16 unit of the long name that begins so. */
    private static MemoryBlockDevice renamed(MemoryBlockDevice device, char from, char to) {
        byte[] disk = device.toByteArray();
        for (int slot = 0; slot < disk.length; slot += 32) {
            if (disk[slot] == 0x41 && disk[slot + 11] == 0x0f && disk[slot + 1] == (byte) from) {
                assertThat((int) disk[slot + 2]).isZero();
                disk[slot + 1] = (byte) to;
                return MemoryBlockDevice.of(disk);
            }
        }
        throw new AssertionError("no long name begins with " + from);
    }

    private static String list(Path directory) throws IOException {
        try (var list = Files.list(directory)) {
            return list.map(path -> path.getFileName().toString()).collect(Collectors.joining(" "));
        }
    }

    @Test
    void unknownImage_isToldWhatWasLookedFor() {
        byte[] apple = new byte[1 << 20];
        apple[0] = 'E';
        apple[1] = 'R';
        assertThatThrownBy(() -> mount(MemoryBlockDevice.of(apple)))
                .hasMessageContaining("Apple partition map")
                .hasMessageContaining("looked for a FAT boot sector in sector 0, for MBR and GPT partitions");
        assertThatThrownBy(() -> mount(new MemoryBlockDevice(64)))
                .hasMessageContaining("BYTES_PER_SECTOR")
                .hasMessageContaining("sector 0 is all zero");
    }

    @Test
    void secondOfTwoNamesThatDifferInCase_goesByItsShortName() throws IOException {
        MemoryBlockDevice device = renamed(volume("\u00c4.txt", "\u00f6.txt"), '\u00f6', '\u00e4');
        try (FileSystem fs = mount(device)) {
            assertThat(list(fs.getPath("/D"))).isEqualTo("\u00c4.txt \u00d6.TXT");
            assertThat(fs.getPath("/D/\u00e4.txt")).hasContent("\u00c4.txt");
            Path second = fs.getPath("/D/\u00d6.TXT");
            assertThat(second).hasContent("\u00f6.txt");
            assertThat(Files.readAttributes(second, FatFileAttributes.class).takenName())
                    .isEqualTo("\u00e4.txt");
            assertThat(FatFileSystemProvider.leftOut(fs.getPath("/D"))).isEmpty();
            Files.delete(fs.getPath("/D/\u00c4.txt"));
            assertThat(list(fs.getPath("/D"))).isEqualTo("\u00d6.TXT");
            Files.move(second, fs.getPath("/D/back.txt"));
            assertThat(fs.getPath("/D/back.txt")).hasContent("\u00f6.txt");
        }
        assertThat(VolumeCheck.check(device, MountOptions.of("taken")).findings())
                .isEmpty();
    }

    @Test
    void entryWhoseShortNameIsTakenToo_isNamedAndKeepsItsDirectory() throws IOException {
        MemoryBlockDevice device = volume("AAA", "BBB");
        byte[] disk = device.toByteArray();
        for (int slot = 0; slot < disk.length; slot += 32) {
            if (disk[slot] == 'B' && disk[slot + 1] == 'B' && disk[slot + 3] == ' ') {
                disk[slot] = disk[slot + 1] = disk[slot + 2] = 'A';
            }
        }
        try (FileSystem fs = mount(MemoryBlockDevice.of(disk))) {
            Path directory = fs.getPath("/D");
            assertThat(list(directory)).isEqualTo("AAA");
            assertThat(FatFileSystemProvider.leftOut(directory))
                    .containsExactly("AAA (AAA): an earlier entry has its name");
            Files.delete(fs.getPath("/D/AAA"));
            assertThatThrownBy(() -> Files.delete(directory)).isInstanceOf(DirectoryNotEmptyException.class);
        }
    }

    @Test
    void longNameWithIllegalCharacters_isFoundAndReadAndLeft() throws IOException {
        for (char c : ":*?<>|\"\\".toCharArray()) {
            MemoryBlockDevice device = renamed(volume("xY.txt"), 'x', c);
            assertThat(VolumeCheck.check(device, MountOptions.of("taken")).findings())
                    .extracting(Finding::rule)
                    .containsExactly(FatRule.LONG_NAME_CHARACTERS);
            var repaired = VolumeCheck.repair(device, MountOptions.of("taken"));
            assertThat(repaired.actions()).isEmpty();
            assertThat(repaired.after().findings()).hasSize(1);
        }
        for (String end : new String[] {".", " "}) {
            byte[] disk = volume("xY.txt").toByteArray();
            for (int slot = 0; slot < disk.length; slot += 32) {
                if (disk[slot] == 0x41 && disk[slot + 11] == 0x0f) {
                    disk[slot + 14] = (byte) end.charAt(0); // the sixth unit
                }
            }
            assertThat(VolumeCheck.check(MemoryBlockDevice.of(disk), MountOptions.of("taken"))
                            .findings())
                    .extracting(Finding::detail)
                    .containsExactly("name ends in a " + (end.equals(".") ? "dot" : "space"));
        }
    }
}
