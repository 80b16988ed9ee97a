package io.torosim.sweep.analysis;

import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Design;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Study;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.StudyRun;
import io.torosim.sweep.analysis.Estimates.Interval;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Where a conclusion breaks, as near to the nominal values as a search finds: the fewest factors that must move, and no farther than
 * they must.
 *
 * <p>Each round is a {@link Study} made by {@link StudyRun} on the caller's {@link CellExecutor}; {@link Search} says which points come next.
 *
 * @param broken whether a point was found at which the conclusion does not hold
 * @param point a value for every factor: if not broken, where the conclusion holds by the least
 * @param value the output there
 * @param moved names of the factors that do not stand at their nominal value
 * @param points how many points were run to find it
 */
public record BreakingCorner(boolean broken, List<Double> point, double value, List<String> moved, int points) {
    private static final int ROUNDS = 20;
    private static final int HALVINGS = 6;

    /**
     * Searches from the point of a study at which the conclusion holds by the least: while it holds, each factor is tried at both its ends
     * and the best move made; then every factor goes back to its nominal value if the conclusion stays broken, the one that matters least first, and those that
     * cannot are brought as near as six halvings find. A local search: not finding a corner proves nothing.
     *
     * @param results of a study with the output of the conclusion
     * @param executor makes the runs
     */
    public static BreakingCorner search(StudyResults results, Conclusion conclusion, CellExecutor executor)
            throws InterruptedException {
        return search(results, conclusion, executor, () -> false).orElseThrow();
    }

    /** As {@link #search(StudyResults, Conclusion, CellExecutor)}; empty if {@code stopped} has ended it before it was over. */
    public static Optional<BreakingCorner> search(
            StudyResults results, Conclusion conclusion, CellExecutor executor, BooleanSupplier stopped)
            throws InterruptedException {
        Search search = new Search(results.study(), conclusion, executor, stopped);
        double[] means = results.means(conclusion.output());
        int worst = -1;
        for (int i = 0; i < means.length; i++) {
            double margin = conclusion.margin(means[i]);
            if (!Double.isNaN(margin) && (worst < 0 || margin < conclusion.margin(means[worst]))) {
                worst = i;
            }
        }
        if (worst < 0) {
            throw new IllegalArgumentException(conclusion.name() + ": no point of the study has a figure");
        }
        search.point = results.points().get(worst);
        search.value = means[worst];
        try {
            search.climb();
            boolean broken = conclusion.margin(search.value) < 0;
            if (broken) {
                search.goBack();
                search.halve();
            }
            return Optional.of(new BreakingCorner(broken, search.point, search.value, search.moved(), search.points));
        } catch (CancellationException e) {
            return Optional.empty();
        }
    }

    private static final class Search {
        private final Study study;
        private final Conclusion conclusion;
        private final CellExecutor executor;
        private final BooleanSupplier stopped;
        private final List<Factor> factors;

        @SuppressWarnings("NullAway.Init") // the first point sets it
        private List<Double> point;

        private double value;
        private int points;

        Search(Study study, Conclusion conclusion, CellExecutor executor, BooleanSupplier stopped) {
            this.stopped = stopped;
            this.study = study;
            this.conclusion = conclusion;
            this.executor = executor;
            this.factors = study.factors();
        }

        /** Moves one factor to an end as long as that helps and the conclusion holds. */
        void climb() throws InterruptedException {
            for (int round = 0; round < ROUNDS && conclusion.margin(value) >= 0; round++) {
                List<List<Double>> tries = new ArrayList<>();
                for (int f = 0; f < factors.size(); f++) {
                    for (double end : factors.get(f).ends()) {
                        if (point.get(f) != end) {
                            tries.add(with(f, end));
                        }
                    }
                }
                double[] values = run(tries);
                int best = -1;
                for (int i = 0; i < values.length; i++) {
                    if (conclusion.margin(values[i]) < conclusion.margin(best < 0 ? value : values[best])) {
                        best = i;
                    }
                }
                if (best < 0) {
                    return;
                }
                point = tries.get(best);
                value = values[best];
            }
        }

        /** Takes factors back to their nominal values, first the one without which the conclusion stays broken by the most. */
        void goBack() throws InterruptedException {
            while (true) {
                List<List<Double>> tries = new ArrayList<>();
                for (int f = 0; f < factors.size(); f++) {
                    if (point.get(f) != factors.get(f).nominal()) {
                        tries.add(with(f, factors.get(f).nominal()));
                    }
                }
                double[] values = run(tries);
                int best = -1;
                for (int i = 0; i < values.length; i++) {
                    double margin = conclusion.margin(values[i]);
                    if (margin < 0 && (best < 0 || margin < conclusion.margin(values[best]))) {
                        best = i;
                    }
                }
                if (best < 0) {
                    return;
                }
                point = tries.get(best);
                value = values[best];
            }
        }

        /** Brings what must move as near to nominal as stays broken. Words of a list cannot be halved. */
        void halve() throws InterruptedException {
            for (int f = 0; f < factors.size(); f++) {
                double good = factors.get(f).nominal();
                if (factors.get(f) instanceof Factor.Listed || point.get(f) == good) {
                    continue;
                }
                for (int i = 0; i < HALVINGS; i++) {
                    double middle = (good + point.get(f)) / 2;
                    if (factors.get(f) instanceof Factor.Ranged ranged && ranged.whole()) {
                        middle = StrictMath.rint(middle);
                    }
                    double there = run(List.of(with(f, middle)))[0];
                    if (conclusion.margin(there) < 0) {
                        point = with(f, middle);
                        value = there;
                    } else {
                        good = middle;
                    }
                }
            }
        }

        List<String> moved() {
            List<String> names = new ArrayList<>();
            for (int f = 0; f < factors.size(); f++) {
                if (point.get(f) != factors.get(f).nominal()) {
                    names.add(factors.get(f).name());
                }
            }
            return names;
        }

        private List<Double> with(int factor, double there) {
            List<Double> other = new ArrayList<>(point);
            other.set(factor, there);
            return List.copyOf(other);
        }

        private double[] run(List<List<Double>> tries) throws InterruptedException {
            if (tries.isEmpty()) {
                return new double[0];
            }
            points += tries.size();
            Study there = new Study(
                    study.name(),
                    study.model(),
                    study.modelName(),
                    study.outputs(),
                    factors,
                    new Design.Points(tries),
                    study.stopping(),
                    study.seed(),
                    study.commonSeeds());
            try {
                StudyResults run =
                        new StudyRun(there, executor).stopWhen(stopped).run();
                if (!run.isComplete()) {
                    throw new CancellationException();
                }
                return run.means(conclusion.output());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e); // no file is written
            }
        }
    }

    /**
     * Something that is said of an output: it lies in a band.
     *
     * @param name in words
     * @param output of the study
     * @param low lower end of the band, possibly minus infinity
     * @param high upper end, possibly infinity
     */
    public record Conclusion(String name, String output, double low, double high) {
        /** Checks the band. */
        public Conclusion {
            if (!(low <= high)) {
                throw new IllegalArgumentException(name + ": low must be at most high, low=" + low + ", high=" + high);
            }
        }

        /** Returns how far inside the band a value lies; negative outside, NaN for no value. */
        public double margin(double value) {
            return Math.min(value - low, high - value);
        }

        /**
         * Returns the probability that it holds: the share of points at which the mean lies in the band, with its interval. It is a probability where
         * points are independent draws ({@link io.torosim.sweep.Design.RandomDraws}); for other random designs the interval is too wide rather than too
         * narrow, for a grid it means nothing. Points without a figure do not count.
         */
        public Interval probability(StudyResults results, double confidence) {
            double[] means = results.means(output);
            long count = Arrays.stream(means).filter(m -> !Double.isNaN(m)).count();
            long held = Arrays.stream(means).filter(m -> margin(m) >= 0).count();
            return Estimates.proportion(held, count, confidence);
        }
    }
}
