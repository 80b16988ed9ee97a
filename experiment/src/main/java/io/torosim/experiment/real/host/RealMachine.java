package io.torosim.experiment.real.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A QEMU process that runs a guest, the guest's memory as a file that both map, and a directory of its own. The process
 * and its files are gone after {@link #close}, at the latest with this JVM.
 */
public final class RealMachine implements AutoCloseable {
    /** The program. */
    public static final String PROGRAM = "qemu-system-x86_64";

    private static final int END_SECONDS = 5;
    private static final int POLL_MILLIS = 2;

    private final Path directory;
    private final Process process;
    private final long startedNanos;
    private final Thread atExit;
    private volatile boolean endedByUs;
    private boolean closed;

    private RealMachine(Path directory, Process process, long startedNanos) {
        this.directory = directory;
        this.process = process;
        this.startedNanos = startedNanos;
        this.atExit = new Thread(
                () -> {
                    process.destroyForcibly();
                    deleteTree(directory);
                },
                "end-qemu");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** A directory for a run, in memory where the host has such a place. */
    static Path newDirectory() throws IOException {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory)
                ? Files.createTempDirectory(
                        memory, "torosim-qemu-" + ProcessHandle.current().pid() + "-")
                : Files.createTempDirectory(
                        "torosim-qemu-" + ProcessHandle.current().pid() + "-");
    }

    /** Returns where the program is, or null. */
    public static Path program() {
        String path = System.getenv("PATH");
        for (String place : (path == null ? "/usr/bin" : path).split(":")) {
            Path file = Path.of(place.isEmpty() ? "." : place, PROGRAM);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    /** Returns what the program says of its version, in one line; throws {@link RealMachineException} if it is missing. */
    public static String version() throws IOException {
        Path program = program();
        if (program == null) {
            throw new RealMachineException(PROGRAM + " is not installed");
        }
        Process process = new ProcessBuilder(program.toString(), "--version")
                .redirectErrorStream(true)
                .start();
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            return line == null ? "unknown" : line;
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Starts a machine.
     *
     * @param arguments the machine, the accelerator, the guest; {@code @NAME@} stands for a file of {@code files}
     * @param ramBytes guest memory; it is a file that {@link #memory} maps
     * @param files files of the run by name, such as the kernel
     */
    public static RealMachine start(List<String> arguments, int ramBytes, List<RunFile> files) throws IOException {
        return start(program(), arguments, ramBytes, files);
    }

    static RealMachine start(Path program, List<String> arguments, int ramBytes, List<RunFile> files)
            throws IOException {
        if (program == null) {
            throw new RealMachineException(PROGRAM + " is not installed");
        }
        Path directory = newDirectory();
        try {
            for (RunFile file : files) {
                Files.write(directory.resolve(file.name()), file.content());
            }
            List<String> command = new ArrayList<>(List.of(
                    program.toString(), "-no-user-config", "-name", "torosim,debug-threads=on", "-display", "none"));
            for (String argument : arguments) {
                command.add(argument.replace("@DIR@", directory.toString()));
            }
            command.addAll(List.of(
                    "-m",
                    (ramBytes >> 20) + "M",
                    "-object",
                    "memory-backend-file,id=ram,size=" + (ramBytes >> 20) + "M,share=on,mem-path="
                            + directory.resolve("ram")));
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.redirectError(directory.resolve("stderr").toFile());
            builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
            long startedNanos = System.nanoTime();
            return new RealMachine(directory, builder.start(), startedNanos);
        } catch (IOException | RuntimeException e) {
            deleteTree(directory);
            throw e;
        }
    }

    /**
     * A file of a run.
     *
     * @param name its name in the run's directory, which arguments call {@code @DIR@}
     * @param content its bytes
     */
    public record RunFile(String name, byte[] content) {
        /** Takes a copy. */
        public RunFile {
            content = content.clone();
        }
    }

    /** Returns when the process was about to be started, by the monotonic clock. */
    public long startedNanos() {
        return startedNanos;
    }

    /** Returns the process's standard output: what the guest writes to a debug port that goes there. */
    public java.io.InputStream output() {
        return process.getInputStream();
    }

    /** Returns the guest's memory, shared with it; waits until the process has made it. */
    public MappedByteBuffer memory(int ramBytes) throws IOException {
        Path ram = directory.resolve("ram");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        while (!Files.exists(ram) || Files.size(ram) < ramBytes) {
            requireAlive();
            if (System.nanoTime() - deadline > 0) {
                throw new RealMachineException(PROGRAM + " hangs: no guest memory after " + END_SECONDS + " s");
            }
            pause(POLL_MILLIS);
        }
        try (FileChannel channel = FileChannel.open(ram, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, ramBytes);
        }
    }

    /** Returns the CPU time so far; throws {@link RealMachineException} if the process is gone. */
    public CpuTimes cpuTimes() throws IOException {
        requireAlive();
        return CpuTimes.read(process.pid());
    }

    /** Returns the share of the CPU between two readings. */
    public static CpuShare share(CpuTimes from, CpuTimes to) {
        return CpuShare.between(from, to);
    }

    /** Ends the process from another thread than the one that reads its output. */
    public void end() {
        endedByUs = true;
        process.destroyForcibly();
    }

    /** Returns whether {@link #end} was called. */
    public boolean endedByUs() {
        return endedByUs;
    }

    /** Waits a moment for the process's end and says in a line how it ended. */
    public String epitaph() {
        try {
            process.waitFor(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return process.isAlive()
                ? PROGRAM + " closed its output and goes on"
                : PROGRAM + " ended with status " + process.exitValue() + ": " + errorOutput();
    }

    /** Throws {@link RealMachineException} with exit status and error output if the process has ended. */
    public void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new RealMachineException(
                    PROGRAM + " ended with status " + process.exitValue() + ": " + errorOutput());
        }
    }

    private String errorOutput() {
        try {
            String text = Files.readString(directory.resolve("stderr"), StandardCharsets.UTF_8)
                    .strip();
            return text.isEmpty() ? "no error output" : text;
        } catch (IOException e) {
            return "error output unreadable";
        }
    }

    /** Waits; an interrupt ends it early and stays set. */
    public static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process, waits until it is gone, and deletes its directory. Closing twice does nothing. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        process.destroyForcibly();
        boolean ended = false;
        try {
            ended = process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        deleteTree(directory);
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // the JVM is on its way down
        }
        if (!ended) {
            throw new RealMachineException("process " + process.pid() + " does not end");
        }
    }

    private static void deleteTree(Path directory) {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }
}
