package io.torosim.fat.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.support.Tool;
import io.torosim.fat.support.Trees;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that other programs made and filled: every file's SHA-256 is compared; what we write, they accept. */
class CorpusTest {
    @TempDir
    Path directory;

    static List<Shape> shapes() {
        return Shape.all();
    }

    @Test
    void corpus_hasAtLeastSixtyImages() {
        assertThat(shapes()).hasSizeGreaterThanOrEqualTo(60);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void read_whatMtoolsWrote_isEqual(Shape shape) throws IOException {
        Tool.require(shape.program(), "mcopy", "mdel", "mmd");
        Path image = directory.resolve("disk.img");
        shape.format(image);
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Trees.make(tree, 8192, 3);
        Map<String, String> expected = fill(shape, image, tree);
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of("accessMode", "readOnly"))) {
            assertThat(Trees.difference(expected, Trees.hashes(fs.getPath("/T"))))
                    .isEmpty();
            assertThat(Files.getLastModifiedTime(fs.getPath("/t/hello.txt")).toInstant())
                    .isEqualTo(Trees.TIME);
        }
    }

    /** QEMU's own images of a directory: FAT16 on a hard disk, FAT12 on a hard disk, FAT12 on a floppy. */
    @ParameterizedTest
    @ValueSource(strings = {"fat:16:", "fat:12:", "fat:floppy:"})
    void read_whatQemuImgWrote_isEqual(String kind) throws IOException {
        Tool.require("qemu-img");
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Trees.make(tree, kind.equals("fat:floppy:") ? 512 : 8192, 3);
        Path image = directory.resolve("disk.img");
        Tool.ok("qemu-img", "convert", "-O", "raw", kind + tree, image.toString());
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of("accessMode", "readOnly"))) {
            assertThat(Trees.difference(Trees.hashes(tree), Trees.hashes(fs.getPath("/"))))
                    .isEmpty();
        }
    }

    /** Copies the tree with mcopy and makes a fragmented file in the gaps of deleted ones. */
    private Map<String, String> fill(Shape shape, Path image, Path tree) throws IOException {
        String where = shape.mtools(image);
        Tool.ok("mmd", "-i", where, "::T");
        var command = new ArrayList<>(List.of("mcopy", "-Q", "-s", "-m", "-i", where));
        try (var entries = Files.list(tree)) {
            entries.map(Path::toString).sorted().forEach(command::add);
        }
        command.add("::T");
        Tool.ok(command.toArray(String[]::new));
        byte[] big = new byte[90_000];
        new java.util.Random(5).nextBytes(big);
        Path fragmented = tree.resolve("fragmented.bin");
        Files.write(fragmented, big);
        var deleted = new ArrayList<>(List.of("mdel", "-i", where));
        for (int i = 11; i < 60; i += 2) {
            deleted.add("::T/many/file number " + i + ".text");
            Files.delete(tree.resolve("many/file number " + i + ".text"));
        }
        Tool.ok(deleted.toArray(String[]::new));
        Tool.ok("mcopy", "-i", where, fragmented.toString(), "::T");
        return Trees.hashes(tree);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void write_isAcceptedByFsckAndReadByMtools(Shape shape) throws IOException {
        Tool.require(shape.program(), "mcopy", "fsck.fat");
        Path image = directory.resolve("disk.img");
        shape.format(image);
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Trees.make(tree, 8192, 4);
        TreeMap<String, String> expected = Trees.hashes(tree);
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of())) {
            Files.createDirectory(fs.getPath("/T"));
            Trees.copy(tree, fs.getPath("/T"));
            assertThat(Trees.difference(expected, Trees.hashes(fs.getPath("/T"))))
                    .isEmpty();
        }
        fsck(shape, image);
        Path back = Files.createDirectory(directory.resolve("back"));
        Tool.ok("mcopy", "-Q", "-s", "-i", shape.mtools(image), "::T", back.toString());
        assertThat(Trees.difference(expected, Trees.hashes(back.resolve("T")))).isEmpty();
    }

    private void fsck(Shape shape, Path image) throws IOException {
        Path volume = image;
        if (shape.offset() > 0) {
            volume = directory.resolve("volume.img");
            Tool.ok("dd", "if=" + image, "of=" + volume, "bs=512", "skip=" + shape.offset() / 512, "conv=sparse");
        }
        try (var device = BlockDevice.file(image, true)) {
            assertThat(VolumeCheck.check(device, MountOptions.of("disk.img")).findings())
                    .isEmpty();
        }
        Tool.Result result = Tool.run("fsck.fat", "-n", volume.toString());
        if (result.output().contains("only 1 or 2 FATs are supported")) {
            return; // our own check has compared the three copies
        }
        assertThat(result.output()).doesNotContain("differ", "Dirty", "rong", "ad ");
        assertThat(result.exit()).as(result.output()).isZero();
    }
}
