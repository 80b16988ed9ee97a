package io.torosim.bench.report;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.Chart;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.TornadoChart;
import io.torosim.experiment.ExperimentResult.Series;
import java.util.ArrayList;
import java.util.List;

/**
 * A drawing of the page.
 *
 * @param caption heading, and what is clicked where it is folded
 * @param svg the drawing
 * @param legend HTML below it, possibly empty
 * @param remark what it comes to, one sentence or none
 * @param open whether a phone shows it without a click
 */
record ReportChart(String caption, String svg, String legend, List<String> remark, boolean open) {
    /** Returns the drawings of an experiment, the first of them open. */
    static List<ReportChart> of(ExperimentResult result) {
        List<ReportChart> all = new ArrayList<>();
        UsageAxes axes = UsageAxes.of(result.series());
        for (Series series : result.series()) {
            String svg = new UsageChart(series, axes.endSeconds(), axes.top()).svg(UsageAxes.kind(series));
            all.add(new ReportChart(series.name(), svg, "", List.of(), all.isEmpty()));
        }
        for (Chart chart : result.charts()) {
            all.add(of(chart, all.isEmpty() && result.phases().isEmpty()));
        }
        return all;
    }

    private static ReportChart of(Chart chart, boolean open) {
        if (chart instanceof LineChart lines) {
            LineChartSvg drawing = new LineChartSvg(lines);
            return new ReportChart(chart.title(), drawing.svg(), drawing.legend(), List.of(), open);
        }
        TornadoChart tornado = (TornadoChart) chart;
        return new ReportChart(chart.title(), new TornadoSvg(tornado).svg(), "", verdict(tornado), open);
    }

    private static List<String> verdict(TornadoChart tornado) {
        if (Double.isNaN(tornado.bandLow())) {
            return List.of();
        }
        return List.of(
                tornado.survives()
                        ? "Holds with every parameter at either end of its range."
                        : "Does not hold over the whole range of: " + String.join(", ", tornado.breakers()) + ".");
    }
}
