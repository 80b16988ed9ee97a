package io.torosim.bench.cli.study;

import io.torosim.bench.spec.StudyFile;
import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Design;
import io.torosim.sweep.Study;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.analysis.BreakingCorner;
import io.torosim.sweep.analysis.Conclusion;
import io.torosim.sweep.analysis.Estimates;
import io.torosim.sweep.analysis.Estimates.Interval;
import io.torosim.sweep.analysis.SobolIndices;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;

/** What a study says, as text: the points with their intervals, indices of sensitivity, conclusions and the corners that break them. */
final class StudyTable {
    private static final int MOST_POINTS = 40;
    private static final int MOST_FACTORS = 6;
    private static final double CONFIDENCE = 0.95;

    private StudyTable() {}

    static void print(PrintWriter out, StudyFile file, StudyResults results, CellExecutor executor)
            throws InterruptedException {
        Study study = results.study();
        if (results.doneCount() == 0) {
            return;
        }
        for (String output : study.outputs()) {
            out.println(output);
            if (results.points().size() <= MOST_POINTS && study.factors().size() <= MOST_FACTORS) {
                points(out, results, output);
            } else {
                spread(out, results, output);
            }
            if (study.design() instanceof Design.Saltelli && results.isComplete()) {
                indices(out, results, output);
            }
        }
        for (Conclusion conclusion : file.conclusions()) {
            conclusion(out, results, conclusion, executor);
        }
    }

    private static void points(PrintWriter out, StudyResults results, String output) {
        boolean exact = results.study().model().isExact();
        for (int point = 0; point < results.points().size(); point++) {
            double[] values = results.values(point, output);
            String where = StudyFile.shown(results.study(), results.points().get(point));
            String figure =
                    switch (values.length) {
                        case 0 -> "no figure";
                        case 1 -> String.format(Locale.ROOT, "%.6g  (%s)", values[0], exact ? "exact" : "one seed");
                        default -> interval(Estimates.mean(values, CONFIDENCE)) + "  (" + values.length
                                + " replications)";
                    };
            String difference =
                    point > 0 && results.study().commonSeeds() && Estimates.pairs(results, point, 0, output).length > 1
                            ? "  to the first " + interval(Estimates.difference(results, point, 0, output, CONFIDENCE))
                            : "";
            out.printf(Locale.ROOT, "  %-50s %s%s%n", where, figure, difference);
        }
    }

    private static void spread(PrintWriter out, StudyResults results, String output) {
        double[] means = Arrays.stream(results.means(output))
                .filter(m -> !Double.isNaN(m))
                .toArray();
        if (means.length == 0) {
            return;
        }
        out.printf(
                Locale.ROOT,
                "  %d points; median %s, 5 %% %s, 95 %% %s%n",
                means.length,
                at(means, 0.5),
                at(means, 0.05),
                at(means, 0.95));
    }

    private static String at(double[] values, double p) {
        Interval quantile = Estimates.quantile(values, p, CONFIDENCE);
        return String.format(Locale.ROOT, "%.5g [%.5g, %.5g]", quantile.value(), quantile.low(), quantile.high());
    }

    private static void indices(PrintWriter out, StudyResults results, String output) {
        try {
            for (SobolIndices index : SobolIndices.of(results, output, CONFIDENCE)) {
                out.printf(
                        Locale.ROOT,
                        "  %-40s first %.3f [%.3f, %.3f]  total %.3f [%.3f, %.3f]%n",
                        index.factor(),
                        index.first().value(),
                        index.first().low(),
                        index.first().high(),
                        index.total().value(),
                        index.total().low(),
                        index.total().high());
            }
        } catch (IllegalArgumentException e) {
            out.println("  " + e.getMessage());
        }
    }

    private static void conclusion(PrintWriter out, StudyResults results, Conclusion conclusion, CellExecutor executor)
            throws InterruptedException {
        Interval probability = conclusion.probability(results, CONFIDENCE);
        out.printf(
                Locale.ROOT,
                "%s in [%s, %s]: holds with probability %.4f [%.4f, %.4f]%n",
                conclusion.name(),
                conclusion.low(),
                conclusion.high(),
                probability.value(),
                probability.low(),
                probability.high());
        if (!results.isComplete()) {
            return;
        }
        BreakingCorner corner = BreakingCorner.search(results, conclusion, executor);
        String where = String.join(
                ", ",
                corner.moved().stream()
                        .map(name -> name + " = "
                                + results.study()
                                        .factors()
                                        .get(results.study().factor(name))
                                        .text(corner.point().get(results.study().factor(name))))
                        .toList());
        out.printf(
                Locale.ROOT,
                corner.broken()
                        ? "  broken (%.4g) by %s; %d runs of search%n"
                        : "  no corner found that breaks it: %.4g at worst, at %s; %d runs of search%n",
                corner.value(),
                where.isEmpty() ? "nothing moved" : where,
                corner.points());
    }

    private static String interval(Interval i) {
        return String.format(Locale.ROOT, "%.6g +- %.3g", i.value(), (i.high() - i.low()) / 2);
    }
}
