package io.torosim.sweep;

import io.torosim.sweep.Study.StudyException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.commons.statistics.distribution.ContinuousDistribution;
import org.apache.commons.statistics.distribution.ExponentialDistribution;
import org.apache.commons.statistics.distribution.LogNormalDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TriangularDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Something that a study varies: a list of values, a range, or a distribution. Values that a share of a range decides are rounded to
 * twelve digits.
 *
 * <p>A {@link Study} has some; a {@link Design} chooses values of them, and the model of the study is run with these.
 */
public sealed interface Factor extends Serializable {
    /** Returns its name: for an experiment the key of the specification, such as {@code "load.concurrency"} or {@code "costs.kvm.exit"}. */
    String name();

    /** Returns the value at a share of the way through, by the distribution: {@code u} in {@code (0, 1)}, a half is the middle. */
    double at(double u);

    /** Returns a value as text: a number with its unit, or a word. */
    String text(double value);

    /** Returns the values of a grid: the list, or {@code levels} values over the range, ends included. */
    List<Double> levels(int levels);

    /** Returns the value where the others are varied: what was given, else the middle or the first of the list. */
    double nominal();

    /** Returns the two ends: of a list the first and the last, of a distribution the 1st and the 99th percentile. */
    default List<Double> ends() {
        List<Double> both = levels(2);
        return List.of(both.get(0), both.get(both.size() - 1));
    }

    /** Values one by one: words or numbers. */
    static Factor list(String name, List<String> values) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(values, "values");
        return new Listed(name, values);
    }

    /** Numbers from {@code low} to {@code high}, every one equally likely. */
    static Ranged range(String name, double low, double high) {
        Objects.requireNonNull(name, "name");
        return new Ranged(name, low, high, false, false, "", Double.NaN);
    }

    /** Numbers from {@code low} to {@code high}, positive, every ratio equally likely. */
    static Ranged logRange(String name, double low, double high) {
        Objects.requireNonNull(name, "name");
        return new Ranged(name, low, high, true, false, "", Double.NaN);
    }

    /**
     * Values one by one.
     *
     * @param values words or numbers, none twice; numbers are numbers if all are, and finite
     */
    record Listed(String name, List<String> values) implements Factor {
        private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

        /** Checks the list. */
        public Listed {
            checkName(name);
            values = List.copyOf(values);
            boolean numbers = values.stream().allMatch(Listed::isNumber);
            long different = numbers
                    ? values.stream().map(Double::valueOf).distinct().count() // 256 and 256.0 are one
                    : values.stream().distinct().count();
            if (values.isEmpty() || different != values.size()) {
                throw wrong(name, "a list takes one value at least and none twice", values);
            }
        }

        @Override
        public double at(double u) {
            return valueOf((int) Math.min(values.size() - 1L, (long) (u * values.size())));
        }

        @Override
        public String text(double value) {
            if (isNumeric()) {
                return Decimals.text(value);
            }
            return values.get((int) value);
        }

        @Override
        public List<Double> levels(int levels) {
            List<Double> all = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                all.add(valueOf(i));
            }
            return all;
        }

        @Override
        public double nominal() {
            return valueOf(0);
        }

        private double valueOf(int i) {
            return isNumeric() ? Double.parseDouble(values.get(i)) : i;
        }

        /** Returns whether every value is a finite number; else they are words, and {@link #at} and {@link #levels} give their places. */
        public boolean isNumeric() {
            for (String value : values) { // asked by every run
                if (!isNumber(value)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isNumber(String value) {
            return NUMBER.matcher(value).matches() && Double.isFinite(Double.parseDouble(value));
        }
    }

    /**
     * A range.
     *
     * @param low lower end
     * @param high upper end, above it
     * @param log whether ratios are equally likely rather than differences; then both ends are positive
     * @param whole whether only whole numbers occur
     * @param unit what stands behind the number, such as {@code "us"}, or nothing
     * @param shipped the value where others are varied, within the range; NaN for the middle
     */
    record Ranged(String name, double low, double high, boolean log, boolean whole, String unit, double shipped)
            implements Factor {
        /** Checks the ends. */
        public Ranged {
            checkName(name);
            Objects.requireNonNull(unit, "unit");
            String ends = "low=" + Decimals.shown(low) + ", high=" + Decimals.shown(high);
            if (!(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
                throw wrong(name, "low must be below high, both finite: " + ends, null);
            }
            if (Double.isInfinite(high - low)) {
                throw wrong(name, "the range is longer than a number can hold: " + ends, null);
            }
            if (log && !(low > 0)) {
                throw wrong(name, "low must be positive where ratios are equally likely (scale = log): " + ends, null);
            }
            if (log && Double.isInfinite(high / low)) {
                throw wrong(name, "high by low is more than a number can hold: " + ends, null);
            }
            if (whole && (low != StrictMath.rint(low) || high != StrictMath.rint(high))) {
                throw wrong(name, "low and high must be whole where only whole numbers occur: " + ends, null);
            }
            if (shipped < low || shipped > high) {
                throw wrong(name, "nominal must lie within the range: " + ends, Decimals.shown(shipped));
            }
        }

        @Override
        public double at(double u) {
            double value = log ? low * StrictMath.pow(high / low, u) : low + (high - low) * u;
            double rounded = whole ? StrictMath.rint(value) : Decimals.twelveDigits(value);
            return Math.max(low, Math.min(high, rounded));
        }

        @Override
        public String text(double value) {
            return Decimals.text(value) + (unit.isEmpty() ? "" : " " + unit);
        }

        @Override
        public List<Double> levels(int levels) {
            List<Double> all = new ArrayList<>();
            for (int i = 0; i < levels; i++) {
                double value = levels == 1 ? nominal() : at(i / (double) (levels - 1));
                if (all.isEmpty() || all.get(all.size() - 1) != value) { // a range of few whole numbers
                    all.add(value);
                }
            }
            return all;
        }

        @Override
        public double nominal() {
            return Double.isNaN(shipped) ? at(0.5) : shipped;
        }

        /** Returns this with only whole numbers. */
        public Ranged wholeNumbers() {
            return new Ranged(name, low, high, log, true, unit, shipped);
        }

        /** Returns this with a unit. */
        public Ranged withUnit(String other) {
            return new Ranged(name, low, high, log, whole, other, shipped);
        }

        /** Returns this with the value at which others are varied. */
        public Ranged withNominal(double value) {
            return new Ranged(name, low, high, log, whole, unit, value);
        }
    }

    /** What a {@link Drawn} factor follows. */
    enum Shape {
        /** Mean a, deviation b. */
        NORMAL,
        /** The natural logarithm has mean a and deviation b: half of the values lie above e^a, their mean is e^(a + b^2 / 2). */
        LOG_NORMAL,
        /** Mean a. */
        EXPONENTIAL,
        /** From a over the most likely b to c. */
        TRIANGULAR;

        /** Returns the rule that parameters break, with their values; nothing if they keep to it. */
        String broken(double a, double b, double c) {
            String middle = "a=" + Decimals.shown(a);
            String two = middle + ", b=" + Decimals.shown(b);
            String three = two + ", c=" + Decimals.shown(c);
            return switch (this) {
                case NORMAL -> Double.isFinite(a) && b > 0 && Double.isFinite(b)
                        ? ""
                        : "b, the deviation, must be above 0, " + two;
                case LOG_NORMAL -> Double.isFinite(a) && b > 0 && Double.isFinite(b)
                        ? ""
                        : "b, the deviation of the natural logarithm, must be above 0, " + two;
                case EXPONENTIAL -> a > 0 && Double.isFinite(a) ? "" : "a, the mean, must be above 0, " + middle;
                case TRIANGULAR -> a <= b && b <= c && a < c && Double.isFinite(c - a)
                        ? ""
                        : "must rise from a over b to c, " + three;
            };
        }
    }

    /**
     * A distribution.
     *
     * @param shape which
     * @param a first parameter, see {@link Shape}
     * @param b second
     * @param c third
     * @param unit what stands behind the number, or nothing
     */
    record Drawn(String name, Shape shape, double a, double b, double c, String unit) implements Factor {
        private static final double LEAST_SHARE = 0x1p-53; // the ends of what is drawn

        private static String word(Shape shape) {
            return shape.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Checks the parameters. */
        public Drawn {
            checkName(name);
            Objects.requireNonNull(unit, "unit");
            String broken = shape.broken(a, b, c);
            if (!broken.isEmpty()) {
                throw wrong(name, word(shape) + ": " + broken, null);
            }
            ContinuousDistribution distribution = distribution(shape, a, b, c);
            if (!Double.isFinite(distribution.inverseCumulativeProbability(LEAST_SHARE))
                    || !Double.isFinite(distribution.inverseCumulativeProbability(1 - LEAST_SHARE))) {
                throw wrong(
                        name,
                        word(shape) + ": some of its values are beyond what a number can hold, a=" + Decimals.shown(a)
                                + ", b=" + Decimals.shown(b),
                        null);
            }
        }

        @Override
        public double at(double u) {
            return Decimals.twelveDigits(distribution(shape, a, b, c).inverseCumulativeProbability(u));
        }

        @Override
        public String text(double value) {
            return Decimals.text(value) + (unit.isEmpty() ? "" : " " + unit);
        }

        @Override
        public List<Double> levels(int levels) {
            List<Double> all = new ArrayList<>();
            for (int i = 0; i < levels; i++) {
                all.add(levels == 1 ? nominal() : at(0.01 + 0.98 * i / (levels - 1)));
            }
            return all;
        }

        @Override
        public double nominal() {
            return at(0.5);
        }

        private static ContinuousDistribution distribution(Shape shape, double a, double b, double c) {
            return switch (shape) {
                case NORMAL -> NormalDistribution.of(a, b);
                case LOG_NORMAL -> LogNormalDistribution.of(a, b);
                case EXPONENTIAL -> ExponentialDistribution.of(a);
                case TRIANGULAR -> TriangularDistribution.of(a, b, c);
            };
        }
    }

    private static void checkName(String name) {
        if (name.isEmpty()) {
            throw new StudyException("factors", "a factor needs a name", null);
        }
    }

    private static StudyException wrong(String name, String rule, @Nullable Object value) {
        return new StudyException("factors." + name, rule, value);
    }
}
