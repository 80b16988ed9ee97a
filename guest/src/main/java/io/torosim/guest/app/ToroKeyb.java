package io.torosim.guest.app;

import io.torosim.guest.program.StepProgram;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;

/** ToroKeyb.pas: switches the keyboard on; its interrupt handler shows what is typed. The main thread never blocks. */
final class ToroKeyb implements RunnableApplication {
    private ToroKeyb() {}

    static RunnableApplication example() {
        return new ToroKeyb();
    }

    @Override
    public String name() {
        return "ToroKeyb";
    }

    @Override
    public String summary() {
        return "shows what is typed on the keyboard";
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
    public boolean hasKeyboard() {
        return true;
    }

    @Override
    public GuestProgram main(GuestContext context) {
        ScriptProgram program = new ScriptProgram(GuestThread::switchThread);
        program.then(
                context.print("\\c/vPress a Key ...\\n"),
                StepProgram.calls(context.keyboard().enabledConsole(), (cpu, callee) -> {}));
        return program;
    }
}
