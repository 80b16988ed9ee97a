package io.torosim.sched;

import io.torosim.core.cost.CostModel;
import io.torosim.core.time.Picos;

/**
 * What a core does when none of its threads has work: a value.
 *
 * @param name for reports
 * @param haltsEmptyCore a core without threads halts, else it spins in Inmigrating
 * @param haltsNothingReady a core none of whose threads is ready halts after two looks, else it keeps looking
 * @param hint what {@code SysThreadSwitch(True)} means
 * @param windowPs the hint's time in picoseconds, at least 0; {@link #TORO_WINDOW} for the cost model's {@code
 *     toro.poll_window}
 * @param instruction what a core halts with
 */
public record IdlePolicy(
        String name,
        boolean haltsEmptyCore,
        boolean haltsNothingReady,
        Hint hint,
        long windowPs,
        Instruction instruction) {
    /** The window is the cost model's. */
    public static final long TORO_WINDOW = -1;

    /** What {@code SysThreadSwitch(True)}, the call of a thread that only polls, means. */
    public enum Hint {
        /** Nothing: it is {@code SysThreadSwitch}. */
        IGNORED,
        /** A thread that has only polled for the window is idle; a core all of whose polling threads are idle halts. */
        WINDOW,
        /** The calling thread halts if the core's last device interrupt lies further back than the window. */
        LAST_IRQ
    }

    /** What a core waits with. */
    public enum Instruction {
        /** {@code hlt}. */
        HLT,
        /** {@code mwait}, which a hypervisor may honour, trap or ignore (the machine's {@code MwaitMode}). */
        MWAIT
    }

    /** Checks the window. */
    public IdlePolicy {
        if (windowPs < TORO_WINDOW) {
            throw new IllegalArgumentException("windowPs must be at least 0, or TORO_WINDOW, windowPs=" + windowPs);
        }
    }

    /** Returns this with another window, in picoseconds. */
    public IdlePolicy withWindow(long otherPs) {
        return new IdlePolicy(name, haltsEmptyCore, haltsNothingReady, hint, otherPs, instruction);
    }

    /** Toro's master before 2017-11-19 (commit 84b9f81): nothing ever halts. */
    public static IdlePolicy busyPoll() {
        return new IdlePolicy("busy-poll", false, false, Hint.IGNORED, TORO_WINDOW, Instruction.HLT);
    }

    /** The code after commits ade8d23 and 4409f50 with the polling hint ignored: cores without work halt, pollers spin. */
    public static IdlePolicy haltWithoutHint() {
        return new IdlePolicy("halt-without-hint", true, true, Hint.IGNORED, TORO_WINDOW, Instruction.HLT);
    }

    /** Toro since commit 5d1869f: 200 ms of fruitless polling, then {@code hlt}. */
    public static IdlePolicy pollThenHalt() {
        return new IdlePolicy("poll-then-halt", true, true, Hint.WINDOW, TORO_WINDOW, Instruction.HLT);
    }

    /**
     * Toro since commit faf5269 (2020-09-22), SysSetCoreIdle: a thread that only polls halts the core if the last device
     * interrupt lies more than WAIT_IDLE_CORE_MS = 2000 ms back, whatever else is ready.
     */
    public static IdlePolicy lastIrq2020() {
        return new IdlePolicy("last-irq-2020", true, true, Hint.LAST_IRQ, 2000 * Picos.PER_MILLI, Instruction.HLT);
    }

    /** No window: a thread that polls in vain is idle at once. What Toro did not do. */
    public static IdlePolicy haltAtOnce() {
        return new IdlePolicy("halt-at-once", true, true, Hint.WINDOW, 0, Instruction.HLT);
    }

    /** As {@link #haltAtOnce} with {@code mwait}: what the blog of 2017-12-08 looked forward to. */
    public static IdlePolicy mwait() {
        return new IdlePolicy("mwait", true, true, Hint.WINDOW, 0, Instruction.MWAIT);
    }

    /** Returns whether the hint marks threads as idle. */
    public boolean heedsPolling() {
        return hint == Hint.WINDOW;
    }

    /** Returns the window on a machine with these costs, in picoseconds. */
    public long windowPs(CostModel costs) {
        return windowPs == TORO_WINDOW ? costs.ps("toro.poll_window") : windowPs;
    }
}
