package io.torosim.bench.report;

import io.torosim.experiment.ExperimentResult.Series;
import io.torosim.experiment.ExperimentResult.Series.Interval;
import io.torosim.experiment.ExperimentResult.Series.Sample;
import java.util.Locale;

/** One curve of {@code top} over time as SVG: steps, because a sample stands for its whole interval; traffic shaded. */
final class UsageChart {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 190;
    private static final int LEFT = 44;
    private static final int RIGHT = 10;
    private static final int TOP = 12;
    private static final int BOTTOM = 30;

    private final Series series;
    private final double endSeconds;
    private final double topValue;

    UsageChart(Series series, double endSeconds, double topValue) {
        this.series = series;
        this.endSeconds = endSeconds;
        this.topValue = topValue;
    }

    String svg(String kind) {
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg class=\"chart %s\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s: CPU over time\">",
                kind,
                WIDTH,
                HEIGHT,
                Html.escape(series.name())));
        for (Interval t : series.traffic()) {
            rect(svg, "traffic", t.startSeconds(), t.endSeconds(), topValue, "");
        }
        axes(svg);
        curve(svg);
        for (Sample s : series.samples()) {
            String label = String.format(
                    Locale.ROOT,
                    "%.1f to %.1f s: %.1f %s (%s)",
                    s.startSeconds(),
                    s.endSeconds(),
                    s.value(),
                    series.unit(),
                    s.phase());
            rect(svg, "hit", s.startSeconds(), s.endSeconds(), topValue, "<title>" + Html.escape(label) + "</title>");
        }
        return svg.append("</svg>").toString();
    }

    private void axes(StringBuilder svg) {
        int step = topValue > 130 ? 50 : 25;
        for (int value = 0; value <= topValue; value += step) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                            + "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d</text>",
                    LEFT,
                    WIDTH - RIGHT,
                    y(value),
                    y(value),
                    LEFT - 6,
                    y(value) + 4,
                    value));
        }
        double every = tickSeconds();
        for (double t = 0; t <= endSeconds + 1e-9; t += every) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x(t),
                    HEIGHT - 10,
                    t == 0 ? "0 s" : Figures.shortest(t)));
        }
        svg.append(String.format(Locale.ROOT, "<text class=\"tick\" x=\"4\" y=\"%d\">%s</text>", TOP, series.unit()));
    }

    private double tickSeconds() {
        double[] nice = {0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600};
        for (double every : nice) {
            if (endSeconds / every <= 9) {
                return every;
            }
        }
        return endSeconds / 8;
    }

    private void curve(StringBuilder svg) {
        if (series.samples().isEmpty()) {
            return;
        }
        StringBuilder path = new StringBuilder();
        for (Sample s : series.samples()) {
            path.append(String.format(
                    Locale.ROOT,
                    "%s%.1f %.1fH%.1f",
                    path.length() == 0 ? "M" : "L",
                    x(s.startSeconds()),
                    y(s.value()),
                    x(s.endSeconds())));
        }
        Sample first = series.samples().get(0);
        Sample last = series.samples().get(series.samples().size() - 1);
        svg.append(String.format(
                Locale.ROOT,
                "<path class=\"area\" d=\"%sV%.1fH%.1fZ\"/><path class=\"line\" d=\"%s\"/>",
                path,
                y(0),
                x(first.startSeconds()),
                path));
        if (last.endSeconds() < first.startSeconds()) {
            throw new IllegalArgumentException("samples out of order in " + series.name());
        }
    }

    private void rect(StringBuilder svg, String kind, double from, double to, double height, String inner) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">%s</rect>",
                kind,
                x(from),
                y(height),
                Math.max(0.5, x(to) - x(from)),
                y(0) - y(height),
                inner));
    }

    private double x(double seconds) {
        return LEFT + (WIDTH - LEFT - RIGHT) * seconds / endSeconds;
    }

    private double y(double value) {
        double clipped = Math.min(value, topValue);
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * clipped / topValue;
    }
}
