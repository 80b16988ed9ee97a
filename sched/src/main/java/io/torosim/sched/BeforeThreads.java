package io.torosim.sched;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Vcpu;

/** What a core executes before it looks for its first thread, with interrupts disabled: somebody else's activity. */
final class BeforeThreads implements KernelRoutine {
    private final int core;
    private final Activity code;

    BeforeThreads(int core, Activity code) {
        this.core = core;
        this.code = code;
    }

    @Override
    public long step(Vcpu vcpu) {
        vcpu.interruptsEnabled(false);
        long cost = code.step(vcpu);
        if (cost >= 0) {
            return cost;
        }
        if (cost != Activity.DONE) {
            throw new IllegalStateException("core " + core + ": what comes before its threads ended with " + cost
                    + ", in " + place() + ": it returns a time of at least 0, or DONE (" + Activity.DONE + ")");
        }
        vcpu.interruptsEnabled(true);
        return OVER;
    }

    String place() {
        return code.place();
    }
}
