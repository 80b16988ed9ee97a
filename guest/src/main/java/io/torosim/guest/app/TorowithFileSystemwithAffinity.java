package io.torosim.guest.app;

import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import java.time.Duration;

/**
 * TorowithFilesystemwithAffinity.pas: a thread on core 1 owns the disk, opens a log and reads {@code /web/index.html}; then both
 * cores spin for ever. Each sector takes two {@code Delay(10)}, since core 0 forwards the disk's interrupt. Without a card: this
 * version of the example never registers its service.
 */
final class TorowithFileSystemwithAffinity implements RunnableApplication {
    private static final String LOG = "/web/logs/log";
    private static final String PATH = "/web/index.html";

    private TorowithFileSystemwithAffinity() {}

    static RunnableApplication example() {
        return new TorowithFileSystemwithAffinity();
    }

    @Override
    public String name() {
        return "TorowithFileSystemwithAffinity";
    }

    @Override
    public String summary() {
        return "reads a file on core 1, which owns the disk";
    }

    @Override
    public int vcpus() {
        return 2;
    }

    @Override
    public int ramMib() {
        return 512;
    }

    @Override
    public boolean needsFiles() {
        return true;
    }

    @Override
    public int diskOwner() {
        return 1;
    }

    @Override
    public Duration usualTime() {
        return Duration.ofSeconds(20);
    }

    @Override
    public GuestProgram main(GuestContext context) {
        ScriptProgram program = new ScriptProgram(GuestThread::switchThread);
        program.then(self -> self.beginThread(1, "files", files(context)));
        return program;
    }

    /** SysCreateDir and SysCreateFile fail, since the FAT driver cannot write; a log that is there is opened. */
    private static GuestProgram files(GuestContext context) {
        ScriptProgram program = new ScriptProgram(GuestThread::switchThread);
        program.then(self -> {
            read(context, program, PATH, context.fileBufferBytes(), "index.html not found\\n");
            return ScriptProgram.GO_ON;
        });
        program.then(self -> {
            read(context, program, LOG, 0, "logs not found\\n");
            return ScriptProgram.GO_ON;
        });
        context.mount(program);
        return program;
    }

    private static void read(GuestContext context, ScriptProgram program, String path, int most, String absent) {
        context.files()
                .read(
                        program,
                        path,
                        most,
                        bytes -> {
                            if (bytes == null) {
                                program.then(context.print(absent));
                            }
                        },
                        problem -> context.failed(program, problem));
    }
}
