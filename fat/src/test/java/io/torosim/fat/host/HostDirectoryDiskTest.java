package io.torosim.fat.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.host.HostDirectoryDisk.HostDirectoryOptions;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import io.torosim.fat.support.Tool;
import io.torosim.fat.support.Trees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostDirectoryDiskTest {
    private static final MountOptions MOUNT = MountOptions.of("vvfat");

    @TempDir
    Path temporary;

    private Path host;

    @BeforeEach
    void makeHost() throws IOException {
        host = Files.createDirectory(temporary.resolve("host"));
    }

    @Test
    void disk_isByteEqualToQemu() throws IOException {
        Tool.require("qemu-img");
        Trees.make(host, 8192, 8);
        for (String name : new String[] {
            "\ud83d\ude00 smile.bin",
            "no.dots.here.tar.gz",
            "EXT.LONG",
            "x+y,z.txt",
            "sp ace.t t",
            "trailing..x",
            "...x",
            "ABC.d.e",
            "lower.txt",
            "thirteenchars",
            "twentysix chars in one name".substring(0, 26),
            "\u0424\u0438.txt",
            "UPPER.TXT",
            "\u0131\u017f.x",
            "~1",
            "EMPTY~1.TXT",
            "empty file.txt",
            "\u0124x"
        }) {
            Files.writeString(host.resolve(name), name);
            Files.setLastModifiedTime(host.resolve(name), FileTime.from(Trees.TIME.plusSeconds(name.length())));
        }
        Files.createDirectories(host.resolve("zz/deep/deeper"));
        Files.writeString(host.resolve("zz/deep/x"), "x");
        for (int i = 0; i < 300; i++) { // more than one cluster of slots
            Files.writeString(Files.createDirectories(host.resolve("big")).resolve("name " + i), "" + i);
        }
        Path image = temporary.resolve("q.img");
        Tool.ok("qemu-img", "convert", "-O", "raw", "fat:" + host, image.toString());
        var options = HostDirectoryOptions.defaults().withOrder(HostDirectoryOptions.Order.HOST);
        try (BlockDevice qemu = BlockDevice.file(image, true);
                HostDirectoryDisk ours = HostDirectoryDisk.open(host, options)) {
            assertThat(ours.sectorCount()).isEqualTo(qemu.sectorCount());
            assertThat(firstDifference(qemu, ours)).isEqualTo("none");
        }
    }

    /**
     * Compares the disks, leaving out the host's ctime and atime (bytes 14 to 19 of every directory slot) and what stands
     * behind the end of a file in its last cluster: QEMU leaves there what it read before, we put zeros.
     */
    private static String firstDifference(BlockDevice qemu, HostDirectoryDisk ours) throws IOException {
        int chunk = 2048;
        for (long at = 0; at < qemu.sectorCount(); at += chunk) {
            byte[] expected = new byte[(int) Math.min(chunk, qemu.sectorCount() - at) * 512];
            byte[] actual = new byte[expected.length];
            qemu.read(at, ByteBuffer.wrap(expected));
            ours.read(at, ByteBuffer.wrap(actual));
            for (int i = Arrays.mismatch(expected, actual); i >= 0 && i < expected.length; i++) {
                if (expected[i] != actual[i] && !masked(ours, at * 512 + i)) {
                    return "byte " + (at * 512 + i) + ": QEMU " + expected[i] + ", we " + actual[i];
                }
            }
        }
        return "none";
    }

    private static boolean masked(HostDirectoryDisk ours, long offset) {
        boolean times = offset % 32 >= 14 && offset % 32 <= 19;
        if (offset < VvfatLayout.DATA_START * 512L) {
            return times && offset >= VvfatLayout.ROOT_START * 512L;
        }
        int cluster = VvfatLayout.clusterOf(offset / 512);
        HostFile file = ours.ownerOf(cluster);
        long inside = (offset - VvfatLayout.DATA_START * 512L) % VvfatLayout.CLUSTER_BYTES;
        return file != null && (file.directory ? times : inside >= ours.contentBytes(cluster));
    }

    @Test
    void disk_readAsAFileSystem_givesTheTreeBack() throws IOException {
        Trees.make(host, 8192, 9);
        TreeMap<String, String> expected = Trees.hashes(host);
        var disk = HostDirectoryDisk.open(host, HostDirectoryOptions.defaults());
        assertThat(VolumeCheck.check(disk, MOUNT).findings()).isEmpty();
        try (FileSystem fs = FatFileSystemProvider.open(disk, MOUNT)) {
            assertThat(fs.isReadOnly()).isTrue();
            assertThat(Trees.difference(expected, Trees.hashes(fs.getPath("/"))))
                    .isEmpty();
            assertThat(Files.getLastModifiedTime(fs.getPath("/hello.txt")).toInstant())
                    .isEqualTo(Trees.TIME);
        }
    }

    @Test
    void knownTree_hasTheBytesSeenInQemu() throws IOException {
        Files.createFile(host.resolve("EMPTY"));
        Files.writeString(host.resolve("HELLO.TXT"), "hello world\n");
        Files.writeString(Files.createDirectory(host.resolve("IDIR")).resolve("A.TXT"), "x");
        for (String name : new String[] {"EMPTY", "HELLO.TXT", "IDIR/A.TXT", "IDIR"}) {
            Files.setLastModifiedTime(host.resolve(name), FileTime.from(Trees.TIME));
        }
        try (BlockDevice disk = HostDirectoryDisk.open(host, HostDirectoryOptions.defaults())) {
            byte[] sector = new byte[512];
            disk.read(568, ByteBuffer.wrap(sector));
            assertThat(hex(sector, 0, 12)).isEqualTo("51454d5520565646415420" + "28");
            assertThat(hex(sector, 0x60, 32))
                    .isEqualTo("41480045004c004c004f000f00f12e005400580054000000ffff0000ffffffff");
            assertThat(hex(sector, 0x80 + 22, 10)).isEqualTo("4649e856" + "0200" + "0c000000");
            disk.read(64, ByteBuffer.wrap(sector));
            assertThat(hex(sector, 0, 10)).isEqualTo("f8ffffffffffffffffff");
            disk.read(600, ByteBuffer.wrap(sector));
            assertThat(new String(sector, 0, 12, java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("hello world\n");
        }
    }

    private static String hex(byte[] bytes, int from, int length) {
        return java.util.HexFormat.of().formatHex(bytes, from, from + length);
    }

    @Test
    void timeBefore1980_isClamped() throws IOException {
        Files.writeString(host.resolve("old"), "x");
        Files.setLastModifiedTime(host.resolve("old"), FileTime.from(Instant.EPOCH));
        try (FileSystem fs =
                FatFileSystemProvider.open(HostDirectoryDisk.open(host, HostDirectoryOptions.defaults()), MOUNT)) {
            assertThat(Files.getLastModifiedTime(fs.getPath("/old")).toInstant())
                    .isEqualTo(Instant.parse("1980-01-01T00:00:00Z"));
        }
    }

    @Test
    void hostChange_isReportedNotServed() throws IOException {
        Files.writeString(host.resolve("a.txt"), "first");
        Files.writeString(host.resolve("b.txt"), "other");
        var disk = HostDirectoryDisk.open(host, HostDirectoryOptions.defaults());
        try (FileSystem fs = FatFileSystemProvider.open(disk, MOUNT)) {
            assertThat(Files.readString(fs.getPath("/a.txt"))).isEqualTo("first");
            Files.writeString(host.resolve("a.txt"), "secon");
            Files.setLastModifiedTime(host.resolve("a.txt"), FileTime.from(Trees.TIME));
            assertThatThrownBy(() -> Files.readString(fs.getPath("/a.txt")))
                    .isInstanceOfSatisfying(
                            FatException.class, e -> assertThat(e.rule()).isEqualTo(FatRule.HOST_CHANGED))
                    .hasMessageContaining("a.txt");
            Files.delete(host.resolve("b.txt"));
            assertThatThrownBy(() -> Files.readString(fs.getPath("/b.txt"))).isInstanceOf(FatException.class);
        }
    }

    @Test
    void newHostFile_isReportedWhenTheDirectoryIsRead() throws IOException {
        Files.writeString(host.resolve("a.txt"), "first");
        Files.setLastModifiedTime(host, FileTime.from(Trees.TIME));
        var disk = HostDirectoryDisk.open(host, HostDirectoryOptions.defaults());
        Files.writeString(host.resolve("new.txt"), "new");
        try (FileSystem fs = FatFileSystemProvider.open(disk, MOUNT)) {
            assertThatThrownBy(() -> Files.size(fs.getPath("/a.txt")))
                    .isInstanceOf(FatException.class)
                    .hasMessageContaining("HOST_CHANGED");
        }
    }

    @Test
    void writableDisk_bringsEveryChangeToTheHost() throws IOException {
        Trees.make(host, 8192, 10);
        Files.writeString(host.resolve("swap a"), "content of a");
        Files.writeString(host.resolve("swap b"), "the content of b is longer");
        var disk = HostDirectoryDisk.open(host, HostDirectoryOptions.defaults().asWritable());
        TreeMap<String, String> expected;
        try (FileSystem fs = FatFileSystemProvider.open(disk, MOUNT.withClock(() -> Trees.TIME))) {
            Path root = fs.getPath("/");
            Files.writeString(root.resolve("HELLO.TXT"), "changed", StandardOpenOption.APPEND);
            Files.writeString(root.resolve("new file.txt"), "new");
            Files.delete(root.resolve("three.bin"));
            Files.move(root.resolve("swap a"), root.resolve("tmp"));
            Files.move(root.resolve("swap b"), root.resolve("swap a"));
            Files.move(root.resolve("tmp"), root.resolve("swap b"));
            Files.move(root.resolve("Sub/deep directory"), root.resolve("moved"));
            Files.createDirectory(root.resolve("fresh"));
            Files.write(root.resolve("fresh/large.bin"), new byte[50_000]);
            expected = Trees.hashes(root);
        }
        assertThat(Trees.difference(expected, Trees.hashes(host))).isEmpty();
        assertThat(Files.readString(host.resolve("swap b"))).isEqualTo("content of a");
        assertThat(Files.getLastModifiedTime(host.resolve("new file.txt")).toInstant())
                .isEqualTo(Trees.TIME);
    }

    @Test
    void writableDisk_afterAFlush_goesOnInTheGuestsLayout() throws IOException {
        Trees.make(host, 8192, 12);
        var disk = HostDirectoryDisk.open(host, HostDirectoryOptions.defaults().asWritable());
        TreeMap<String, String> expected;
        try (FileSystem fs = FatFileSystemProvider.open(disk, MOUNT)) {
            Path root = fs.getPath("/");
            for (int round = 0; round < 3; round++) {
                Files.write(root.resolve("many/file number 3.text"), new byte[20_000 + round]);
                Files.writeString(root.resolve("new " + round), "round " + round);
                disk.flush();
                assertThat(Files.readString(host.resolve("new " + round))).isEqualTo("round " + round);
                assertThat(Files.readString(root.resolve("new " + round))).isEqualTo("round " + round);
            }
            expected = Trees.hashes(root);
        }
        assertThat(Trees.difference(expected, Trees.hashes(host))).isEmpty();
    }

    @Test
    void brokenVolume_isNotBroughtToTheHost() throws IOException {
        Files.writeString(host.resolve("a.txt"), "first");
        var disk = HostDirectoryDisk.open(host, HostDirectoryOptions.defaults().asWritable());
        disk.write(64, ByteBuffer.allocate(512)); // the first FAT is gone
        disk.flush();
        assertThatThrownBy(disk::close).isInstanceOf(FatException.class);
        assertThat(Files.readString(host.resolve("a.txt"))).isEqualTo("first");
    }

    @Test
    void unsuitableDirectories_areRefused() throws IOException {
        assertThatThrownBy(() -> HostDirectoryDisk.open(temporary.resolve("none"), HostDirectoryOptions.defaults()))
                .isInstanceOf(NotDirectoryException.class);
        for (int i = 0; i < 256; i++) {
            Files.createFile(host.resolve("F" + i));
        }
        assertThatThrownBy(() -> HostDirectoryDisk.open(host, HostDirectoryOptions.defaults()))
                .isInstanceOfSatisfying(
                        FatException.class, e -> assertThat(e.rule()).isEqualTo(FatRule.DIRECTORY_FULL));
        Path twice = Files.createDirectory(temporary.resolve("twice"));
        Files.createFile(twice.resolve("a"));
        Files.createFile(twice.resolve("A"));
        assertThatThrownBy(() -> HostDirectoryDisk.open(
                        twice, HostDirectoryOptions.defaults().asWritable()))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("case");
    }

    @Test
    void bootSector_isQemus() throws IOException {
        byte[] sector = VvfatLayout.bootSector("QEMU VVFAT");
        assertThat(hex(sector, 0, 64))
                .isEqualTo("eb3e904d5357494e342e3100021001000200020000f8fc003f0010003f000000"
                        + "c1bf0f00800029fd1abefa51454d552056564641542046415431362020200000");
        assertThat(BootSector.parse("q", sector, 1L << 30).clusterCount()).isEqualTo(VvfatLayout.CLUSTERS);
    }
}
