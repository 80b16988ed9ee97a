package io.torosim.bench.cli.qemu;

import io.torosim.virtio.qtest.QtestException;
import io.torosim.virtio.qtest.QtestSession;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** What the commands have in common: what ends a call, and with which status. */
final class QemuCalls {
    static final int OK = 0;
    static final int WRONG = 2;
    static final int DIFFERENT = 3;
    static final int BUSY = 4;

    private QemuCalls() {}

    /** Calls {@code body}; a QEMU that is missing or fails, or a file that does, is one line and status 2. */
    static int guarded(CommandSpec command, Callable<Integer> body) throws Exception {
        if (!QtestSession.available()) {
            return wrong(command, "qemu-system-x86_64 is not installed");
        }
        try {
            return body.call();
        } catch (QtestException | IOException e) {
            return wrong(command, e.getMessage());
        }
    }

    static int wrong(CommandSpec command, String message) {
        command.commandLine().getErr().println("torosim qemu: " + message.replaceAll("\\s*\\R\\s*", " "));
        command.commandLine().getErr().flush();
        return WRONG;
    }
}
