package io.torosim.core.power;

import io.torosim.core.time.Picos;
import java.util.Arrays;

/**
 * How long the next sleep of a core will be, judged by the last eight: their mean, the longest left out one by one until the
 * rest agree. That is the repeating pattern of Linux's menu governor (drivers/cpuidle/governors/menu.c): "agree" means a
 * standard deviation of at most 20 us, or of at most a sixth of the mean; no more than two of the eight may be left out.
 *
 * <p>Not modelled: the menu governor's other bound, the next timer of the host with its correction factors (a halted guest
 * without timers sets none), and the wish of a device for low latency.
 */
final class TypicalInterval {
    private static final int LENGTH = 8;
    private static final int LEAST = 6;
    private static final long AGREE_NANOS = 20_000;
    /** Longer sleeps than this do not matter: every state pays. Keeps squares within a long. */
    private static final long CAP_NANOS = 1_000_000_000L;

    private final long[] nanos = new long[LENGTH];
    private int next;

    /** A sleep is over. */
    void slept(long ps) {
        nanos[next] = Math.min(CAP_NANOS, ps / Picos.PER_NANO);
        next = (next + 1) % LENGTH;
    }

    /** Returns the expected sleep in picoseconds, or {@link Picos#NEVER} if there is no pattern: no bound. */
    long expectedPs() {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        for (int used = LENGTH; used >= LEAST; used--) {
            long sum = 0;
            for (int i = 0; i < used; i++) {
                sum += sorted[i];
            }
            long mean = sum / used;
            long squares = 0;
            for (int i = 0; i < used; i++) {
                long off = sorted[i] - mean;
                squares += off * off / used;
            }
            boolean agree = squares <= AGREE_NANOS * AGREE_NANOS || mean * mean >= 36 * squares;
            if (agree) {
                return mean * Picos.PER_NANO;
            }
        }
        return Picos.NEVER;
    }
}
