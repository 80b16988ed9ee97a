package io.torosim.sched.explore;

import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.Step;

/** A program that does some steps and then suspends itself for good. */
final class Parked implements GuestProgram {
    private final Step[] steps;
    private int next;

    Parked(Step... steps) {
        this.steps = steps;
    }

    boolean over() {
        return next > steps.length;
    }

    @Override
    public boolean readsDeclared() {
        return true;
    }

    @Override
    public long next(GuestThread self) {
        if (next >= steps.length) {
            next = steps.length + 1;
            return self.suspend();
        }
        self.vcpu().changed(); // its place
        return steps[next++].act(self);
    }
}
