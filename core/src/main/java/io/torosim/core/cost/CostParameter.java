package io.torosim.core.cost;

import io.torosim.core.time.Picos;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One figure of the model, with all that a reader needs to judge it.
 *
 * @param name dotted name, such as {@code kvm.exit_pio_user}
 * @param value the value used
 * @param unit its unit
 * @param low lower end of the plausible range, same unit
 * @param high upper end of the plausible range, same unit
 * @param basis where the value comes from
 * @param confidence how far it can be trusted
 * @param source publication, source text or reasoning
 */
public record CostParameter(
        String name,
        BigDecimal value,
        CostUnit unit,
        BigDecimal low,
        BigDecimal high,
        Basis basis,
        Confidence confidence,
        String source) {
    /** No measurement is so many times what is plausible: that is a damaged file, or another unit. */
    private static final BigDecimal FAR = BigDecimal.valueOf(1000);

    /** Checks that the range holds the value, nothing is negative, and what is counted is whole. */
    public CostParameter {
        if (low.signum() < 0 || low.compareTo(high) > 0) {
            throw new IllegalArgumentException(
                    name + ": range must be 0 <= low <= high, low=" + low + ", high=" + high);
        }
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw new IllegalArgumentException(name + ": value must be in [" + low + ", " + high + "], value=" + value);
        }
        boolean counted = unit == CostUnit.COUNT || unit == CostUnit.HZ || unit == CostUnit.BYTES;
        if (counted && value.stripTrailingZeros().scale() > 0) {
            throw new IllegalArgumentException(
                    name + ": value must be a whole number of " + unit.symbol() + ", value=" + value);
        }
    }

    /** Returns whether the value is nobody's measurement: a guess, or fitted to a result. */
    public boolean isAssumed() {
        return basis == Basis.GUESS || basis == Basis.FITTED;
    }

    /**
     * Returns why {@code other} cannot stand in this one's place, or an empty text. A measured one may leave this range, but no value may be one
     * that no machine has, which the model could not reckon with.
     */
    String refuses(CostParameter other) {
        if (unit.isTime() != other.unit.isTime() || !unit.isTime() && unit != other.unit) {
            return name + ": unit must be like " + unit.symbol() + ", unit=" + other.unit.symbol();
        }
        String value = ", value=" + other.value + " " + other.unit.symbol();
        boolean price = unit.isTime() || unit == CostUnit.CYCLES || unit == CostUnit.MW;
        if (!price && low.signum() > 0 && other.value.signum() == 0) {
            return name + ": must be positive" + value;
        }
        BigDecimal theirs = unit.scaled(other.value, other.unit);
        boolean tooLow = !price && theirs.multiply(FAR).compareTo(low) < 0;
        if (tooLow || theirs.compareTo(high.multiply(FAR)) > 0) {
            return name + ": must be within " + FAR + " times of [" + low + ", " + high + "] " + unit.symbol()
                    + ", measured or not" + value;
        }
        if (other.basis != Basis.MEASURED && !reaches(other)) {
            return name + ": must be in [" + low + ", " + high + "] " + unit.symbol() + " unless its basis is measured"
                    + value;
        }
        return "";
    }

    /** Returns whether the value of {@code other}, in a unit like this one's, lies in this range. */
    boolean reaches(CostParameter other) {
        BigDecimal theirs = unit.scaled(other.value(), other.unit());
        return theirs.compareTo(low) >= 0 && theirs.compareTo(high) <= 0;
    }

    CostParameter withValue(BigDecimal newValue) {
        return new CostParameter(name, newValue, unit, low, high, basis, confidence, source);
    }

    /** Where the value of a parameter comes from. */
    public enum Basis {
        /** Printed in a named publication or source text. */
        PUBLISHED,
        /** Measured, on the machine that the source column names. */
        MEASURED,
        /** Computed from published or measured values; the source column says how. */
        DERIVED,
        /** A plain decision of the experiment, such as a clock rate. */
        CHOSEN,
        /** Nobody knows; a plausible value with a wide range. */
        GUESS,
        /** Chosen within its range so that a result meets a published figure. It is no evidence for that figure. */
        FITTED
    }

    /** How far the value of a parameter can be trusted. */
    public enum Confidence {
        /** Read in a primary source. */
        HIGH,
        /** Read in a secondary source, or recalled from a known publication. */
        MEDIUM,
        /** Little to hold on to. */
        LOW
    }

    /** The unit of a parameter. */
    public enum CostUnit {
        /** Nanoseconds. */
        NS("ns", Picos.PER_NANO),
        /** Microseconds. */
        US("us", Picos.PER_MICRO),
        /** Milliseconds. */
        MS("ms", Picos.PER_MILLI),
        /** Seconds. */
        S("s", Picos.PER_SECOND),
        /** Cycles of the time-stamp counter. */
        CYCLES("cycles", 0),
        /** Cycles or ticks per second. */
        HZ("hz", 0),
        /** Things. */
        COUNT("count", 0),
        /** Bytes. */
        BYTES("bytes", 0),
        /** Hundredths. */
        PERCENT("percent", 0),
        /** A number without a unit. */
        RATIO("ratio", 0),
        /** Milliwatts. */
        MW("mw", 0);

        private final String symbol;
        private final long picos;

        CostUnit(String symbol, long picos) {
            this.symbol = symbol;
            this.picos = picos;
        }

        /** Returns the unit as it is written in the file. */
        public String symbol() {
            return symbol;
        }

        /** Returns whether it is a unit of time. */
        public boolean isTime() {
            return picos > 0;
        }

        long toPicos(BigDecimal value) {
            return value.multiply(BigDecimal.valueOf(picos)).longValue();
        }

        /** Returns {@code value} of {@code from}, a unit like this one, in this unit: exactly, as units of time are powers of ten apart. */
        BigDecimal scaled(BigDecimal value, CostUnit from) {
            return from == this || !isTime()
                    ? value
                    : value.multiply(BigDecimal.valueOf(from.picos)).divide(BigDecimal.valueOf(picos));
        }

        /** Returns the unit with that symbol, or null. */
        static @Nullable CostUnit ofSymbol(String symbol) {
            for (CostUnit unit : values()) {
                if (unit.symbol.equals(symbol)) {
                    return unit;
                }
            }
            return null;
        }
    }
}
