package io.torosim.guest.hazard;

import io.torosim.guest.program.StepProgram;
import io.torosim.sched.GuestThread;

/** Does what it is given and suspends itself for good. */
final class Parking extends StepProgram {
    private boolean over;

    boolean over() {
        return over;
    }

    @Override
    public boolean readsDeclared() {
        return true;
    }

    @Override
    protected long idle(GuestThread self) {
        over = true;
        return self.suspend();
    }
}
