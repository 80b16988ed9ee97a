package io.torosim.experiment.o2;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.process.RunPlace;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.spec.OptimisationLevel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the compiled routines under QEMU's software emulation, on a bare machine, and prints them beside the model: the
 * source of {@code tcg.instruction}, {@code tcg.memory_access}, {@code tcg.call_return}, {@code tcg.exit} and {@code
 * vga.cell_access_tcg}. Needs gcc, binutils and qemu-system-x86_64.
 *
 * <pre>java -cp bench/target/benchmarks.jar io.torosim.experiment.o2.TcgRoutines</pre>
 *
 * <p>What to see: loops within a third of the model, at both levels. Times are shown, not judged.
 */
final class TcgRoutines {
    private static final List<String> FILES = List.of("boot.S", "main.c", "link.ld");
    private static final String FREESTANDING =
            "-ffreestanding -fno-pic -mno-red-zone -fno-stack-protector -mcmodel=large";
    private static final String OUTPUT = "output";
    private static final long SECONDS = 120;

    private TcgRoutines() {}

    /** Builds, runs and prints. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Map<String, Double> none = measure(OptimisationLevel.NONE);
        Map<String, Double> two = measure(OptimisationLevel.O2);
        System.out.printf("%-18s %12s %9s %12s %9s%n", "routine", "-O- cycles", "model", "-O2 cycles", "model");
        for (String name : none.keySet()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-18s %12.1f %9s %12.1f %9s%n",
                    name,
                    none.get(name),
                    model(name, OptimisationLevel.NONE),
                    two.get(name),
                    model(name, OptimisationLevel.O2));
        }
    }

    private static String model(String name, OptimisationLevel level) {
        for (Routine routine : Routine.values()) {
            if (routine.name().equals(name)) {
                MachineSpec spec =
                        MachineSpec.builder().vcpuMode(VcpuMode.TCG_MULTI).build();
                try (Machine machine = Machine.create(spec)) {
                    long milliCycles = CodeCosts.of(level, machine).unitMilliCycles(routine);
                    return String.format(Locale.ROOT, "%.1f", milliCycles / 1000.0);
                }
            }
        }
        return "-";
    }

    /** Returns the cycles of each routine; directory and QEMU are gone afterwards, whatever happens. */
    static Map<String, Double> measure(OptimisationLevel level) throws IOException, InterruptedException {
        try (RunPlace place = RunPlace.create()) {
            build(place.directory(), CodeCosts.listing(level));
            return figures(level, emulated(place));
        }
    }

    private static void build(Path directory, String assembly) throws IOException, InterruptedException {
        for (String file : FILES) {
            Files.write(directory.resolve(file), resource("tcg/" + file));
        }
        StringBuilder source = new StringBuilder(".section .note.GNU-stack,\"\"\n.text\n");
        Matcher label = Pattern.compile("(?m)^([A-Z]+):").matcher(assembly);
        while (label.find()) {
            source.append(".globl ").append(label.group(1)).append('\n');
        }
        Files.writeString(directory.resolve("routines.s"), source.append(assembly));
        tool(directory, "gcc -c -m64 boot.S -o boot.o");
        tool(directory, "gcc -O1 -m64 " + FREESTANDING + " -c main.c -o main.o");
        tool(directory, "as routines.s -o routines.o");
        tool(directory, "ld -n -T link.ld -o kernel64 boot.o main.o routines.o");
        tool(directory, "objcopy -O elf32-i386 kernel64 kernel");
    }

    private static Map<String, Double> figures(OptimisationLevel level, String output) throws IOException {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (String line : output.split("\n")) {
            String[] parts = line.trim().split(" ");
            if (parts.length == 2 && parts[1].matches("\\d+")) {
                figures.put(parts[0], Long.parseLong(parts[1]) / 1000.0);
            }
        }
        if (figures.isEmpty()) {
            throw new IOException("QEMU printed no figures at " + level.option() + ": " + output);
        }
        return figures;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = TcgRoutines.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("resource " + name + " is missing");
            }
            return in.readAllBytes();
        }
    }

    /** Returns what the guest printed; QEMU's own exit status is the guest's. */
    private static String emulated(RunPlace place) throws IOException, InterruptedException {
        Process qemu = place.start(process(
                place.directory(),
                "qemu-system-x86_64 -accel tcg -m 128 -display none -kernel kernel -debugcon stdio"
                        + " -device isa-debug-exit,iobase=0xf4,iosize=4"));
        return output(qemu, place.directory(), "qemu-system-x86_64");
    }

    private static void tool(Path directory, String command) throws IOException, InterruptedException {
        Process tool = process(directory, command).start();
        String output = output(tool, directory, command);
        if (tool.exitValue() != 0) {
            throw new IOException(command + " failed: " + output);
        }
    }

    private static ProcessBuilder process(Path directory, String command) {
        return new ProcessBuilder(command.split(" "))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(OUTPUT).toFile());
    }

    /** Returns what it printed, into a file: reading from a process that hangs would hang as well. */
    private static String output(Process process, Path directory, String name)
            throws IOException, InterruptedException {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(name + " did not end within " + SECONDS + " s");
        }
        return Files.readString(directory.resolve(OUTPUT), StandardCharsets.UTF_8);
    }
}
