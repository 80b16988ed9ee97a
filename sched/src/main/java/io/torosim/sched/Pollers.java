package io.torosim.sched;

import io.torosim.core.time.Picos;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The polling threads of a core (Process.pas: the list behind {@code PollingThreadCount} and {@code PollingThreadTotal}) and the device interrupts that they wait for. */
final class Pollers {
    private final QuirkSwitches quirks;
    private @Nullable ThreadRecord head;
    private @Nullable ThreadRecord tail;
    private int idle;
    private int total;
    /** Device interrupts taken so far. */
    private long irqs;

    Pollers(QuirkSwitches quirks) {
        this.quirks = quirks;
    }

    /** Returns the first, or null; {@link ThreadRecord#nextPolling} leads on. */
    @Nullable
    ThreadRecord first() {
        return head;
    }

    int total() {
        return total;
    }

    int idle() {
        return idle;
    }

    /** Whether all polling threads of the core are idle, and there are some. */
    boolean allIdle() {
        return total != 0 && idle == total;
    }

    /** Whether the scan takes an idle polling thread all the same. */
    boolean pollsOn(ThreadRecord thread) {
        if (thread.state != ThreadState.IDLE) {
            return false;
        }
        return idle != total || (thread.irqsSeen != irqs && !quirks.has(ToroQuirk.POLLERS_SKIPPED));
    }

    void irq() {
        irqs++;
    }

    /** The thread gets a turn; returns whether there were interrupts that it had not seen. */
    boolean seesIrqs(ThreadRecord thread) {
        boolean news = thread.irqsSeen != irqs;
        thread.irqsSeen = irqs;
        return news;
    }

    /** Whether a device interrupt has come since some polling thread last got a turn. */
    boolean missedIrq() {
        for (ThreadRecord t = head; t != null; t = t.nextPolling) {
            if (t.irqsSeen != irqs && !t.exited) {
                return true;
            }
        }
        return false;
    }

    /** Returns the earliest moment that one of them waits for, {@link Picos#NEVER} if none does. */
    long earliestDeadlinePs() {
        long earliest = Picos.NEVER;
        for (ThreadRecord t = head; t != null; t = t.nextPolling) {
            if (!t.exited) {
                earliest = Math.min(earliest, t.pollDeadlinePs);
            }
        }
        return earliest;
    }

    void add(ThreadRecord thread) {
        thread.isPollThread = true;
        ThreadRecord last = tail;
        if (last == null) {
            head = thread;
        } else {
            last.nextPolling = thread;
        }
        tail = thread;
        total++;
    }

    void remove(ThreadRecord thread) {
        total--;
        ThreadRecord before = null;
        for (ThreadRecord t = head; t != null && t != thread; t = t.nextPolling) {
            before = t;
        }
        if (before == null) {
            head = thread.nextPolling;
        } else {
            before.nextPolling = thread.nextPolling;
        }
        if (tail == thread) {
            tail = before;
        }
    }

    void countIdle(int change) {
        idle += change;
    }

    void noneIdle() {
        idle = 0;
    }

    Optional<String> fault(int core) {
        int listed = 0;
        int idleOnes = 0;
        for (ThreadRecord t = head; t != null; t = t.nextPolling) {
            if (t.exited) {
                return Optional.of("the polling list of core " + core + " holds " + t + ", which has exited");
            }
            listed++;
            idleOnes += t.state == ThreadState.IDLE ? 1 : 0;
        }
        if (listed != total || idleOnes != idle) {
            return Optional.of("core " + core + " counts " + idle + " of " + total + " polling threads idle, in truth "
                    + idleOnes + " of " + listed);
        }
        return Optional.empty();
    }
}
