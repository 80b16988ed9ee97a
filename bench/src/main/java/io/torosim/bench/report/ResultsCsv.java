package io.torosim.bench.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.Chart;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.TornadoChart;
import io.torosim.experiment.ExperimentResult.PhaseRow;
import io.torosim.experiment.ExperimentResult.Series;
import java.io.StringWriter;

/** Samples and phases as comma-separated values (RFC 4180, but lines end in LF). */
public final class ResultsCsv {
    private ResultsCsv() {}

    /** Returns every sample of every curve. */
    public static String samples(RunOutcome outcome) {
        StringWriter text = new StringWriter();
        CsvWriter csv = writer(text, "experiment", "case", "start_s", "end_s", "value", "unit", "phase");
        for (ExperimentResult result : outcome.experiments()) {
            for (Series series : result.series()) {
                for (Series.Sample s : series.samples()) {
                    csv.writeRecord(
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
        return text.toString();
    }

    /** Returns every phase of every boot. */
    public static String phases(RunOutcome outcome) {
        StringWriter text = new StringWriter();
        CsvWriter csv = writer(text, "path", "phase", "ms", "share", "driver", "source");
        for (ExperimentResult result : outcome.experiments()) {
            for (PhaseRow p : result.phases()) {
                csv.writeRecord(
                        p.path(),
                        p.phase(),
                        Double.toString(p.millis()),
                        Double.toString(p.share()),
                        p.driver(),
                        p.source());
            }
        }
        return text.toString();
    }

    /** Returns every point of every line chart and every bar of every tornado chart (its two ends). */
    public static String charts(RunOutcome outcome) {
        StringWriter text = new StringWriter();
        CsvWriter csv = writer(text, "experiment", "chart", "line", "x", "y");
        for (ExperimentResult result : outcome.experiments()) {
            for (Chart chart : result.charts()) {
                if (chart instanceof LineChart lines) {
                    for (LineChart.Line line : lines.lines()) {
                        for (LineChart.Point p : line.points()) {
                            csv.writeRecord(result.name(), chart.title(), line.name(), "" + p.x(), "" + p.y());
                        }
                    }
                } else if (chart instanceof TornadoChart tornado) {
                    for (TornadoChart.Bar bar : tornado.bars()) {
                        csv.writeRecord(result.name(), chart.title(), bar.parameter(), bar.low(), "" + bar.atLow());
                        csv.writeRecord(result.name(), chart.title(), bar.parameter(), bar.high(), "" + bar.atHigh());
                    }
                }
            }
        }
        return text.toString();
    }

    private static CsvWriter writer(StringWriter text, String... heading) {
        return CsvWriter.builder()
                .bufferSize(0)
                .lineDelimiter(LineDelimiter.LF)
                .build(text)
                .writeRecord(heading);
    }
}
