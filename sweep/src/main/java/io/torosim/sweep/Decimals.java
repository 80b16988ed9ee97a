package io.torosim.sweep;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as text, the same on every JDK: the fewest digits that give the number back (Double.toString did not before JDK 19). */
final class Decimals {
    private static final double WHOLE = 1e15;

    private Decimals() {}

    /** Returns a finite number's text. */
    static String text(double value) {
        if (value == StrictMath.rint(value) && StrictMath.abs(value) < WHOLE) {
            return Long.toString((long) value);
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 15; digits < 17; digits++) {
            BigDecimal shorter = exact.round(new MathContext(digits));
            if (shorter.doubleValue() == value) {
                return shorter.stripTrailingZeros().toString();
            }
        }
        return exact.round(new MathContext(17)).stripTrailingZeros().toString();
    }

    /** Returns any number's text, for people. */
    static String shown(double value) {
        return Double.isFinite(value) ? text(value) : Double.toString(value);
    }

    /** Returns a number rounded to twelve digits, so that the last bit of a library's logarithm does not matter. */
    static double twelveDigits(double value) {
        return new BigDecimal(value).round(new MathContext(12)).doubleValue();
    }
}
