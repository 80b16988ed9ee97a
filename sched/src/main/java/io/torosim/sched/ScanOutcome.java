package io.torosim.sched;

import io.torosim.sched.GuestThread.ThreadState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the scan of a core's ring for a thread to run comes to: kept until something changes that it depends on, so that a pass over
 * many suspended threads takes no time of the simulator.
 */
final class ScanOutcome {
    private @Nullable ThreadRecord from;
    private @Nullable ThreadRecord thread;
    private int looks;

    /** A thread's state, the ring, or what decides about polling threads has changed. */
    void forget() {
        from = null;
    }

    /** Scans from the successor of {@code current}, unless the outcome of the same scan is known. */
    void find(ThreadRecord current, Pollers pollers) {
        if (from == current) {
            return;
        }
        from = current;
        looks = 0;
        ThreadRecord c = current.next;
        boolean over = false;
        while (!over) {
            if (c.state == ThreadState.IO_PENDING) {
                looks = 0; // whether its device is free is for the scan itself to ask
                return;
            }
            looks++;
            boolean stop = c.state == ThreadState.READY || pollers.pollsOn(c);
            c = stop ? c : c.next;
            over = stop || c == current;
        }
        thread = c;
    }

    /** Returns how many threads are looked at, 0 if the scan must be done step by step. */
    int looks() {
        return looks;
    }

    /** Returns the thread at which it ends. */
    ThreadRecord thread() {
        return Objects.requireNonNull(thread);
    }
}
