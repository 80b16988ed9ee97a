package io.torosim.sched;

import io.torosim.core.cost.CostModel;
import io.torosim.core.time.Picos;

/**
 * One of Toro's idle rules, or a variation of one: a value.
 *
 * @param name for reports
 * @param haltsEmptyCore a core without threads halts, else it spins in Inmigrating
 * @param nothingReady what a core does none of whose threads is ready
 * @param hint what {@code SysThreadSwitch(True)} means
 * @param fixedWindowPs the hint's time in picoseconds, at least 0; {@link #TORO_WINDOW} for the cost model's {@code
 *     toro.poll_window}
 * @param setsIdleFlag a core says that it is idle
 * @param instruction what a core halts with
 */
public record ToroIdlePolicy(
        String name,
        boolean haltsEmptyCore,
        NothingReady nothingReady,
        Hint hint,
        long fixedWindowPs,
        boolean setsIdleFlag,
        Instruction instruction)
        implements IdlePolicy {
    /** The window is the cost model's. */
    public static final long TORO_WINDOW = -1;

    /** WAIT_IDLE_CORE_MS of 2020. */
    static final long LAST_IRQ_WINDOW_PS = 2000 * Picos.PER_MILLI;

    /** Checks the window. */
    public ToroIdlePolicy {
        if (fixedWindowPs < TORO_WINDOW) {
            throw new IllegalArgumentException(
                    "windowPs must be at least 0, or TORO_WINDOW, windowPs=" + fixedWindowPs);
        }
    }

    /** Returns this with another window, in picoseconds. */
    public ToroIdlePolicy withWindow(long otherPs) {
        return new ToroIdlePolicy(name, haltsEmptyCore, nothingReady, hint, otherPs, setsIdleFlag, instruction);
    }

    @Override
    public long windowPs(CostModel costs) {
        return fixedWindowPs == TORO_WINDOW ? costs.ps("toro.poll_window") : fixedWindowPs;
    }
}
