package io.torosim.guest.app;

import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;

/** ToroHello.pas: prints one line; then its main thread executes {@code hlt} for ever. */
final class ToroHello {
    private ToroHello() {}

    static RunnableApplication example() {
        return Example.plain("ToroHello", "prints one line and halts", 512, ToroHello::main);
    }

    private static GuestProgram main(GuestContext context) {
        ScriptProgram program = new ScriptProgram(GuestThread::haltCpu);
        program.then(context.print("/RHello World, I am TORO !!!\\n"));
        return program;
    }
}
