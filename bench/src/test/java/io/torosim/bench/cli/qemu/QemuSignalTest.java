package io.torosim.bench.cli.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.bench.cli.Torosim;
import io.torosim.experiment.real.host.RealMachine;
import java.io.IOException;
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
import tools.jackson.jr.ob.JSON;

/** Measurements as processes of their own that a signal ends: what was measured is kept, and nothing else is left. */
class QemuSignalTest {
    @TempDir
    private Path dir;

    @BeforeEach
    void qemu() {
        assumeTrue(RealMachine.program() != null, "qemu-system-x86_64 is not installed");
    }

    private Process torosim(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Torosim.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectOutput(dir.resolve("out").toFile())
                .redirectError(dir.resolve("err").toFile())
                .start();
    }

    private String read(String file) throws IOException {
        return Files.readString(dir.resolve(file));
    }

    /** Ends it as {@code kill} does and waits until it and its monitor are gone. */
    private void end(Process process) throws Exception {
        List<ProcessHandle> qemu = process.descendants().toList();
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        assertThat(process.exitValue()).as(read("err")).isEqualTo(143);
        for (ProcessHandle one : qemu) {
            one.onExit().get(20, TimeUnit.SECONDS);
        }
        for (Path place : List.of(Path.of("/dev/shm"), Path.of(System.getProperty("java.io.tmpdir")))) {
            try (Stream<Path> files = Files.isDirectory(place) ? Files.list(place) : Stream.of()) {
                assertThat(files)
                        .noneMatch(f -> f.getFileName().toString().startsWith("torosim-qemu-" + process.pid()));
            }
        }
    }

    private static long qemus(Process process) {
        return process.descendants()
                .filter(p -> p.info().command().orElse("").contains("qemu-system"))
                .count();
    }

    @Test
    void cpu_keepsItsSeconds_inTheTableAndInTheFile() throws Exception {
        Process process = torosim("qemu", "cpu", "--seconds", "600", "--csv", "run.csv", "--report", "run.html");
        while (process.isAlive() && !read("out").contains("\n   2 ")) {
            Thread.sleep(20);
        }
        end(process);
        List<String> lines = Files.readAllLines(dir.resolve("run.csv"));
        int seconds = lines.size() - 2;
        assertThat(seconds).isGreaterThanOrEqualTo(2);
        assertThat(lines.get(seconds)).startsWith(seconds + ",");
        String why = "interrupted after " + seconds + " of 600 seconds";
        assertThat(lines.get(seconds + 1)).isEqualTo("# not finished: " + why);
        assertThat(read("err")).isEqualTo("torosim qemu: " + why + "; they are in run.csv; there is no report\n");
        assertThat(read("out")).contains("\n   " + seconds + " ").doesNotContain("\nmeasured ");
        assertThat(dir.resolve("run.html")).doesNotExist();
    }

    @Test
    void boot_keepsItsPaths_asJsonToo() throws Exception {
        Process process = torosim("qemu", "boot", "--json", "--boots", "100", "--paths", paths());
        Thread.sleep(200);
        while (process.isAlive() && qemus(process) == 0) {
            Thread.sleep(5);
        }
        end(process);
        assertThat(read("err")).isEqualTo("torosim qemu: interrupted after 1 of 2 paths\n");
        Map<String, Object> root = JSON.std.mapFrom(read("out"));
        assertThat(root.get("finished")).isEqualTo(false);
        assertThat((List<?>) root.get("paths"))
                .singleElement()
                .satisfies(path -> assertThat(((Map<?, ?>) path).get("path")).isEqualTo("none"));
    }

    /** One that needs no boot, one that takes long. */
    private String paths() throws IOException {
        String path =
                "%s\tpvh\t-nodefaults -machine microvm,memory-backend=ram\tboot.qemu_start_microvm\tboot.qboot\t%s\n";
        return Files.writeString(
                        dir.resolve("paths.tsv"),
                        "name\tentry\targuments\tstart\tfirmware\tuntestable\n" + path.formatted("none", "a reason")
                                + path.formatted("long", "-"))
                .toString();
    }

    @Test
    void calibrateAndGap_writeNoHalfAFile() throws Exception {
        Process process = torosim("calibrate", "--out", "mine.tsv");
        while (process.isAlive() && qemus(process) == 0) {
            Thread.sleep(5);
        }
        end(process);
        assertThat(read("err")).isEqualTo("torosim calibrate: interrupted; mine.tsv was not written\n");
        String document = "<!-- gap table: begin -->\nold\n<!-- gap table: end -->\n";
        Files.writeString(dir.resolve("gap.md"), document);
        process = torosim("qemu", "gap", "--seconds", "1", "--into", "gap.md");
        while (process.isAlive() && !read("out").contains("busy-poll")) {
            Thread.sleep(20);
        }
        end(process);
        assertThat(read("err")).matches("torosim qemu: interrupted after [1-9] rows; gap.md is as it was\n");
        assertThat(read("gap.md")).isEqualTo(document);
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("out", "err", "gap.md");
        }
    }
}
