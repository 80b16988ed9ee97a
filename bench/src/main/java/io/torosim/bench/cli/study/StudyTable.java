package io.torosim.bench.cli.study;

import io.torosim.bench.spec.StudyFile;
import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Design;
import io.torosim.sweep.Study;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.StudyResults.WideInterval;
import io.torosim.sweep.analysis.BreakingCorner;
import io.torosim.sweep.analysis.BreakingCorner.Conclusion;
import io.torosim.sweep.analysis.Estimates;
import io.torosim.sweep.analysis.Estimates.Interval;
import io.torosim.sweep.analysis.Estimates.SobolIndices;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** What a study says, as text: the points with their intervals, indices of sensitivity, conclusions and the corners that break them. */
final class StudyTable {
    private static final int MOST_POINTS = 40;
    private static final int MOST_FACTORS = 6;

    private StudyTable() {}

    static void print(
            PrintWriter out, StudyFile file, StudyResults results, CellExecutor executor, BooleanSupplier stopped)
            throws InterruptedException {
        Study study = results.study();
        if (results.doneCount() == 0) {
            return;
        }
        double confidence = study.stopping().confidence();
        out.println("intervals of "
                + BigDecimal.valueOf(100 * confidence)
                        .round(new MathContext(6))
                        .stripTrailingZeros()
                        .toPlainString() + " %");
        for (String output : study.outputs()) {
            out.println(output);
            if (results.points().size() <= MOST_POINTS && study.factors().size() <= MOST_FACTORS) {
                points(out, results, output, wide(results, output));
            } else {
                spread(out, results, output);
            }
            if (study.design() instanceof Design.Refine refine
                    && refine.output().equals(output)) {
                crossings(out, results, refine);
            }
            if (study.design() instanceof Design.Saltelli && results.isComplete()) {
                indices(out, results, output);
            }
        }
        for (Conclusion conclusion : file.conclusions()) {
            conclusion(out, results, conclusion, executor, stopped);
        }
    }

    /** Points in the order of the design; those of a refinement, which come as they are needed, along the first factor. */
    private static int[] order(StudyResults results) {
        IntStream points = IntStream.range(0, results.points().size());
        if (!(results.study().design() instanceof Design.Refine)) {
            return points.toArray();
        }
        return points.boxed()
                .sorted((a, b) -> {
                    List<Double> one = results.points().get(a);
                    List<Double> other = results.points().get(b);
                    for (int f = 1; f <= one.size(); f++) { // the first factor last
                        int order = Double.compare(one.get(f % one.size()), other.get(f % one.size()));
                        if (order != 0) {
                            return order;
                        }
                    }
                    return 0;
                })
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Between which points of a refinement the threshold lies. */
    private static void crossings(PrintWriter out, StudyResults results, Design.Refine refine) {
        double[] means = results.means(refine.output());
        int[] order = order(results);
        int found = 0;
        for (int i = 1; i < order.length; i++) {
            List<Double> one = results.points().get(order[i - 1]);
            List<Double> other = results.points().get(order[i]);
            boolean crossed = (means[order[i - 1]] < refine.threshold()) != (means[order[i]] < refine.threshold());
            if (crossed && one.subList(1, one.size()).equals(other.subList(1, other.size()))) {
                found++;
                out.println("  crosses " + number(refine.threshold()) + " between "
                        + StudyFile.shown(results.study(), one) + " and "
                        + StudyFile.shown(results.study(), other));
            }
        }
        if (found == 0) {
            out.println("  does not cross " + number(refine.threshold()));
        }
    }

    /** The intervals that are too wide, by point. */
    private static Map<Integer, WideInterval> wide(StudyResults results, String output) {
        Map<Integer, WideInterval> wide = new TreeMap<>();
        results.wide().stream().filter(one -> one.output().equals(output)).forEach(one -> wide.put(one.point(), one));
        return wide;
    }

    private static void points(PrintWriter out, StudyResults results, String output, Map<Integer, WideInterval> wide) {
        double confidence = results.study().stopping().confidence();
        for (int point : order(results)) {
            double[] values = results.values(point, output);
            String where = StudyFile.shown(results.study(), results.points().get(point));
            String figure = values.length < 2
                    ? (values.length == 0 ? "" : String.format(Locale.ROOT, "%.6g  ", values[0])) + "("
                            + results.basis(values.length) + ")"
                    : spreadless(results, values)
                            .orElseGet(() -> interval(Estimates.mean(values, confidence)) + "  (" + values.length
                                    + " replications"
                                    + (wide.containsKey(point)
                                            ? ", not the +- "
                                                    + short3(wide.get(point).wanted()) + " wanted"
                                            : "")
                                    + ")");
            double[] pairs = point > 0 && results.study().commonSeeds()
                    ? Estimates.pairs(results, point, 0, output)
                    : new double[0];
            String difference = pairs.length < 2
                    ? ""
                    : "  to the first "
                            + (isEqual(pairs) && !results.study().model().isExact()
                                    ? String.format(Locale.ROOT, "%.6g in all", pairs[0])
                                    : interval(Estimates.difference(results, point, 0, output, confidence)));
            out.printf(Locale.ROOT, "  %-50s %s%s%n", where, figure, difference);
        }
    }

    /** Of runs that all gave the same: how probable another value is at most, not an interval without a width. */
    private static Optional<String> spreadless(StudyResults results, double[] values) {
        if (!isEqual(values) || results.study().model().isExact()) {
            return Optional.empty();
        }
        double other = results.study().stopping().otherValueAtMost(values.length);
        return Optional.of(String.format(
                Locale.ROOT,
                "%.6g  (in all %d replications; another value: probability at most %.2g)",
                values[0],
                values.length,
                other));
    }

    private static boolean isEqual(double[] values) {
        return Arrays.stream(values).distinct().count() == 1;
    }

    private static void spread(PrintWriter out, StudyResults results, String output) {
        double[] means = Arrays.stream(results.means(output))
                .filter(m -> !Double.isNaN(m))
                .toArray();
        if (means.length == 0) {
            out.println("  (no figure)");
            return;
        }
        double confidence = results.study().stopping().confidence();
        out.printf(
                Locale.ROOT,
                "  %d points; median %s, 5 %% %s, 95 %% %s%n",
                means.length,
                at(means, 0.5, confidence),
                at(means, 0.05, confidence),
                at(means, 0.95, confidence));
    }

    private static String at(double[] values, double p, double confidence) {
        Interval quantile = Estimates.quantile(values, p, confidence);
        return String.format(Locale.ROOT, "%.5g [%.5g, %.5g]", quantile.value(), quantile.low(), quantile.high());
    }

    private static void indices(PrintWriter out, StudyResults results, String output) {
        try {
            for (SobolIndices index :
                    SobolIndices.of(results, output, results.study().stopping().confidence())) {
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

    private static void conclusion(
            PrintWriter out,
            StudyResults results,
            Conclusion conclusion,
            CellExecutor executor,
            BooleanSupplier stopped)
            throws InterruptedException {
        double[] means = Arrays.stream(results.means(conclusion.output()))
                .filter(m -> !Double.isNaN(m))
                .toArray();
        String what = conclusion.name() + ", " + band(conclusion) + ": ";
        if (means.length == 0) {
            out.println(what + "no run has a figure of " + conclusion.output());
            return;
        }
        Design design = results.study().design();
        if (design instanceof Design.RandomDraws
                || design instanceof Design.LatinHypercube
                || design instanceof Design.Sobol) {
            Interval probability =
                    conclusion.probability(results, results.study().stopping().confidence());
            out.printf(
                    Locale.ROOT,
                    "%sholds with probability %.4f [%.4f, %.4f]%n",
                    what,
                    probability.value(),
                    probability.low(),
                    probability.high());
        } else { // points that are no draws have no probability
            long held =
                    Arrays.stream(means).filter(m -> conclusion.margin(m) >= 0).count();
            out.println(what + "holds at " + held + " of " + means.length + " points");
        }
        if (!results.isComplete()) {
            return;
        }
        out.flush(); // a search takes a while
        Optional<BreakingCorner> found = BreakingCorner.search(results, conclusion, executor, stopped);
        if (found.isEmpty()) {
            out.println("  no time was left to search a corner that breaks it");
            return;
        }
        BreakingCorner corner = found.get();
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

    private static String band(Conclusion conclusion) {
        if (conclusion.low() == Double.NEGATIVE_INFINITY) {
            return "at most " + number(conclusion.high());
        }
        return conclusion.high() == Double.POSITIVE_INFINITY
                ? "at least " + number(conclusion.low())
                : "in [" + number(conclusion.low()) + ", " + number(conclusion.high()) + "]";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }

    private static String short3(double value) {
        return String.format(Locale.ROOT, "%.3g", value);
    }

    private static String interval(Interval i) {
        return String.format(Locale.ROOT, "%.6g +- %.3g", i.value(), (i.high() - i.low()) / 2);
    }
}
