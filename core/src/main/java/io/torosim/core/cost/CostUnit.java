package io.torosim.core.cost;

import io.torosim.core.time.Picos;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

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
