package io.torosim.core.power;

/**
 * What a core draws, in milliwatts, and when the host takes which sleep state.
 *
 * @param highMw executing at the highest clock
 * @param lowMw executing at the lowest clock
 * @param c1Mw in C1
 * @param c1eMw in C1E
 * @param c6Mw in C6
 * @param c1eAfterPs expected sleep from which C1E pays, in picoseconds
 * @param c6AfterPs expected sleep from which C6 pays
 */
public record PowerTable(int highMw, int lowMw, int c1Mw, int c1eMw, int c6Mw, long c1eAfterPs, long c6AfterPs) {
    /** Checks the order. */
    public PowerTable {
        if (c6Mw < 0 || c1eMw < c6Mw || c1Mw < c1eMw || highMw < lowMw || lowMw < 0) {
            throw new IllegalArgumentException("deeper states must not draw more, and none less than nothing");
        }
        if (c1eAfterPs < 0 || c6AfterPs < c1eAfterPs) {
            throw new IllegalArgumentException("c6AfterPs must not be before c1eAfterPs, nor that before 0");
        }
    }

    /**
     * Returns a core of a Skylake server: 4 W, 1 W, 1.44 W, 0.88 W, 0.1 W (Haj-Yahya et al., AgileWatts, MICRO 2022, table
     * 1; C1E and the lowest clock with medium confidence), residencies of 20 and 600 us (Linux drivers/idle/intel_idle.c).
     * Parts and turbo make C0 anything from 2 to 8 W: compare, do not quote.
     */
    public static PowerTable skylakeServer() {
        return new PowerTable(4000, 1000, 1440, 880, 100, 20_000_000L, 600_000_000L);
    }

    /** Returns the draw at a clock between the lowest (0) and the highest (1000), in milliwatts: linear. */
    long executingMw(int clockPermille) {
        return lowMw + (long) (highMw - lowMw) * clockPermille / 1000;
    }
}
