package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import org.jspecify.annotations.Nullable;

/** In the checking mode: whether a thread of a core looks at the clock more often than it says, in a round that then repeats. */
final class ClockLooks {
    private final boolean checks;
    private @Nullable ThreadRecord undeclared;
    private int looks;
    private int words;

    ClockLooks(boolean checks) {
        this.checks = checks;
    }

    void turnBegins(Vcpu vcpu, ThreadRecord thread) {
        vcpu.partBegins();
        if (checks) {
            thread.turnBegins();
        }
    }

    /** What follows is the kernel's, then another thread's: neither speaks for what this one has looked at. */
    void turnEnds(Vcpu vcpu, ThreadRecord thread) {
        if (checks && thread.clockLooks > vcpu.comparisons() && undeclared == null) {
            undeclared = thread;
            looks = thread.clockLooks;
            words = vcpu.comparisons();
        }
        vcpu.partBegins();
    }

    /** A round is over: where it is like the one before, what in it looks at the clock in silence is named, once for each thread. */
    void roundEnds(Vcpu vcpu) {
        ThreadRecord thread = undeclared;
        undeclared = null;
        if (thread != null && !vcpu.changedSinceHead()) {
            vcpu.machine()
                    .warn(
                            "checkPolling: thread " + thread.name() + " asks for the clock at " + looks
                                    + " instants of a turn in which nothing changes and says " + words
                                    + " times what it compares it with, in "
                                    + thread.program().place()
                                    + ": what it does not say it finds too late where rounds are passed over; see GuestThread.comparesWith");
        }
    }
}
