package io.torosim.guest.run;

import io.torosim.core.time.Picos;
import java.util.Objects;

/**
 * A timer that interrupts the guest at a steady rate.
 *
 * @param source which device
 * @param hz interrupts a second, 0 for none; each source has its range
 */
public record GuestTimer(Source source, int hz) {
    private static final long PIT_HZ = 1_193_182;

    /** The device, and how the guest uses it. */
    public enum Source {
        /** Channel 0 of the PIT, periodic, to vCPU 0: 19 to 100,000 Hz, rounded to a whole divisor of 1,193,182 Hz. */
        PIT(19, 100_000),
        /** The local APIC's timer of every vCPU, periodic: 1 to 1,000,000 Hz. */
        LOCAL_APIC(1, 1_000_000),
        /** The same, set anew by each interrupt's handler (one-shot): a late handler makes the next interrupt late. */
        ONE_SHOT(1, 1_000_000),
        /** The time-stamp counter's deadline, set anew by each handler to a multiple of the period: it does not drift. */
        TSC_DEADLINE(1, 1_000_000);

        private final int lowest;
        private final int highest;

        Source(int lowest, int highest) {
            this.lowest = lowest;
            this.highest = highest;
        }

        /** Returns whether every vCPU has one; else only vCPU 0. */
        boolean onEveryVcpu() {
            return this != PIT;
        }

        /** Returns whether the handler sets it anew. */
        boolean isSetByHandler() {
            return this == ONE_SHOT || this == TSC_DEADLINE;
        }
    }

    /** Checks the rate. */
    public GuestTimer {
        Objects.requireNonNull(source, "source");
        if (hz != 0 && (hz < source.lowest || hz > source.highest)) {
            throw new IllegalArgumentException("timer rate of " + source + " must be 0 or in [" + source.lowest + ", "
                    + source.highest + "] Hz, hz=" + hz);
        }
    }

    /** No timer. */
    public static GuestTimer none() {
        return new GuestTimer(Source.PIT, 0);
    }

    /** The PIT at {@code hz}. */
    public static GuestTimer pit(int hz) {
        return new GuestTimer(Source.PIT, hz);
    }

    /** Returns whether it runs. */
    boolean runs() {
        return hz > 0;
    }

    /** Returns the time between two interrupts. */
    long periodPs() {
        if (source == Source.PIT) {
            long divisor = (PIT_HZ + hz / 2) / hz;
            return divisor * Picos.PER_SECOND / PIT_HZ;
        }
        return Picos.PER_SECOND / hz;
    }
}
