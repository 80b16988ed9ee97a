package io.torosim.experiment.real.boot;

import io.torosim.experiment.real.asm.KernelImage;
import io.torosim.experiment.real.boot.BootTimes.DebugLine;
import io.torosim.experiment.real.boot.BootTimes.FirmwarePhase;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.CpuShare.CpuTimes;
import io.torosim.experiment.real.host.RealMachine;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import io.torosim.experiment.real.host.RealMachine.RunFile;
import io.torosim.experiment.real.probe.ProbeGuest;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Boots a way a number of times and notes when what is seen at the debug port. */
public final class BootMeasurement {
    private static final int LIMIT_SECONDS = 10;
    private static final int MOST_SHOWN = 200;
    private static final int MOST_OUTPUT = 4 << 20;
    private static final int ROM_BYTES = 1 << 16;
    private static final int RESET_VECTOR = ROM_BYTES - 16;
    private static final String ROM_LINE = "R\n";

    private BootMeasurement() {}

    /**
     * Boots once: with a firmware of our own for the first instruction, then the way itself.
     *
     * @throws RealMachineException if QEMU is missing or dies, or the guest says nothing within 10 s
     */
    public static BootTimes once(BootWay way, Accelerator accelerator, long tscHz) throws IOException {
        double firstInstruction = firstInstruction(way, accelerator);
        byte[] code = ProbeGuest.assemble(ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, 0), tscHz);
        KernelImage image = ProbeGuest.image(way.entry(), code);
        Boot boot = boot(
                arguments(way, accelerator, List.of("-kernel", "@DIR@/guest.elf")),
                new RunFile("guest.elf", image.toElf()),
                ProbeGuest.FIRST_LINE.strip());
        return BootTimes.of(firstInstruction, boot.lines(), FirmwarePhase.seabios(), boot.waited());
    }

    /** Returns the milliseconds from exec to the first instruction that the machine executes: one that writes to the debug port. */
    private static double firstInstruction(BootWay way, Accelerator accelerator) throws IOException {
        byte[] rom = new byte[ROM_BYTES];
        int[] code = {
            0xB0,
            ROM_LINE.charAt(0), // mov al, 'R'
            0xBA,
            ProbeGuest.DEBUG_PORT & 0xFF,
            ProbeGuest.DEBUG_PORT >> 8, // mov dx, port (real mode)
            0xEE, // out dx, al
            0xB0,
            ROM_LINE.charAt(1),
            0xEE,
            0xFA,
            0xF4,
            0xEB,
            0xFC // cli; hlt; jmp back to cli
        };
        for (int i = 0; i < code.length; i++) {
            rom[RESET_VECTOR + i] = (byte) code[i];
        }
        List<DebugLine> lines = boot(
                        arguments(way, accelerator, List.of("-bios", "@DIR@/first.rom")),
                        new RunFile("first.rom", rom),
                        ROM_LINE.strip())
                .lines();
        return lines.get(lines.size() - 1).millis();
    }

    private static List<String> arguments(BootWay way, Accelerator accelerator, List<String> last) {
        List<String> arguments = new ArrayList<>(way.arguments());
        arguments.addAll(accelerator.arguments());
        arguments.addAll(List.of(
                "-chardev",
                "stdio,id=debug",
                "-device",
                "isa-debugcon,iobase=0x" + Integer.toHexString(ProbeGuest.DEBUG_PORT) + ",chardev=debug"));
        arguments.addAll(last);
        return arguments;
    }

    private record Boot(List<DebugLine> lines, double waited) {}

    private static Boot boot(List<String> arguments, RunFile file, String lastLine) throws IOException {
        try (RealMachine machine = RealMachine.start(arguments, ProbeGuest.RAM_BYTES, List.of(file))) {
            Thread watchdog = new Thread(() -> endAfterLimit(machine), "boot-limit");
            watchdog.setDaemon(true);
            watchdog.start();
            try {
                List<DebugLine> lines = lines(machine, lastLine);
                CpuTimes times = machine.cpuTimes();
                double waited = times.threads().stream()
                        .mapToLong(CpuTimes.ThreadTime::waitNanos)
                        .sum();
                return new Boot(lines, 100 * waited / (times.atNanos() - machine.startedNanos()));
            } finally {
                watchdog.interrupt();
            }
        }
    }

    private static void endAfterLimit(RealMachine machine) {
        try {
            TimeUnit.SECONDS.sleep(LIMIT_SECONDS);
            machine.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the boot is over
        }
    }

    private static List<DebugLine> lines(RealMachine machine, String lastLine) throws IOException {
        List<DebugLine> lines = new ArrayList<>();
        byte[] piece = new byte[4096];
        StringBuilder line = new StringBuilder();
        int total = 0;
        for (int count = read(machine, piece); count >= 0; count = read(machine, piece)) {
            double millis = (System.nanoTime() - machine.startedNanos()) / 1e6;
            total += count;
            if (total > MOST_OUTPUT) {
                throw new RealMachineException(RealMachine.PROGRAM + " writes more than " + (MOST_OUTPUT >> 20)
                        + " MiB to the debug port, and not the guest's line");
            }
            for (char c : new String(piece, 0, count, StandardCharsets.ISO_8859_1).toCharArray()) {
                if (c != '\n') {
                    line.append(c);
                    continue;
                }
                String text = line.toString().strip();
                line.setLength(0);
                lines.add(new DebugLine(millis, text));
                if (text.equals(lastLine)) {
                    return lines;
                }
            }
        }
        throw new RealMachineException(
                machine.endedByUs()
                        ? RealMachine.PROGRAM + " hangs: the guest said nothing within " + LIMIT_SECONDS
                                + " s, the firmware's last line is " + last(lines)
                        : machine.epitaph());
    }

    /** Reads; the end of a process that we ended is an end of its output. */
    private static int read(RealMachine machine, byte[] piece) throws IOException {
        try {
            return machine.output().read(piece);
        } catch (IOException e) {
            if (machine.endedByUs()) {
                return -1;
            }
            throw e;
        }
    }

    private static String last(List<DebugLine> lines) {
        if (lines.isEmpty()) {
            return "nothing";
        }
        String text = lines.get(lines.size() - 1).text();
        return "\"" + (text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "..." : text) + "\"";
    }
}
