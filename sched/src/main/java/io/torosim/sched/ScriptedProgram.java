package io.torosim.sched;

import java.util.List;
import java.util.Objects;

/** A program that is a list of steps. */
final class ScriptedProgram implements GuestProgram {
    private final Step[] steps;
    private final boolean forever;
    private int next;
    private int turnEndedAt = -1;

    ScriptedProgram(Step[] steps, boolean forever) {
        if (steps.length == 0) {
            throw new IllegalArgumentException("a program needs at least one step");
        }
        for (int i = 0; i < steps.length; i++) {
            Objects.requireNonNull(steps[i], "steps[" + i + "]");
        }
        this.steps = steps.clone();
        this.forever = forever;
    }

    List<Step> steps() {
        return List.of(steps);
    }

    /** Its own place it announces itself. */
    @Override
    public boolean readsDeclared() {
        return GuestProgram.readDeclared(steps);
    }

    @Override
    public long next(GuestThread self) {
        if (next == steps.length) {
            if (!forever) {
                return self.exit();
            }
            next = 0;
        }
        int place = next++;
        long action = steps[place].act(self);
        if (action < 0 && place != turnEndedAt) {
            turnEndedAt = place;
            self.placeChanged();
        }
        return action;
    }
}
