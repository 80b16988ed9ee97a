package io.torosim.bench.cli.fat;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.cli.Torosim;
import io.torosim.core.block.BlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that the host refuses, in processes of their own, because Java takes its character set when it starts. */
class NamesCommandTest {
    private static final String UMLAUT = "\u00e4.txt";

    @TempDir
    Path directory;

    private Path image;

    private record Result(int status, String out, String err) {}

    @BeforeEach
    void makeImage() throws IOException {
        image = Files.write(directory.resolve("disk.img"), new byte[4300 * 512]);
        try (BlockDevice device = BlockDevice.file(image, false)) {
            FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 1));
        }
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of())) {
            Files.writeString(fs.getPath("/first.txt"), "first");
            Files.writeString(fs.getPath("/" + UMLAUT), "umlaut");
            Files.writeString(fs.getPath("/lone\ud800surrogate"), "lone");
            Files.writeString(fs.getPath("/" + "\u65e5".repeat(100)), "too long"); // 300 bytes in UTF-8
            Files.createDirectory(fs.getPath("/\ud801"));
            Files.writeString(fs.getPath("/\ud801/inside"), "inside");
            Files.writeString(fs.getPath("/last.txt"), "last");
        }
    }

    private Result run(String locale, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Torosim.class.getName(),
                "fat"));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out.txt");
        Path err = directory.resolve("err.txt");
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("LC_ALL", locale);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(
                process.exitValue(),
                Files.readString(out, StandardCharsets.ISO_8859_1),
                Files.readString(err, StandardCharsets.ISO_8859_1));
    }

    @Test
    void extract_underUtf8_goesOnPastNamesTheHostRefuses() throws Exception {
        Path target = directory.resolve("out");
        Result result = run("C.UTF-8", "extract", image.toString(), target.toString());
        assertThat(result.status()).as(result.err()).isEqualTo(1);
        assertThat(result.err().lines()).hasSize(3).allMatch(line -> line.startsWith("torosim fat: /"));
        assertThat(result.err()).contains("written as lone%uD800surrogate", "more than 255 bytes", "written as %uD801");
        assertThat(target.resolve("first.txt")).hasContent("first");
        assertThat(target.resolve(UMLAUT)).hasContent("umlaut");
        assertThat(target.resolve("lone%uD800surrogate")).hasContent("lone");
        assertThat(target.resolve("%uD801/inside")).hasContent("inside");
        assertThat(target.resolve("last.txt")).hasContent("last");
    }

    @Test
    void underAscii_everythingIsSaidOrRefused() throws Exception {
        Path target = directory.resolve("out");
        Result extract = run("C", "extract", image.toString(), target.toString());
        assertThat(extract.status()).isEqualTo(1);
        assertThat(target.resolve("%u00E4.txt")).hasContent("umlaut");
        assertThat(target.resolve("last.txt")).hasContent("last");
        Result list = run("C", "ls", image.toString());
        assertThat(list.err()).contains("set LC_ALL=C.UTF-8").hasLineCount(1);
        Path host = Files.createDirectory(directory.resolve("host"));
        Files.writeString(host.resolve(UMLAUT), "text");
        Result disk =
                run("C", "vvfat", host.toString(), directory.resolve("v.img").toString());
        assertThat(disk.status()).isEqualTo(1);
        assertThat(disk.err()).contains("set LC_ALL=C.UTF-8").hasLineCount(1);
        Result cat = run("C", "cat", image.toString(), UMLAUT);
        assertThat(cat.status()).isNotZero();
        assertThat(run("C.UTF-8", "cat", image.toString(), UMLAUT).out()).isEqualTo("umlaut");
    }

    @Test
    void vvfat_refusesNamesThatWouldNotComeBack() throws Exception {
        for (String[] names :
                new String[][] {{"A.txt", "a.txt"}, {"line\nfeed"}, {"a:b.txt"}, {"back\\slash"}, {"trail."}, {"space "}
                }) {
            Path host = Files.createTempDirectory(directory, "host");
            for (String name : names) {
                Files.writeString(host.resolve(name), name);
            }
            Result result = run(
                    "C.UTF-8",
                    "vvfat",
                    host.toString(),
                    directory.resolve("v.img").toString());
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.err())
                    .contains("NEW_NAME", names[0].replace('\n', '?'))
                    .hasLineCount(1);
            assertThat(directory.resolve("v.img")).doesNotExist();
        }
    }

    @Test
    void nameThatAnEarlierEntryHas_isToldAndExtractedByItsShortName() throws Exception {
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of())) {
            Files.createDirectory(fs.getPath("/D"));
            Files.writeString(fs.getPath("/D/" + UMLAUT), "first");
            Files.writeString(fs.getPath("/D/\u00f6.txt"), "second");
        }
        byte[] disk = Files.readAllBytes(image);
        for (int slot = 0; slot < disk.length; slot += 32) {
            if (disk[slot] == 0x41 && disk[slot + 11] == 0x0f && disk[slot + 1] == (byte) 0xf6) {
                disk[slot + 1] = (byte) 0xc4; // the same name but for case
            }
        }
        Files.write(image, disk);
        Path target = directory.resolve("out");
        Result extract = run("C.UTF-8", "extract", "--from", "/D", image.toString(), target.toString());
        assertThat(extract.status()).isEqualTo(1);
        assertThat(extract.err()).contains("goes by its short name").hasLineCount(1);
        assertThat(target.resolve(UMLAUT)).hasContent("first");
        assertThat(target.resolve("\u00d6.TXT")).hasContent("second");
        Result list = run("C.UTF-8", "ls", image.toString(), "/D");
        assertThat(list.status()).isEqualTo(1);
        assertThat(list.err()).contains("goes by its short name").hasLineCount(1);
        assertThat(list.out()).hasLineCount(2);
    }

    @Test
    void escaping_tellsAllNamesApart() {
        var ascii = StandardCharsets.US_ASCII;
        assertThat(HostNames.escaped("plain %u0041", ascii)).isEqualTo("plain %u0041");
        assertThat(HostNames.escaped("\u00e4%u0041", ascii)).isEqualTo("%u00E4%u0025u0041");
        assertThat(HostNames.escaped("\ud83d\ude00", ascii)).isEqualTo("%uD83D%uDE00");
    }
}
