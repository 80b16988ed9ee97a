package io.torosim.experiment.o2;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.VcpuMode;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.code.Routine;
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
    private static final long SECONDS = 120;

    private TcgRoutines() {}

    /** Builds, runs and prints. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("torosim-tcg");
        for (String file : FILES) {
            Files.write(directory.resolve(file), resource(TcgRoutines.class, "tcg/" + file));
        }
        run(directory, "gcc", "-c", "-m64", "boot.S", "-o", "boot.o");
        run(
                directory,
                "gcc",
                "-O1",
                "-m64",
                "-ffreestanding",
                "-fno-pic",
                "-mno-red-zone",
                "-fno-stack-protector",
                "-mcmodel=large",
                "-c",
                "main.c",
                "-o",
                "main.o");
        Map<String, Double> none = measure(directory, OptimisationLevel.NONE, "routines-none.s");
        Map<String, Double> two = measure(directory, OptimisationLevel.O2, "routines-o2.s");
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

    private static Map<String, Double> measure(Path directory, OptimisationLevel level, String listing)
            throws IOException, InterruptedException {
        String assembly = new String(resource(CodeCosts.class, listing), StandardCharsets.US_ASCII);
        StringBuilder source = new StringBuilder(".section .note.GNU-stack,\"\"\n.text\n");
        Matcher label = Pattern.compile("(?m)^([A-Z]+):").matcher(assembly);
        while (label.find()) {
            source.append(".globl ").append(label.group(1)).append('\n');
        }
        Files.writeString(directory.resolve("routines.s"), source.append(assembly));
        run(directory, "as", "routines.s", "-o", "routines.o");
        run(directory, "ld", "-n", "-T", "link.ld", "-o", "kernel64", "boot.o", "main.o", "routines.o");
        run(directory, "objcopy", "-O", "elf32-i386", "kernel64", "kernel");
        String output = run(
                directory,
                "qemu-system-x86_64",
                "-accel",
                "tcg",
                "-m",
                "128",
                "-display",
                "none",
                "-kernel",
                "kernel",
                "-debugcon",
                "stdio",
                "-device",
                "isa-debug-exit,iobase=0xf4,iosize=4");
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

    private static byte[] resource(Class<?> beside, String name) throws IOException {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("resource " + name + " is missing");
            }
            return in.readAllBytes();
        }
    }

    /** Returns what a tool printed; QEMU's own exit status is the guest's. */
    private static String run(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command[0] + " did not end within " + SECONDS + " s");
        }
        if (process.exitValue() != 0 && !command[0].startsWith("qemu")) {
            throw new IOException(command[0] + " failed: " + output);
        }
        return output;
    }
}
