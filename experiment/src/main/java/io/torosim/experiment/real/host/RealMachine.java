package io.torosim.experiment.real.host;

import io.torosim.core.process.RunPlace;
import io.torosim.experiment.real.asm.KernelImage;
import io.torosim.experiment.real.host.CpuShare.CpuTimes;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A QEMU process that runs a guest, the guest's memory as a file that both map, and a directory of its own. The process
 * and its files are gone after {@link #close}, and when this JVM ends.
 *
 * <p>It starts the {@link KernelImage} that {@link io.torosim.experiment.real.run.ProbeRun ProbeRun},
 * {@link io.torosim.experiment.real.AccessRun AccessRun}, {@link io.torosim.experiment.real.boot.BootMeasurement BootMeasurement} and
 * {@link io.torosim.experiment.real.LinuxRun LinuxRun} have made, in a {@link RunPlace}; {@link CpuShare} reads what the process takes,
 * {@link ErrorOutput} what it says.
 */
public final class RealMachine implements AutoCloseable {
    /** The program. */
    public static final String PROGRAM = "qemu-system-x86_64";

    private static final int END_SECONDS = 5;
    private static final int POLL_MILLIS = 2;
    /** Ctrl-C ends the monitor too, perhaps before this JVM has heard of it. */
    private static final int SIGNAL_MILLIS = 100;

    private final RunPlace place;
    private final Path directory;
    private final Process process;
    private final ErrorOutput errors;
    private final long startedNanos;
    private volatile boolean endedByUs;
    private boolean looked;

    private RealMachine(RunPlace place, Process process, long startedNanos) {
        this.place = place;
        this.directory = place.directory();
        this.process = process;
        this.errors = new ErrorOutput(process.getErrorStream());
        this.startedNanos = startedNanos;
    }

    /** Returns where the program is, or null. */
    public static @Nullable Path program() {
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
        return version(program);
    }

    static String version(Path program) throws IOException {
        try (RunPlace place = RunPlace.create()) {
            ProcessBuilder builder = new ProcessBuilder(program.toString(), "--version");
            Process process = place.start(builder.redirectErrorStream(true));
            ErrorOutput output = new ErrorOutput(process.getInputStream());
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                throw new RealMachineException(PROGRAM + " hangs: --version did not end within " + END_SECONDS + " s");
            }
            RunPlace.unlessEnding();
            String said = output.text();
            if (process.exitValue() != 0) {
                throw new RealMachineException(PROGRAM + " --version ended with status " + process.exitValue() + ": "
                        + (said.isEmpty() ? "no output" : said));
            }
            return said.isEmpty() ? "unknown" : said.lines().findFirst().orElseThrow();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RealMachineException("interrupted");
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

    static RealMachine start(@Nullable Path program, List<String> arguments, int ramBytes, List<RunFile> files)
            throws IOException {
        if (program == null) {
            throw new RealMachineException(PROGRAM + " is not installed");
        }
        RunPlace place = RunPlace.create();
        Path directory = place.directory();
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
            builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
            long startedNanos = System.nanoTime();
            return new RealMachine(place, place.start(builder), startedNanos);
        } catch (IOException | RuntimeException e) {
            place.close();
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

    /** Returns the CPU time so far; throws {@link RealMachineException} if the process is gone or stopped. */
    public CpuTimes cpuTimes() throws IOException {
        requireAlive();
        if (!looked) {
            looked = true;
            if (process.children().findAny().isPresent()) {
                throw new RealMachineException(
                        program() + " starts another process and waits for it, whose CPU time cannot be"
                                + " told from its own: let it end in exec");
            }
        }
        return CpuTimes.read(process.pid());
    }

    /** Returns the share of the CPU between two readings. */
    public static CpuShare share(CpuTimes from, CpuTimes to) {
        return CpuShare.between(from, to);
    }

    /** Ends the process from another thread than the one that reads its output. */
    public void end() {
        endedByUs = true;
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
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
        pause(SIGNAL_MILLIS);
        RunPlace.unlessEnding();
        return process.isAlive()
                ? PROGRAM + " closed its output and goes on"
                : PROGRAM + " ended with status " + process.exitValue() + ": " + errorOutput();
    }

    /** Throws {@link RealMachineException} with exit status and error output if the process has ended. */
    public void requireAlive() throws IOException {
        if (!process.isAlive()) {
            pause(SIGNAL_MILLIS);
            RunPlace.unlessEnding();
            throw new RealMachineException(
                    PROGRAM + " ended with status " + process.exitValue() + ": " + errorOutput());
        }
    }

    private String errorOutput() {
        String text = errors.text();
        return text.isEmpty() ? "no error output" : text;
    }

    /** Waits; an interrupt ends it early and stays set. */
    public static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process and what it has started, waits until it is gone, and deletes its directory. Closing twice does nothing. */
    @Override
    public void close() throws IOException {
        place.close();
    }

    /** The monitor is missing, refused its arguments, died or hung; the message is one line. */
    public static final class RealMachineException extends IOException {
        private static final long serialVersionUID = 1;

        /** Creates it; lines of {@code message} are joined. */
        public RealMachineException(String message) {
            super(message.strip().replaceAll("\\s*\\R\\s*", " "));
        }
    }

    /**
     * A machine of QEMU on which probe guests run.
     *
     * @param name as it is written on the command line
     * @param arguments QEMU's arguments for it; {@code ram} is the name of the memory
     * @param entry how it enters the guest
     */
    public record MachineKind(String name, List<String> arguments, KernelImage.Entry entry) {
        private static final List<MachineKind> KINDS = List.of(
                new MachineKind("pc", List.of("-machine", "pc,memory-backend=ram"), KernelImage.Entry.MULTIBOOT),
                new MachineKind(
                        "pc-bare",
                        List.of("-nodefaults", "-machine", "pc,memory-backend=ram"),
                        KernelImage.Entry.MULTIBOOT),
                new MachineKind("q35", List.of("-machine", "q35,memory-backend=ram"), KernelImage.Entry.MULTIBOOT),
                new MachineKind(
                        "microvm",
                        List.of("-nodefaults", "-machine", "microvm,memory-backend=ram"),
                        KernelImage.Entry.PVH));

        /** Takes a copy. */
        public MachineKind {
            arguments = List.copyOf(arguments);
        }

        /** Returns the machine of that name; throws {@link IllegalArgumentException} naming all, if there is none. */
        public static MachineKind ofName(String name) {
            return KINDS.stream()
                    .filter(k -> k.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("machine must be one of "
                            + String.join(
                                    ", ", KINDS.stream().map(MachineKind::name).toList()) + ", machine=" + name));
        }
    }
}
