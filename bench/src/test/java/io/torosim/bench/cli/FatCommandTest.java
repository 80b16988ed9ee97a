package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FatCommandTest {
    private static final Instant TIME = Instant.parse("2023-07-08T09:10:12Z");

    @TempDir
    Path directory;

    private Path image;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeImage() throws IOException {
        image = directory.resolve("disk.img");
        Files.write(image, new byte[4300 * 512]);
        try (BlockDevice device = BlockDevice.file(image, false)) {
            FatFormatter.format(
                    device, FormatOptions.defaults().withSectors(512, 1).withLabel("MYDISK", 0xcafe_babeL));
        }
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of())) {
            Files.writeString(fs.getPath("/A file.txt"), "hello");
            Files.writeString(Files.createDirectory(fs.getPath("/DIR")).resolve("B.TXT"), "x".repeat(1500));
            Files.setAttribute(fs.getPath("/A file.txt"), "dos:hidden", true);
            Files.setLastModifiedTime(fs.getPath("/A file.txt"), FileTime.from(TIME));
            Files.setLastModifiedTime(fs.getPath("/DIR/B.TXT"), FileTime.from(TIME));
        }
    }

    private int run(String... arguments) {
        return new CommandLine(new FatCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void ls_showsSizeTimeAndAttributes() {
        assertThat(run("ls", "-R", image.toString())).isZero();
        assertThat(out.toString())
                .contains("--h-a          5 2023-07-08 09:10:12 AFILE~1.TXT  A file.txt")
                .contains("----a       1500 2023-07-08 09:10:12 B.TXT        DIR/B.TXT");
        assertThat(run("ls", image.toString(), "/nothing")).isEqualTo(1);
        assertThat(err.toString()).contains("/nothing: no such file");
    }

    @Test
    void cat_givesTheBytes() {
        PrintStream before = System.out;
        var bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(run("cat", image.toString(), "/a FILE.txt")).isZero();
        } finally {
            System.setOut(before);
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
    }

    @Test
    void info_showsTheShape() {
        assertThat(run("info", image.toString())).isZero();
        assertThat(out.toString()).contains("FAT16", "MYDISK", "CAFE-BABE", "4233 of 512 bytes");
    }

    @Test
    void check_cleanAndDamaged() throws IOException {
        assertThat(run("check", image.toString())).isZero();
        assertThat(out.toString()).contains("clean: 2 files, 1 directories");
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(512 + 3000 * 2);
            file.write(0xff); // a used cluster that nobody owns, in the first FAT only
        }
        assertThat(run("check", image.toString())).isEqualTo(3);
        assertThat(out.toString()).contains("FATS_DIFFER", "LOST_CLUSTERS", "damaged");
    }

    @Test
    void nothingToRead_isOneLine() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.img"));
        for (String command : new String[] {"check", "info", "ls"}) {
            assertThat(run(command, empty.toString())).as(command).isEqualTo(2);
        }
        Path none = directory.resolve("none.img");
        assertThat(run("check", none.toString())).isEqualTo(1);
        assertThat(err.toString().lines())
                .hasSize(4)
                .allMatch(line -> line.startsWith("torosim fat: "))
                .anyMatch(line -> line.contains("empty.img: there is no sector for a boot sector [METADATA_OUTSIDE"))
                .anyMatch(line -> line.equals("torosim fat: " + none + ": no such file"));
    }

    @Test
    void extract_keepsTimes() throws IOException {
        Path target = directory.resolve("out");
        assertThat(run("extract", image.toString(), target.toString())).isZero();
        assertThat(target.resolve("A file.txt")).hasContent("hello");
        assertThat(target.resolve("DIR/B.TXT")).hasContent("x".repeat(1500));
        assertThat(Files.getLastModifiedTime(target.resolve("DIR/B.TXT")).toInstant())
                .isEqualTo(TIME);
    }

    @Test
    void extract_whatIsThereAlready_staysAndIsNamed() throws IOException {
        Path target = Files.createDirectory(directory.resolve("out"));
        Files.writeString(target.resolve("A file.txt"), "mine");
        assertThat(run("extract", image.toString(), target.toString())).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(
                        "torosim fat: " + target.resolve("A file.txt") + ": exists already" + System.lineSeparator());
        assertThat(target.resolve("A file.txt")).hasContent("mine");
        assertThat(target.resolve("DIR/B.TXT")).hasContent("x".repeat(1500));
        assertThat(target.toFile().list()).containsExactlyInAnyOrder("A file.txt", "DIR");
        Path below = target.resolve("A file.txt").resolve("below");
        assertThat(run("extract", image.toString(), below.toString())).isEqualTo(2);
    }

    @Test
    void extract_damagedFile_goesOnAndExits3() throws IOException {
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            byte[] all = Files.readAllBytes(image);
            int slot = new String(all, StandardCharsets.ISO_8859_1).indexOf("B       TXT");
            file.seek(slot + 0x1a);
            file.write(new byte[] {1, 0});
        }
        Path target = directory.resolve("out");
        assertThat(run("extract", image.toString(), target.toString())).isEqualTo(3);
        assertThat(target.resolve("A file.txt")).hasContent("hello");
        assertThat(err.toString()).contains("START_CLUSTER", "/DIR/B.TXT");
    }

    @Test
    void notFat16_exits2() throws IOException {
        Path text = Files.write(directory.resolve("x.img"), new byte[5000]);
        assertThat(run("ls", text.toString())).isEqualTo(2);
        assertThat(run("check", text.toString())).isEqualTo(2);
        assertThat(run("ls")).isEqualTo(2);
        assertThat(run("ls", image.toString(), "--offset", "5")).isEqualTo(2);
        assertThat(run("ls", directory.resolve("missing.img").toString())).isEqualTo(1);
    }

    @Test
    void damagedBootSector_exits3() throws IOException {
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(0x10);
            file.write(0); // no FATs
        }
        assertThat(run("check", image.toString())).isEqualTo(3);
        assertThat(err.toString()).contains("FAT_COUNT");
    }

    @Test
    void vvfat_intoADirectoryThatIsNotThere_namesIt() throws IOException {
        Path host = Files.createDirectory(directory.resolve("there"));
        Path gone = directory.resolve("gone");
        assertThat(run("vvfat", host.toString(), gone.resolve("x").toString())).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("torosim fat: " + gone.resolve("x") + ": its directory does not exist"
                        + System.lineSeparator());
    }

    @Test
    void vvfat_isReadAgainByPartitionOrOffset() throws IOException {
        Path host = Files.createDirectory(directory.resolve("host"));
        Files.writeString(host.resolve("hello.txt"), "hi");
        Path disk = directory.resolve("out.img");
        assertThat(run("vvfat", host.toString(), disk.toString())).isZero();
        assertThat(Files.size(disk)).isEqualTo(528_482_304);
        assertThat(run("ls", disk.toString())).isZero();
        assertThat(run("ls", disk.toString(), "--partition", "1")).isZero();
        assertThat(run("ls", disk.toString(), "--offset", "32256")).isZero();
        assertThat(out.toString().split("hello.txt", -1)).hasSize(4);
        assertThat(run("vvfat", host.toString(), disk.toString())).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("torosim fat: " + disk + ": exists already" + System.lineSeparator());
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("disk.img", "host", "out.img");
    }

    @Test
    void checkRepair_mendsWhatAPowerCutLeaves_andNothingElse() throws IOException {
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(512 + 3000 * 2);
            file.write(new byte[] {(byte) 0xff, (byte) 0xff}); // a lost cluster, in the first FAT only
        }
        assertThat(run("check", "--repair", image.toString())).isZero();
        assertThat(out.toString()).contains("1 lost clusters freed", "clean: 2 files");
        assertThat(run("check", image.toString())).isZero();
        byte[] before = Files.readAllBytes(image);
        int slot = new String(before, StandardCharsets.ISO_8859_1).indexOf("B       TXT");
        before[slot + 0x1a] = 1; // a start cluster that is none: what looks lost then is the file's
        before[slot + 0x1b] = 0;
        Files.write(image, before);
        assertThat(run("check", "--repair", image.toString())).isEqualTo(3);
        assertThat(image).hasBinaryContent(before);
    }

    @Test
    void severalPartitions_areListed() throws IOException {
        byte[] volume = Files.readAllBytes(image);
        byte[] disk = new byte[512 + 2 * volume.length];
        for (int i = 0; i < 2; i++) {
            int entry = 0x1be + i * 16;
            disk[entry + 4] = (byte) (i == 0 ? 0x83 : 0xef);
            int first = 1 + i * (volume.length / 512);
            disk[entry + 8] = (byte) first;
            disk[entry + 9] = (byte) (first >> 8);
            disk[entry + 12] = (byte) (volume.length / 512);
            disk[entry + 13] = (byte) (volume.length / 512 >> 8);
            System.arraycopy(volume, 0, disk, first * 512, volume.length);
        }
        disk[510] = 0x55;
        disk[511] = (byte) 0xaa;
        Path two = Files.write(directory.resolve("two.img"), disk);
        assertThat(run("ls", two.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("2 FAT volumes, choose one with --partition N", "1 (MBR type 83h, sectors 1 to 4300: FAT16)")
                .hasLineCount(1);
        assertThat(run("ls", "--partition", "2", two.toString())).isZero();
        assertThat(run("ls", "--partition", "3", two.toString())).isEqualTo(2);
        disk[512 + 0x10] = 0; // the first one has no FATs
        Files.write(two, disk);
        assertThat(run("ls", two.toString())).isZero();
        assertThat(run("ls", "--partition", "1", two.toString())).isEqualTo(3);
    }
}
