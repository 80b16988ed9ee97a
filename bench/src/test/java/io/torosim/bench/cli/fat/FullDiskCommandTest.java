package io.torosim.bench.cli.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.bench.cli.Torosim;
import io.torosim.core.block.BlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import java.io.File;
import java.io.RandomAccessFile;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands of FAT volumes do on a disk that is full; a limit on the size of files stands for it, as processes of their own. */
class FullDiskCommandTest {
    @TempDir
    private Path directory;

    private Path image;

    @BeforeEach
    void volume() throws Exception {
        image = directory.resolve("disk.img");
        Files.write(image, new byte[4300 * 512]);
        try (BlockDevice device = BlockDevice.file(image, false)) {
            FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 1));
        }
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of())) {
            Files.write(fs.getPath("/BIG.BIN"), new byte[500_000]);
            Files.writeString(fs.getPath("/SMALL.TXT"), "small");
        }
    }

    /** Runs a command with files of at most so many blocks, of 512 bytes or of 1024; returns its status. */
    private int torosim(int blocks, File out, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "ulimit -f " + blocks + "; exec \"$0\" \"$@\"",
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Torosim.class.getName(),
                "fat"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out)
                .redirectError(directory.resolve("err").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }

    private File out() {
        return directory.resolve("out").toFile();
    }

    private String err() throws Exception {
        return Files.readString(directory.resolve("err"));
    }

    private static List<String> names(Path of) throws Exception {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void extract_namesTheFileThatHasNoRoom_andKeepsTheOthersWhole() throws Exception {
        assertThat(torosim(100, out(), "extract", "disk.img", "to")).as(err()).isEqualTo(2);
        assertThat(err()).isEqualTo("torosim fat: " + directory.resolve("to/BIG.BIN") + ": File too large\n");
        assertThat(names(directory.resolve("to"))).containsExactly("SMALL.TXT");
        assertThat(directory.resolve("to/SMALL.TXT")).hasContent("small");
    }

    @Test
    void vvfat_leavesNoBeginning_andWhatWasThere() throws Exception {
        Path host = Files.createDirectory(directory.resolve("host"));
        Files.write(host.resolve("big.bin"), new byte[500_000]);
        assertThat(torosim(100, out(), "vvfat", "host", "new.img")).as(err()).isEqualTo(2);
        assertThat(err()).isEqualTo("torosim fat: new.img: File too large\n");
        assertThat(names(directory)).containsExactly("disk.img", "err", "host", "out");
    }

    @Test
    void checkRepair_thatCannotWrite_saysSoAndFreesNothing() throws Exception {
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(512 + 3000 * 2);
            file.write(new byte[] {(byte) 0xff, (byte) 0xff}); // a lost cluster, in the first FAT only
        }
        byte[] before = Files.readAllBytes(image);
        assertThat(torosim(3, out(), "check", "--repair", "disk.img")).as(err()).isEqualTo(1);
        assertThat(err()).isEqualTo("torosim fat: disk.img: File too large\n");
        assertThat(image).hasBinaryContent(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "info", "check", "cat"})
    void fullStandardOutput_isAnError(String command) throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "no /dev/full on this system");
        String[] call = command.equals("cat")
                ? new String[] {"cat", "disk.img", "/BIG.BIN"}
                : new String[] {command, "disk.img"};
        assertThat(torosim(10_000, full.toFile(), call)).as(err()).isEqualTo(2);
        assertThat(err()).isEqualTo("torosim: standard output: No space left on device\n");
    }
}
