package io.torosim.core.time;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Objects;

/**
 * Simulated time: a {@code long} of picoseconds since power-on, from 0 to {@link Long#MAX_VALUE} (106 days). All
 * arithmetic here is exact integer arithmetic; what does not fit is refused, never wrapped.
 */
public final class Picos {
    /** Picoseconds in a nanosecond. */
    public static final long PER_NANO = 1_000L;
    /** Picoseconds in a microsecond. */
    public static final long PER_MICRO = 1_000_000L;
    /** Picoseconds in a millisecond. */
    public static final long PER_MILLI = 1_000_000_000L;
    /** Picoseconds in a second. */
    public static final long PER_SECOND = 1_000_000_000_000L;
    /** A time that never comes. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The rule that an instant breaks which does not fit, for whoever refuses it. */
    public static final String END_OF_TIME = "simulated time ends at 2^63 - 1 ps, 106 days";

    private static final long MEGA = 1_000_000L;
    private static final BigInteger BIG_SECOND = BigInteger.valueOf(PER_SECOND);

    private Picos() {}

    /**
     * Returns {@code duration} in picoseconds.
     *
     * @throws IllegalArgumentException if it is negative or longer than 106 days
     */
    public static long of(Duration duration) {
        Objects.requireNonNull(duration, "duration");
        try {
            if (!duration.isNegative()) {
                return Math.addExact(
                        Math.multiplyExact(duration.getSeconds(), PER_SECOND),
                        Math.multiplyExact((long) duration.getNano(), PER_NANO));
            }
        } catch (ArithmeticException e) {
            // told below, with the value
        }
        throw new IllegalArgumentException("duration must be in [0, 106 days], duration=" + duration);
    }

    /** Returns {@code ps} as a {@code Duration}, rounded down to nanoseconds. */
    public static Duration toDuration(long ps) {
        return Duration.ofSeconds(ps / PER_SECOND, ps % PER_SECOND / PER_NANO);
    }

    /** Returns {@code a + b}, or {@link #NEVER} where the sum does not fit; both at least 0. */
    public static long saturatingAdd(long a, long b) {
        long sum = a + b;
        return sum < 0 ? NEVER : sum;
    }

    /**
     * Returns {@code nowPs + delayPs}, both at least 0.
     *
     * @param name of the delay, for the message
     * @throws IllegalArgumentException if the sum is beyond the end of time
     */
    public static long later(long nowPs, long delayPs, String name) {
        if (delayPs > Long.MAX_VALUE - nowPs) {
            throw new IllegalArgumentException(END_OF_TIME + ": nowPs=" + nowPs + ", " + name + "=" + delayPs);
        }
        return nowPs + delayPs;
    }

    /**
     * Returns {@code floor(ps * numerator / denominator)}, or {@link #NEVER} where that does not fit.
     *
     * @param ps at least 0
     * @param numerator in {@code [1, 10^6]}
     * @param denominator in {@code [1, 10^6]}
     */
    public static long scaled(long ps, int numerator, int denominator) {
        long whole = ps / denominator;
        if (whole > NEVER / numerator) {
            return NEVER;
        }
        return saturatingAdd(whole * numerator, ps % denominator * numerator / denominator);
    }

    /**
     * Returns the time-stamp counter at {@code ps}: {@code floor(ps * hz / 10^12)}.
     *
     * @param ps at least 0
     * @param hz ticks per second, in {@code [1, 10^12]}
     */
    public static long toCycles(long ps, long hz) {
        long seconds = ps / PER_SECOND;
        long rest = ps % PER_SECOND;
        if (hz % MEGA == 0) {
            return seconds * hz + rest * (hz / MEGA) / MEGA; // below 10^18: the quotient is the same
        }
        return seconds * hz + mulDivFloor(rest, hz, PER_SECOND);
    }

    /**
     * Returns the first time at which the counter of {@code hz} has reached {@code cycles}: {@code ceil(cycles * 10^12 /
     * hz)}, or {@link #NEVER} if that is beyond the clock.
     */
    public static long ofCycles(long cycles, long hz) {
        long mhz = hz / MEGA;
        if (mhz * MEGA == hz && cycles >= 0 && cycles / mhz < Long.MAX_VALUE / MEGA - 1) {
            return cycles / mhz * MEGA + (cycles % mhz * MEGA + mhz - 1) / mhz;
        }
        BigInteger ps = BigInteger.valueOf(cycles)
                .multiply(BIG_SECOND)
                .add(BigInteger.valueOf(hz - 1))
                .divide(BigInteger.valueOf(hz));
        return ps.bitLength() > 63 ? NEVER : ps.longValue();
    }

    private static long mulDivFloor(long a, long b, long divisor) {
        long high = Math.multiplyHigh(a, b);
        if (high == 0 && a * b >= 0) {
            return a * b / divisor;
        }
        return BigInteger.valueOf(a)
                .multiply(BigInteger.valueOf(b))
                .divide(BigInteger.valueOf(divisor))
                .longValueExact();
    }
}
