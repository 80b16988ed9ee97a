package io.torosim.guest.app;

import io.torosim.guest.program.StepProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.Step;

/** A program that begins with steps that are done once and then repeats one for ever. */
final class ScriptProgram extends StepProgram {
    private final Step forever;

    ScriptProgram(Step forever) {
        this.forever = forever;
    }

    @Override
    public boolean readsDeclared() {
        return true;
    }

    @Override
    protected long idle(GuestThread self) {
        return forever.act(self);
    }
}
