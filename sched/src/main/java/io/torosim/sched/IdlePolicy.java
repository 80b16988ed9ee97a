package io.torosim.sched;

/**
 * What a core does when none of its threads has work: a value.
 *
 * @param name for reports
 * @param haltsEmptyCore a core without threads executes {@code hlt}, else it spins in Inmigrating
 * @param haltsNothingReady a core none of whose threads is ready halts after two looks, else it keeps looking
 * @param heedsPolling {@code SysThreadSwitch(True)} marks a thread that has only polled for the window as idle, and a core
 *     all of whose polling threads are idle halts; else the hint is ignored
 */
public record IdlePolicy(String name, boolean haltsEmptyCore, boolean haltsNothingReady, boolean heedsPolling) {
    /** Toro's master before 2017-11-19 (commit 84b9f81): nothing ever halts. */
    public static IdlePolicy busyPoll() {
        return new IdlePolicy("busy-poll", false, false, false);
    }

    /** The code after commits ade8d23 and 4409f50 with the polling hint ignored: cores without work halt, pollers spin. */
    public static IdlePolicy haltWithoutHint() {
        return new IdlePolicy("halt-without-hint", true, true, false);
    }

    /** Toro since commit 5d1869f: 200 ms of fruitless polling, then {@code hlt}. */
    public static IdlePolicy pollThenHalt() {
        return new IdlePolicy("poll-then-halt", true, true, true);
    }
}
