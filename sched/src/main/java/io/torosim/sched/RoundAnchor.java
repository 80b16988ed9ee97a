package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import org.jspecify.annotations.Nullable;

/** The thread at whose turn a round of the ring begins, for the detection of rounds that repeat. */
final class RoundAnchor {
    private @Nullable ThreadRecord anchor;
    private int turnsSince;
    /** The thread that had its turn before it: what the switch costs depends on it. */
    private @Nullable ThreadRecord before;

    /** Whether a round begins at the turn of {@code next}, in a ring of so many, after that of {@code current}. */
    boolean begins(Vcpu vcpu, @Nullable ThreadRecord current, @Nullable ThreadRecord next, int ring) {
        if (anchor != next && !moves(vcpu, next, ring)) {
            return false;
        }
        turnsSince = 0;
        if (before != current) {
            before = current;
            vcpu.changed();
        }
        return true;
    }

    /** Whether a round can be proved to repeat from here on, sooner than from the old place. */
    private boolean moves(Vcpu vcpu, @Nullable ThreadRecord next, int ring) {
        if (!vcpu.changedSinceHead() && ++turnsSince <= ring) {
            return false;
        }
        anchor = next;
        vcpu.changed();
        return true;
    }
}
