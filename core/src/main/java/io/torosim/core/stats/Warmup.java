package io.torosim.core.stats;

import io.torosim.core.event.Simulation;
import java.util.List;

/** Removal of the warm-up: the time before a run has forgotten its beginning. */
public final class Warmup {
    private Warmup() {}

    /**
     * Resets {@code statistics} at {@code timePs}, before anything else of that instant. Watching does not change the run:
     * only the number of fired events grows by one.
     */
    public static void endAt(Simulation simulation, long timePs, Resettable... statistics) {
        List<Resettable> all = List.of(statistics);
        simulation.at(timePs, 0, (op, arg) -> all.forEach(s -> s.reset(timePs)), 0, 0);
    }

    /**
     * Returns how many observations to drop from the front of a series, by the MSER-5 rule: the cut, in whole groups of
     * five and at most half the series, that leaves the smallest standard error (White, "An effective truncation heuristic
     * for bias reduction in simulation output", 1997). O(n).
     */
    public static int mser5(double[] series) {
        int groups = series.length / 5;
        double sum = 0;
        double squares = 0;
        double best = Double.POSITIVE_INFINITY;
        int cut = 0;
        for (int g = groups - 1; g >= 0; g--) {
            double mean = 0;
            for (int i = 0; i < 5; i++) {
                mean += series[5 * g + i] / 5;
            }
            sum += mean;
            squares += mean * mean;
            double left = groups - g;
            double error = (squares - sum * sum / left) / (left * left);
            if (g <= groups / 2 && error <= best) {
                best = error;
                cut = g;
            }
        }
        return 5 * cut;
    }

    /** A statistic that can forget the warm-up. */
    @FunctionalInterface
    public interface Resettable {
        /**
         * Forgets everything up to now.
         *
         * @param nowPs the present time
         */
        void reset(long nowPs);
    }
}
