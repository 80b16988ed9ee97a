package io.torosim.core.host;

import io.torosim.core.cost.CostModel;
import io.torosim.core.time.Picos;

/**
 * CPU time of a host thread for one wake-up, by how long ago the last one was: caches and branch predictors forget. Measured
 * at 1, 10 and 50 ms; in between along straight lines, outside as at the nearer end.
 */
final class WakeUpPrice {
    private static final long[] GAPS_PS = {Picos.PER_MILLI, 10 * Picos.PER_MILLI, 50 * Picos.PER_MILLI};

    private final long[] pricesPs;
    private long lastPs;
    private boolean woken;

    /** Reads the parameters {@code name_1ms}, {@code name_10ms} and {@code name_50ms}. */
    WakeUpPrice(CostModel costs, String name) {
        this.pricesPs = new long[] {costs.ps(name + "_1ms"), costs.ps(name + "_10ms"), costs.ps(name + "_50ms")};
    }

    /** The thread wakes up at {@code nowPs}, not before its last time; returns what that costs. The first is a long one. */
    long wakesAt(long nowPs) {
        long gapPs = woken ? nowPs - lastPs : Long.MAX_VALUE;
        woken = true;
        lastPs = nowPs;
        return priceAfter(gapPs);
    }

    /** Returns the price of a wake-up {@code gapPs} after the last one. */
    long priceAfter(long gapPs) {
        if (gapPs <= GAPS_PS[0]) {
            return pricesPs[0];
        }
        for (int i = 1; i < GAPS_PS.length; i++) {
            if (gapPs <= GAPS_PS[i]) {
                long widthNs = (GAPS_PS[i] - GAPS_PS[i - 1]) / Picos.PER_NANO;
                long partNs = (gapPs - GAPS_PS[i - 1]) / Picos.PER_NANO;
                return pricesPs[i - 1] + (pricesPs[i] - pricesPs[i - 1]) / 1000 * partNs / widthNs * 1000;
            }
        }
        return pricesPs[GAPS_PS.length - 1];
    }
}
