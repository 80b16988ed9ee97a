package io.torosim.core.cost;

import java.math.BigDecimal;

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

    /** Returns whether the value of {@code other}, in a unit like this one's, lies in this range. */
    boolean reaches(CostParameter other) {
        BigDecimal theirs = unit.scaled(other.value(), other.unit());
        return theirs.compareTo(low) >= 0 && theirs.compareTo(high) <= 0;
    }

    CostParameter withValue(BigDecimal newValue) {
        return new CostParameter(name, newValue, unit, low, high, basis, confidence, source);
    }
}
