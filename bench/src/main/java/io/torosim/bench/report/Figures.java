package io.torosim.bench.report;

import io.torosim.experiment.ExperimentResult.CaseResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Figures as people read them, the same in the terminal and on the page. */
final class Figures {
    private static final Pattern NUMBER_OR_RANGE =
            Pattern.compile("^([0-9]+(?:\\.[0-9]+)?)(?: to ([0-9]+(?:\\.[0-9]+)?))?(?![0-9.])");

    private Figures() {}

    static String value(CaseResult c) {
        if (c.unit().equals("holds")) {
            return c.obtained() == 1 ? "yes" : "no";
        }
        return Double.isFinite(c.obtained()) ? number(c.obtained(), c.unit()) + unit(c.unit()) : "none";
    }

    static String band(CaseResult c) {
        if (Double.isNaN(c.bandLow())) {
            return "";
        }
        return c.unit().equals("holds")
                ? "yes"
                : shortest(c.bandLow()) + " to " + shortest(c.bandHigh()) + unit(c.unit());
    }

    /**
     * How far the obtained figure is from the published one, in the figure's unit: signed from a single number, outward from
     * the nearer end of a published range ("within" inside it); empty where what was published is no number.
     */
    static String error(CaseResult c) {
        Matcher numbers = NUMBER_OR_RANGE.matcher(c.published());
        if (!numbers.find() || !Double.isFinite(c.obtained())) {
            return "";
        }
        double low = Double.parseDouble(numbers.group(1));
        double high = numbers.group(2) == null ? low : Double.parseDouble(numbers.group(2));
        if (high > low && c.obtained() >= low && c.obtained() <= high) {
            return "within";
        }
        double error = c.obtained() < low ? c.obtained() - low : c.obtained() - high;
        return (error > 0 ? "+" : "") + number(error, c.unit()) + unit(c.unit());
    }

    static String number(double value, String unit) {
        if (unit.equals("requests") || unit.startsWith("of ")) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 1000 ? "%,.0f" : "%.1f", value);
    }

    /** Up to six significant digits, no zeros at the end. */
    static String shortest(double value) {
        return new BigDecimal(value, new MathContext(6)).stripTrailingZeros().toPlainString();
    }

    static String unit(String unit) {
        return switch (unit) {
            case "%" -> " %";
            case "requests", "holds" -> "";
            case "us" -> " \u00b5s";
            default -> " " + unit;
        };
    }
}
