package io.torosim.bench.cli.qemu;

import io.torosim.bench.cli.error.FileErrors;
import io.torosim.bench.spec.Messages;
import io.torosim.core.file.WholeFile;
import io.torosim.core.process.RunPlace;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import io.torosim.virtio.qtest.QtestSession;
import io.torosim.virtio.qtest.QtestSession.QtestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What the commands have in common: what ends a call, and with which status. */
final class QemuCalls {
    static final int OK = 0;
    static final int WRONG = 2;
    static final int DIFFERENT = 3;
    static final int BUSY = 4;

    private static final int MOST_SHOWN = 100;

    private QemuCalls() {}

    /** Calls {@code body}; a QEMU that is missing or fails, or a file that does, is one line and status 2. */
    static int guarded(CommandSpec command, Callable<Integer> body) throws Exception {
        if (!QtestSession.available()) {
            return wrong(command, "qemu-system-x86_64 is not installed");
        }
        try {
            return body.call();
        } catch (QtestException e) {
            RunPlace.unlessEnding(); // what a signal broke is no failure to tell of
            return wrong(command, Messages.of(e));
        } catch (IOException e) {
            RunPlace.unlessEnding();
            return wrong(command, FileErrors.text(e));
        }
    }

    /** The same; where KVM was asked for and the monitor fails, the line says what there is instead. */
    static int guarded(CommandSpec command, String accelerator, Callable<Integer> body) throws Exception {
        if (!accelerator.equals(Accelerator.KVM.label())) {
            return guarded(command, body);
        }
        return guarded(command, () -> {
            try {
                return body.call();
            } catch (RealMachineException e) {
                throw new RealMachineException(
                        e.getMessage() + " (under KVM; without --accel kvm the guest is emulated)");
            }
        });
    }

    /** Why a file cannot be written, or an empty text: better known before a measurement than after it. */
    private static String hindrance(Path file) {
        if (Files.isDirectory(file)) {
            return "is a directory";
        }
        if (Files.exists(file)) {
            return Files.isWritable(file) ? "" : "access denied";
        }
        try {
            WholeFile.begin(file).close();
            return "";
        } catch (IOException e) {
            return FileErrors.text(e).substring(file.toString().length() + 2);
        }
    }

    /** Puts the hyphens before the name of an option with which a message begins. */
    static String ofOption(CommandSpec command, String message) {
        for (OptionSpec option : command.options()) {
            String name = option.longestName();
            if (message.startsWith(name.substring(2) + " must ")) {
                return "--" + message;
            }
        }
        return message;
    }

    /** Why the files of a call cannot be written, or that two of them are one, or an empty text; {@code null} is none. */
    static String unwritable(Path... files) {
        Set<Path> seen = new LinkedHashSet<>();
        for (Path file : files) {
            if (file == null) {
                continue;
            }
            String hindrance = hindrance(file);
            if (!hindrance.isEmpty()) {
                return shown(file) + ": cannot be written: " + hindrance;
            }
            if (!seen.add(real(file))) {
                return shown(file) + ": is named twice, and a file holds one thing";
            }
        }
        return "";
    }

    private static String shown(Path file) {
        String text = file.toString();
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }

    private static Path real(Path file) {
        try {
            return Files.exists(file)
                    ? file.toRealPath()
                    : file.toAbsolutePath().normalize();
        } catch (IOException e) {
            return file.toAbsolutePath().normalize();
        }
    }

    /** Whether both are one file. */
    static boolean same(Path one, Path other) {
        return real(one).equals(real(other));
    }

    static int wrong(CommandSpec command, String message) {
        CommandSpec parent = command.parent();
        boolean top = parent == null || parent.parent() == null; // as calibrate is
        command.commandLine()
                .getErr()
                .println("torosim " + (top ? command.name() : parent.name()) + ": "
                        + message.replaceAll("\\s*\\R\\s*", " "));
        command.commandLine().getErr().flush();
        return WRONG;
    }
}
