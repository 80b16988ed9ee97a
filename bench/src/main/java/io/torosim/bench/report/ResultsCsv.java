package io.torosim.bench.report;

import io.torosim.experiment.Chart;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.LineChart;
import io.torosim.experiment.PhaseRow;
import io.torosim.experiment.Series;
import io.torosim.experiment.TornadoChart;

/** Samples and phases as comma-separated values (RFC 4180, but lines end in LF). */
public final class ResultsCsv {
    private ResultsCsv() {}

    /** Returns every sample of every curve. */
    public static String samples(RunOutcome outcome) {
        StringBuilder csv = new StringBuilder("experiment,case,start_s,end_s,value,unit,phase\n");
        for (ExperimentResult result : outcome.experiments()) {
            for (Series series : result.series()) {
                for (Series.Sample s : series.samples()) {
                    row(
                            csv,
                            result.name(),
                            series.name(),
                            Double.toString(s.startSeconds()),
                            Double.toString(s.endSeconds()),
                            Double.toString(s.value()),
                            series.unit(),
                            s.phase());
                }
            }
        }
        return csv.toString();
    }

    /** Returns every phase of every boot. */
    public static String phases(RunOutcome outcome) {
        StringBuilder csv = new StringBuilder("path,phase,ms,share,driver,source\n");
        for (ExperimentResult result : outcome.experiments()) {
            for (PhaseRow p : result.phases()) {
                row(
                        csv,
                        p.path(),
                        p.phase(),
                        Double.toString(p.millis()),
                        Double.toString(p.share()),
                        p.driver(),
                        p.source());
            }
        }
        return csv.toString();
    }

    /** Returns every point of every line chart and every bar of every tornado chart (its two ends). */
    public static String charts(RunOutcome outcome) {
        StringBuilder csv = new StringBuilder("experiment,chart,line,x,y\n");
        for (ExperimentResult result : outcome.experiments()) {
            for (Chart chart : result.charts()) {
                if (chart instanceof LineChart lines) {
                    for (LineChart.Line line : lines.lines()) {
                        for (LineChart.Point p : line.points()) {
                            row(csv, result.name(), chart.title(), line.name(), "" + p.x(), "" + p.y());
                        }
                    }
                } else if (chart instanceof TornadoChart tornado) {
                    for (TornadoChart.Bar bar : tornado.bars()) {
                        row(csv, result.name(), chart.title(), bar.parameter(), bar.low(), "" + bar.atLow());
                        row(csv, result.name(), chart.title(), bar.parameter(), bar.high(), "" + bar.atHigh());
                    }
                }
            }
        }
        return csv.toString();
    }

    private static void row(StringBuilder csv, String... cells) {
        for (int i = 0; i < cells.length; i++) {
            String cell = cells[i];
            boolean quoted = cell.contains(",") || cell.contains("\"") || cell.contains("\n");
            csv.append(i == 0 ? "" : ",").append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
        }
        csv.append('\n');
    }
}
