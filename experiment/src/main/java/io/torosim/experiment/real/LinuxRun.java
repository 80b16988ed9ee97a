package io.torosim.experiment.real;

import io.torosim.experiment.real.asm.Assembler;
import io.torosim.experiment.real.asm.Assembler.Label;
import io.torosim.experiment.real.asm.Assembler.Register;
import io.torosim.experiment.real.asm.KernelImage;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.CpuShare;
import io.torosim.experiment.real.host.CpuShare.CpuTimes;
import io.torosim.experiment.real.host.RealMachine;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import io.torosim.experiment.real.host.RealMachine.RunFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A Linux kernel with nothing running: its only process says that it is there and waits for a signal that never comes. That
 * process is assembled too, so that a kernel (a {@code vmlinuz} with 32-bit emulation) is all that is needed.
 */
final class LinuxRun {
    private static final int RAM_BYTES = 256 << 20;
    private static final int PROGRAM_ADDRESS = 0x0804_8000;
    private static final String READY = "torosim: idle";
    private static final int BOOT_SECONDS = 90;
    private static final int MOST_OUTPUT = 4 << 20;
    private static final int SETTLE_MILLIS = 5000;
    private static final int SYSTEM_CALL = 0x80;
    private static final int WRITE = 4;
    private static final int PAUSE = 29;

    private LinuxRun() {}

    /**
     * Boots and watches a kernel.
     *
     * @param kernel a {@code vmlinuz}
     * @param options further words of its command line
     * @param seconds intervals of a second to look at
     */
    public static List<CpuShare> idle(Path kernel, String options, int vcpus, Accelerator accelerator, int seconds)
            throws IOException {
        if (!Files.isReadable(kernel)) {
            throw new RealMachineException(kernel + ": no such kernel, or not readable");
        }
        List<String> arguments = new ArrayList<>(List.of("-nodefaults", "-machine", "pc,memory-backend=ram"));
        arguments.addAll(accelerator.arguments());
        arguments.addAll(List.of(
                "-smp",
                Integer.toString(vcpus),
                "-chardev",
                "stdio,id=console",
                "-serial",
                "chardev:console",
                "-kernel",
                kernel.toAbsolutePath().toString(),
                "-initrd",
                "@DIR@/initrd",
                "-append",
                "console=ttyS0 quiet panic=-1 " + options));
        try (RealMachine machine =
                RealMachine.start(arguments, RAM_BYTES, List.of(new RunFile("initrd", initialRamDisk())))) {
            awaitReady(machine);
            RealMachine.pause(SETTLE_MILLIS);
            List<CpuShare> shares = new ArrayList<>();
            CpuTimes before = machine.cpuTimes();
            for (int i = 0; i < seconds; i++) {
                RealMachine.pause(1000);
                CpuTimes now = machine.cpuTimes();
                shares.add(RealMachine.share(before, now));
                before = now;
            }
            return shares;
        }
    }

    private static void awaitReady(RealMachine machine) throws IOException {
        Thread watchdog = new Thread(
                () -> {
                    try {
                        TimeUnit.SECONDS.sleep(BOOT_SECONDS);
                        machine.end();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt(); // it is up
                    }
                },
                "linux-limit");
        watchdog.setDaemon(true);
        watchdog.start();
        try {
            StringBuilder said = new StringBuilder();
            byte[] piece = new byte[4096];
            InputStream output = machine.output();
            while (said.indexOf(READY) < 0) {
                int count = machine.endedByUs() ? -1 : output.read(piece);
                if (count < 0) {
                    throw new RealMachineException(
                            machine.endedByUs()
                                    ? "the kernel was not up within " + BOOT_SECONDS + " s"
                                    : machine.epitaph());
                }
                said.append(new String(piece, 0, count, StandardCharsets.ISO_8859_1));
                if (said.length() > MOST_OUTPUT) {
                    throw new RealMachineException(
                            RealMachine.PROGRAM + " writes more than " + (MOST_OUTPUT >> 20) + " MiB to the console");
                }
            }
        } finally {
            watchdog.interrupt();
        }
    }

    /** The first program: {@code write(1, READY); for (;;) pause();} in 32-bit system calls. */
    static byte[] firstProgram() {
        Assembler code = new Assembler(PROGRAM_ADDRESS);
        Label text = code.label("text");
        String line = READY + "\n";
        code.mov(Register.EAX, WRITE);
        code.mov(Register.EBX, 1);
        code.mov(Register.ECX, text);
        code.mov(Register.EDX, line.length());
        code.interrupt(SYSTEM_CALL);
        Label again = code.here("again");
        code.mov(Register.EAX, PAUSE);
        code.interrupt(SYSTEM_CALL);
        code.jmp(again);
        code.bind(text);
        code.text(line);
        return new KernelImage(KernelImage.Entry.MULTIBOOT, PROGRAM_ADDRESS, code.bytes()).toElf();
    }

    /** A cpio archive (newc) with {@code /dev/console} and {@code /init}. */
    static byte[] initialRamDisk() {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        entry(archive, 1, "dev", 0040755, 0, 0, new byte[0]);
        entry(archive, 2, "dev/console", 0020600, 5, 1, new byte[0]);
        entry(archive, 3, "init", 0100755, 0, 0, firstProgram());
        entry(archive, 4, "TRAILER!!!", 0, 0, 0, new byte[0]);
        return archive.toByteArray();
    }

    private static void entry(
            ByteArrayOutputStream archive, int inode, String name, int mode, int major, int minor, byte[] content) {
        int[] fields = {inode, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length() + 1, 0};
        StringBuilder header = new StringBuilder("070701");
        for (int field : fields) {
            header.append(String.format(Locale.ROOT, "%08X", field));
        }
        archive.writeBytes((header + name + "\0").getBytes(StandardCharsets.US_ASCII));
        align(archive);
        archive.writeBytes(content);
        align(archive);
    }

    private static void align(ByteArrayOutputStream archive) {
        while (archive.size() % 4 != 0) {
            archive.write(0);
        }
    }
}
