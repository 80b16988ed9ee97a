package io.torosim.bench.report;

import io.torosim.bench.report.ResultsFile.Figure;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two runs.
 *
 * @param sameDigest whether the traced events were the same to the last one
 * @param changes the figures that differ by more than the tolerance, in order of the first run, then those that only the
 *     second one has
 * @param compared how many figures both have
 */
public record ResultsDiff(boolean sameDigest, List<Change> changes, int compared) {
    /** Copies the list. */
    public ResultsDiff {
        changes = List.copyOf(changes);
    }

    /**
     * One figure that differs.
     *
     * @param figure "experiment / case / metric"
     * @param before the first run's, or null if it has none
     * @param after the second run's, or null if it has none
     */
    public record Change(String figure, @Nullable Figure before, @Nullable Figure after) {
        /** Returns the relative change in percent; NaN if one side is missing, infinite if it was 0. */
        public double percent() {
            return before == null || after == null
                    ? Double.NaN
                    : 100 * (after.value() - before.value()) / StrictMath.abs(before.value());
        }
    }

    /**
     * Compares two runs.
     *
     * @param tolerancePercent relative differences up to this are none, at least 0; a changed verdict, unit or a figure that
     *     only one has is one always
     */
    public static ResultsDiff of(ResultsFile before, ResultsFile after, double tolerancePercent) {
        Set<String> names = new LinkedHashSet<>(before.figures().keySet());
        names.addAll(after.figures().keySet());
        List<Change> changes = new ArrayList<>();
        int compared = 0;
        for (String name : names) {
            Figure a = before.figures().get(name);
            Figure b = after.figures().get(name);
            if (a != null && b != null) {
                compared++;
                if (a.equals(b)) {
                    continue;
                }
                boolean sameKind = a.unit().equals(b.unit()) && a.verdict().equals(b.verdict());
                double allowed = StrictMath.abs(a.value()) * tolerancePercent / 100;
                if (sameKind && StrictMath.abs(b.value() - a.value()) <= allowed) {
                    continue;
                }
            }
            changes.add(new Change(name, a, b));
        }
        return new ResultsDiff(before.digest().equals(after.digest()), changes, compared);
    }
}
