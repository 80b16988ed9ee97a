package io.torosim.experiment.real.verdict;

import java.util.Locale;

/**
 * How far a prediction may be from what was measured.
 *
 * @param relative share of the measured figure
 * @param smallBelow below this measured figure the absolute band counts if it is wider
 * @param absolute the absolute band, in the figure's unit
 */
public record Band(double relative, double smallBelow, double absolute) {
    private static final double ROUNDING = 1e-9;

    /** CPU in percent: 10 %, or 0.3 points below 5 %. */
    public static final Band CPU = new Band(0.10, 5, 0.3);

    /** Boot in milliseconds: 15 %. */
    public static final Band BOOT = new Band(0.15, 0, 0);

    /** Returns the largest distance from a measured figure that is near enough. */
    public double reach(double measured) {
        return measured < smallBelow ? Math.max(absolute, relative * measured) : relative * measured;
    }

    /** Returns whether the prediction is near enough. */
    public boolean holds(double measured, double predicted) {
        return Math.abs(predicted - measured) - ROUNDING <= reach(measured);
    }

    /** Returns the error for people: in points where the absolute band counts, else in percent of the measured figure. */
    public String error(double measured, double predicted) {
        double error = predicted - measured;
        return measured < smallBelow
                ? String.format(Locale.ROOT, "%+.2f points", error)
                : String.format(Locale.ROOT, "%+.1f %%", 100 * error / measured);
    }

    /** What a comparison of one figure comes to. */
    public enum Finding {
        /** Within the band. */
        INSIDE,
        /** Outside the band. */
        OUTSIDE,
        /** The host was too busy for the measurement to mean anything. */
        BUSY_HOST,
        /** The real machine cannot show it. */
        NOT_TESTABLE;

        /** Returns it for people. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
