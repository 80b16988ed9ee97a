package io.torosim.core.power;

import io.torosim.core.cost.CostModel;
import io.torosim.core.cost.CostParameter;

/**
 * What a core draws, in milliwatts.
 *
 * @param highMw executing at the highest clock
 * @param lowMw executing at the lowest clock
 * @param lowestPermille the lowest clock in thousandths of the highest
 * @param c1Mw in C1
 * @param c1eMw in C1E
 * @param c6Mw in C6
 */
public record PowerTable(int highMw, int lowMw, int lowestPermille, int c1Mw, int c1eMw, int c6Mw) {
    /** Checks the order. */
    public PowerTable {
        if (c6Mw < 0 || c1eMw < c6Mw || c1Mw < c1eMw || highMw < lowMw || lowMw < 0) {
            throw new IllegalArgumentException("deeper states must not draw more, and none less than nothing");
        }
        if (lowestPermille < 1 || lowestPermille >= 1000) {
            throw new IllegalArgumentException("lowestPermille must be in [1, 999], lowestPermille=" + lowestPermille);
        }
    }

    /**
     * Returns the table of a cost model, parameters {@code power.*}. As shipped it is a core of a Skylake server. Parts and turbo
     * make the highest figure anything from 2 to 8 W: compare, do not quote.
     */
    public static PowerTable of(CostModel costs) {
        return new PowerTable(
                mw(costs, "power.c0_highest_clock"),
                mw(costs, "power.c0_lowest_clock"),
                (int) costs.permille("host.clock_lowest"),
                mw(costs, "power.c1"),
                mw(costs, "power.c1e"),
                mw(costs, "power.c6"));
    }

    /**
     * Returns the table at the ends of the cost model's ranges that make executing as dear as can be and sleeping as cheap, or the
     * other way round: what a comparison of the two is worth.
     */
    public static PowerTable ofExtremes(CostModel costs, boolean executingDear) {
        return new PowerTable(
                end(costs, "power.c0_highest_clock", executingDear),
                end(costs, "power.c0_lowest_clock", executingDear),
                (int) costs.permille("host.clock_lowest"),
                end(costs, "power.c1", !executingDear),
                end(costs, "power.c1e", !executingDear),
                end(costs, "power.c6", !executingDear));
    }

    private static int end(CostModel costs, String name, boolean high) {
        CostParameter parameter = costs.parameter(name);
        return (high ? parameter.high() : parameter.low()).intValueExact();
    }

    private static int mw(CostModel costs, String name) {
        return Math.toIntExact(costs.count(name));
    }

    /**
     * Returns the draw of a core that executes, in milliwatts: linear between the lowest clock and the highest. The truth lies
     * below the line (voltage falls with the clock), by up to a sixth of the way in the middle.
     *
     * @param clockPermille at least the lowest clock
     */
    long executingMw(int clockPermille) {
        if (clockPermille == 1000) {
            return highMw; // as the division says, which costs more than all the rest of a change of state
        }
        return lowMw + (long) (highMw - lowMw) * (clockPermille - lowestPermille) / (1000 - lowestPermille);
    }

    long sleepingMw(SleepState state) {
        return switch (state) {
            case C1 -> c1Mw;
            case C1E -> c1eMw;
            case C6 -> c6Mw;
        };
    }
}
