package io.torosim.virtio.qtest;

import io.torosim.core.process.RunPlace;
import io.torosim.virtio.qtest.QtestSession.QtestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A QEMU process whose vCPU is halted, its error output, and a directory of its own. Both are gone after {@link #close}, and at
 * the latest with this JVM: {@link RunPlace}.
 */
final class QemuProcess implements AutoCloseable {
    /** The program. */
    static final String PROGRAM = "qemu-system-x86_64";

    private static final int BIOS_BYTES = 1 << 16;
    private static final int RESET_VECTOR = BIOS_BYTES - 16;
    private static final byte[] CLI_HLT_JMP = {(byte) 0xfa, (byte) 0xf4, (byte) 0xeb, (byte) 0xfd};

    private final RunPlace place;
    private final Path directory;
    private final Process process;

    private QemuProcess(RunPlace place, Process process) {
        this.place = place;
        this.directory = place.directory();
        this.process = process;
    }

    /** Returns where the program is, or null. */
    static @Nullable Path program() {
        String path = System.getenv("PATH");
        for (String place : (path == null ? "/usr/bin" : path).split(":")) {
            Path file = Path.of(place.isEmpty() ? "." : place, PROGRAM);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    /** Returns what the program says of its version, in one line. */
    static String version() throws IOException {
        Process process = new ProcessBuilder(PROGRAM, "--version")
                .redirectErrorStream(true)
                .start();
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            return line == null ? "unknown" : line;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts QEMU; its qtest socket connects to {@code socket} in the directory of {@code place}, which becomes the process's. */
    static QemuProcess start(RunPlace place, String socket, List<String> arguments) throws IOException {
        Path directory = place.directory();
        Path program = program();
        if (program == null) {
            throw new IOException(PROGRAM + " is not installed");
        }
        byte[] bios = new byte[BIOS_BYTES];
        System.arraycopy(CLI_HLT_JMP, 0, bios, RESET_VECTOR, CLI_HLT_JMP.length);
        Files.write(directory.resolve("halt.bin"), bios);
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none",
                "-accel",
                "tcg",
                "-bios",
                directory.resolve("halt.bin").toString(),
                "-qtest",
                "unix:" + directory.resolve(socket),
                "-qtest-log",
                "/dev/null"));
        if (!arguments.contains("-machine")) {
            command.addAll(List.of("-machine", "pc"));
        }
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(directory.resolve("stderr").toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        return new QemuProcess(place, place.start(builder));
    }

    boolean alive() {
        return process.isAlive();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Says in one line how the process is, with its exit code and error output. */
    String epitaph() {
        boolean ended = false;
        try {
            ended = process.waitFor(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String text;
        try {
            text = Files.readString(directory.resolve("stderr"), StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException e) {
            text = "unreadable";
        }
        return (ended ? "exit code " + process.exitValue() : "still running") + ", stderr: "
                + (text.isEmpty() ? "empty" : text);
    }

    /** Ends the process, waits until it is gone, and deletes its directory. Closing twice does nothing. */
    @Override
    public void close() {
        close(place);
    }

    static void close(RunPlace place) {
        try {
            place.close();
        } catch (IOException e) {
            throw new QtestException(String.valueOf(e.getMessage()), e);
        }
    }
}
