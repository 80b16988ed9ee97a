package io.torosim.bench.report;

import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Line;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Point;
import java.util.List;
import java.util.Locale;

/** Lines over a common axis as SVG, with a legend beside it; each point says its value. */
final class LineChartSvg {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 250;
    private static final int LEFT = 64;
    private static final int RIGHT = 14;
    private static final int TOP = 24;
    private static final int BOTTOM = 44;
    private static final int COLOURS = 10;

    private final LineChart chart;
    private final Scale x;
    private final Scale y;
    private final StringBuilder svg = new StringBuilder();

    LineChartSvg(LineChart chart) {
        this.chart = chart;
        double[] xs = chart.lines().stream()
                .flatMap(l -> l.points().stream())
                .mapToDouble(Point::x)
                .toArray();
        double[] ys = chart.lines().stream()
                .flatMap(l -> l.points().stream())
                .mapToDouble(Point::y)
                .toArray();
        double lowX = min(xs, 1);
        double highX = max(xs, lowX + 1);
        this.x = chart.logarithmicX()
                ? Scale.logarithmic(lowX, highX, LEFT, WIDTH - RIGHT)
                : Scale.linear(lowX, highX, LEFT, WIDTH - RIGHT);
        this.y = Scale.linear(Math.min(0, min(ys, 0)), max(ys, 1) * 1.06, HEIGHT - BOTTOM, TOP);
    }

    /** The legend as HTML: a button for each line, which the report's script makes hide and show it. */
    String legend() {
        StringBuilder html = new StringBuilder("<p class=\"legend\">");
        for (int i = 0; i < chart.lines().size(); i++) {
            html.append(String.format(
                    Locale.ROOT,
                    "<button type=\"button\" aria-pressed=\"true\" data-line=\"%d\"><i class=\"c%d\"></i>%s</button> ",
                    i,
                    i % COLOURS,
                    Html.escape(chart.lines().get(i).name())));
        }
        return html.append("</p>").toString();
    }

    String svg() {
        svg.setLength(0);
        add(
                "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH, HEIGHT, Html.escape(chart.title()));
        axes();
        for (int i = 0; i < chart.lines().size(); i++) {
            add("<g class=\"series\" data-line=\"%d\">", i);
            line(chart.lines().get(i), i % COLOURS);
            svg.append("</g>");
        }
        return svg.append("</svg>").toString();
    }

    private void axes() {
        for (double value : y.marks(5)) {
            add(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    LEFT, WIDTH - RIGHT, y.at(value), y.at(value));
            add(
                    "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT - 6, y.at(value) + 4, Figures.shortest(value));
        }
        for (double value : x.marks(9)) {
            add(
                    "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x.at(value), HEIGHT - BOTTOM + 17, Figures.shortest(value));
        }
        add(
                "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                WIDTH - RIGHT, HEIGHT - 8, Html.escape(chart.xLabel()));
        add("<text class=\"tick\" x=\"4\" y=\"14\">%s</text>", Html.escape(chart.yLabel()));
    }

    private void line(Line line, int colour) {
        List<Point> points = line.points();
        StringBuilder path = new StringBuilder();
        for (Point p : points) {
            path.append(String.format(
                    Locale.ROOT, "%s%.1f %.1f", path.length() == 0 ? "M" : "L", x.at(p.x()), y.at(p.y())));
        }
        if (!points.isEmpty()) {
            add("<path class=\"line s%d\" d=\"%s\"/>", colour, path);
        }
        for (Point p : points) {
            String label = line.name() + ": " + Figures.shortest(p.y()) + " at " + Figures.shortest(p.x());
            add(
                    "<circle class=\"dot c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"><title>%s</title></circle>",
                    colour, x.at(p.x()), y.at(p.y()), Html.escape(label));
        }
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments));
    }

    private static double min(double[] values, double fallback) {
        double least = Double.NaN;
        for (double v : values) {
            least = Double.isNaN(least) || v < least ? v : least;
        }
        return Double.isNaN(least) ? fallback : least;
    }

    private static double max(double[] values, double fallback) {
        double most = Double.NaN;
        for (double v : values) {
            most = Double.isNaN(most) || v > most ? v : most;
        }
        return Double.isNaN(most) ? fallback : most;
    }
}
