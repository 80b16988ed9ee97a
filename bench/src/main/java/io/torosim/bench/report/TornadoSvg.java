package io.torosim.bench.report;

import io.torosim.experiment.ExperimentResult.Chart.TornadoChart;
import io.torosim.experiment.ExperimentResult.Chart.TornadoChart.Bar;
import java.util.Locale;

/** A tornado chart as SVG: a bar for each parameter, the figure as shipped as a line, its band shaded. */
final class TornadoSvg {
    private static final int WIDTH = 640;
    private static final int ROW = 26;
    private static final int LEFT = 210;
    private static final int RIGHT = 20;
    private static final int TOP = 8;
    private static final int BOTTOM = 30;

    private final TornadoChart chart;
    private final int height;
    private final Scale x;
    private final double lowest;
    private final double highest;
    private final StringBuilder svg = new StringBuilder();

    TornadoSvg(TornadoChart chart) {
        this.chart = chart;
        this.height = TOP + BOTTOM + ROW * chart.bars().size();
        double low = chart.base();
        double high = chart.base();
        for (Bar bar : chart.bars()) {
            low = Math.min(low, Math.min(bar.atLow(), bar.atHigh()));
            high = Math.max(high, Math.max(bar.atLow(), bar.atHigh()));
        }
        low = !Double.isFinite(chart.bandLow()) ? low : Math.min(low, chart.bandLow());
        high = !Double.isFinite(chart.bandHigh()) ? high : Math.max(high, chart.bandHigh());
        this.lowest = low;
        this.highest = high;
        double margin = Math.max((high - low) * 0.05, 1e-9);
        this.x = Scale.linear(low - margin, high + margin, LEFT, WIDTH - RIGHT);
    }

    String svg() {
        svg.setLength(0);
        add(
                "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Sensitivity: %s\">",
                WIDTH, height, Html.escape(chart.title()));
        if (!Double.isNaN(chart.bandLow()) && !Double.isNaN(chart.bandHigh())) {
            add(
                    "<rect class=\"traffic\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>band</title></rect>",
                    x.at(Math.max(chart.bandLow(), lowest)),
                    TOP,
                    x.at(Math.min(chart.bandHigh(), highest)) - x.at(Math.max(chart.bandLow(), lowest)),
                    height - TOP - BOTTOM);
        }
        for (double value : x.marks(6)) {
            add(
                    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    x.at(value), x.at(value), TOP, height - BOTTOM);
            add(
                    "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x.at(value), height - 10, Figures.shortest(value));
        }
        for (int i = 0; i < chart.bars().size(); i++) {
            bar(chart.bars().get(i), TOP + i * ROW);
        }
        add(
                "<line class=\"base\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                x.at(chart.base()), x.at(chart.base()), TOP, height - BOTTOM);
        add("<text class=\"tick\" x=\"4\" y=\"%d\">%s</text>", height - 10, Html.escape(chart.unit()));
        return svg.append("</svg>").toString();
    }

    private void bar(Bar bar, int y) {
        boolean holds = chart.holds(bar.atLow()) && chart.holds(bar.atHigh());
        double left = x.at(Math.min(bar.atLow(), bar.atHigh()));
        double right = x.at(Math.max(bar.atLow(), bar.atHigh()));
        String label = bar.parameter() + ": " + Figures.shortest(bar.atLow()) + " at " + bar.low() + ", "
                + Figures.shortest(bar.atHigh()) + " at " + bar.high();
        add(
                "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                LEFT - 8, y + 17, Html.escape(bar.parameter()));
        add(
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"3\"><title>%s</title></rect>",
                holds ? "inband" : "outofband", left, y + 4, Math.max(1.5, right - left), ROW - 8, Html.escape(label));
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments));
    }
}
