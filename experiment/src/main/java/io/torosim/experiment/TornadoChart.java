package io.torosim.experiment;

import java.util.List;

/**
 * Sensitivity of one figure: what it becomes with each parameter at either end of its range, the others as shipped. Widest
 * bar first.
 *
 * @param title heading: which figure
 * @param unit its unit
 * @param base the figure with all parameters as shipped
 * @param bandLow lower end of the band in which the conclusion holds, or NaN
 * @param bandHigh upper end of that band, or NaN
 * @param bars one for each parameter
 */
public record TornadoChart(String title, String unit, double base, double bandLow, double bandHigh, List<Bar> bars)
        implements Chart {
    /**
     * Sorts the bars by width, the widest first, ties by name.
     *
     * @throws IllegalArgumentException if a figure is not finite
     */
    public TornadoChart {
        if (!Double.isFinite(base) || bars.stream().anyMatch(b -> !Double.isFinite(b.width()))) {
            throw new IllegalArgumentException("every figure of " + title + " must be finite: " + base + ", " + bars);
        }
        bars = bars.stream()
                .sorted((a, b) -> a.width() == b.width()
                        ? a.parameter().compareTo(b.parameter())
                        : Double.compare(b.width(), a.width()))
                .toList();
    }

    /** Returns whether the conclusion holds with each parameter at either end of its range. */
    public boolean survives() {
        return bars.stream().allMatch(b -> holds(b.atLow()) && holds(b.atHigh()));
    }

    /** Returns the parameters for which it does not hold at an end of their range, widest first. */
    public List<String> breakers() {
        return bars.stream()
                .filter(b -> !holds(b.atLow()) || !holds(b.atHigh()))
                .map(Bar::parameter)
                .toList();
    }

    /** Returns whether the conclusion holds for {@code value}. */
    public boolean holds(double value) {
        return !(value < bandLow) && !(value > bandHigh);
    }

    /**
     * One parameter.
     *
     * @param parameter its name in the cost model, or of the input
     * @param low lower end of its range, with the unit
     * @param high upper end of its range, with the unit
     * @param atLow the figure with the parameter at its lower end
     * @param atHigh the figure with the parameter at its upper end
     */
    public record Bar(String parameter, String low, String high, double atLow, double atHigh) {
        /** Returns how far the figure moves. */
        public double width() {
            return StrictMath.abs(atHigh - atLow);
        }
    }
}
