package io.torosim.bench.cli.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.cli.Torosim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long guests as processes of their own that a signal ends: no beginning of a file is left, and what was there stays. */
class GuestSignalTest {
    @TempDir
    private Path dir;

    private Process torosim(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Torosim.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(dir.resolve("err").toFile())
                .start();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private long parts() throws IOException {
        return names().stream().filter(name -> name.endsWith(".part")).count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ToroHttp", "linux"})
    void sigterm_leavesNoBeginning(String guest) throws Exception {
        Files.writeString(dir.resolve("wire.pcapng"), "of the run before");
        Process process =
                torosim(List.of("guest", guest, "-n", "1000000000", "--pcap", "wire.pcapng", "--trace", "trace.json"));
        while (process.isAlive() && parts() < 2) {
            Thread.sleep(20);
        }
        assertThat(process.isAlive()).as(Files.readString(dir.resolve("err"))).isTrue();
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(names()).containsExactly("err", "wire.pcapng");
        assertThat(dir.resolve("wire.pcapng")).hasContent("of the run before");
        assertThat(dir.resolve("err")).isEmptyFile();
    }
}
