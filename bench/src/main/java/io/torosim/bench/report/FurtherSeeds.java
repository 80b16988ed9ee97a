package io.torosim.bench.report;

import io.torosim.core.stats.Tally;
import io.torosim.core.stats.Tally.ConfidenceInterval;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * What the same experiments gave under other seeds: how far the figures of a report can be trusted.
 *
 * @param exact names of experiments that no seed changes
 * @param results of the others under each further seed, in any order; empty where one seed alone was run
 */
public record FurtherSeeds(List<String> exact, List<ExperimentResult> results) {
    private static final double CONFIDENCE = 0.95;

    /** Copies the lists. */
    public FurtherSeeds {
        exact = List.copyOf(exact);
        results = List.copyOf(results);
    }

    /** Returns that one seed was run and nothing is known of others. */
    public static FurtherSeeds none() {
        return new FurtherSeeds(List.of(), List.of());
    }

    boolean isExact(ExperimentResult of) {
        return exact.contains(of.name());
    }

    /** Returns the finite figures of a row under every seed; a seed that gave no such row is left out. */
    Tally figures(ExperimentResult of, CaseResult row) {
        Tally tally = new Tally();
        add(tally, row.obtained());
        for (ExperimentResult other : results) {
            if (other.name().equals(of.name())) {
                try {
                    add(tally, other.figure(row.key()).obtained());
                } catch (NoSuchElementException e) {
                    continue; // as one that depends on what happened
                }
            }
        }
        return tally;
    }

    private static void add(Tally tally, double figure) {
        if (Double.isFinite(figure)) {
            tally.add(figure);
        }
    }

    /** Returns half the width of the interval of a row's mean; NaN for fewer than two figures. */
    static double halfWidth(Tally figures) {
        if (figures.count() < 2) {
            return Double.NaN;
        }
        ConfidenceInterval interval = figures.interval(CONFIDENCE);
        return interval.halfWidth();
    }

    /** Returns what stands in a row: "exact", "one seed", "5 seeds alike", or the mean with its interval and how many seeds. */
    String shown(ExperimentResult of, CaseResult row) {
        if (isExact(of)) {
            return "exact";
        }
        Tally figures = figures(of, row);
        if (figures.count() < 2) {
            return "one seed";
        }
        if (figures.min() == figures.max()) {
            return figures.count() + " seeds alike";
        }
        return Figures.shortest(figures.mean()) + " \u00b1 " + width(halfWidth(figures)) + " (" + figures.count()
                + " seeds)";
    }

    private static String width(double value) {
        return new java.math.BigDecimal(value, new java.math.MathContext(2))
                .stripTrailingZeros()
                .toPlainString();
    }
}
