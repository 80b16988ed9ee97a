package io.torosim.bench.cli.qemu;

import io.torosim.bench.report.FurtherSeeds;
import io.torosim.bench.report.Headline;
import io.torosim.bench.report.HtmlReport;
import io.torosim.bench.report.RunOutcome;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.real.CpuComparison;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.model.Prediction.PredictedSecond;
import io.torosim.experiment.real.run.ProbeRun.ProbeSecond;
import io.torosim.experiment.real.verdict.Band;
import io.torosim.experiment.real.verdict.Band.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A comparison as a page: both curves, the figures and the verdict. */
final class CpuPage {
    private static final long SEED_OF_PREDICTIONS = 1;

    private final CpuComparison comparison;
    private final CpuComparison.Setting setting;
    private final HostFacts host;

    CpuPage(CpuComparison comparison, CpuComparison.Setting setting, HostFacts host) {
        this.comparison = comparison;
        this.setting = setting;
        this.host = host;
    }

    String html() {
        Headline headline = Headline.prediction(
                "predicted and measured",
                "The CPU of one guest, predicted by the model before it ran, and measured on a real QEMU.");
        return HtmlReport.render(
                headline, RunOutcome.here(SEED_OF_PREDICTIONS, List.of(result()), FurtherSeeds.none()));
    }

    private ExperimentResult result() {
        ExperimentResult.Builder result = ExperimentResult.builder(
                        "qemu-cpu", "The same guest in the model and on a real QEMU")
                .setting("guest", comparison.spec().text())
                .setting("host", host.text())
                .setting(
                        "QEMU",
                        setting.machine().name() + ", " + setting.accelerator().label())
                .setting("profile", CpuTable.named(setting.profile()));
        boolean measured = comparison.finding() != Finding.NOT_TESTABLE;
        result.add(curves("CPU of the QEMU process", "% CPU", PredictedSecond::percent, second -> second.cpu()
                .percent()));
        result.add(curves(
                "Share of the time that the guest was awake",
                "% awake",
                PredictedSecond::awakePercent,
                ProbeSecond::awakePercent));
        String why = comparison.reason().isEmpty() ? "predicted before the guest was started" : comparison.reason();
        if (measured) {
            double reach = Band.CPU.reach(comparison.measuredPercent());
            result.add(new CaseResult(
                    "cpu.predicted",
                    "CPU of the QEMU process",
                    "predicted, beside the median measured",
                    "%",
                    String.format(java.util.Locale.ROOT, "%.2f", comparison.measuredPercent()),
                    comparison.predictedPercent(),
                    comparison.measuredPercent() - reach,
                    comparison.measuredPercent() + reach,
                    why));
        } else {
            result.add(CaseResult.info(
                    "cpu.predicted",
                    "CPU of the QEMU process",
                    "predicted",
                    "%",
                    comparison.predictedPercent(),
                    "not testable: " + comparison.reason()));
        }
        return result.note("Verdict: " + comparison.finding().text()
                        + ". The band is 10 % of what was measured, or 0.3 points below 5 %.")
                .build();
    }

    private LineChart curves(
            String title,
            String unit,
            ToDoubleFunction<PredictedSecond> predicted,
            ToDoubleFunction<ProbeSecond> measured) {
        List<LineChart.Line> lines = new ArrayList<>();
        lines.add(new LineChart.Line("predicted", points(comparison.predicted(), predicted)));
        if (!comparison.measured().isEmpty()) {
            lines.add(new LineChart.Line("measured", points(comparison.measured(), measured)));
        }
        return LineChart.linear(title, "second", unit, lines);
    }

    private static <S> List<LineChart.Point> points(List<S> seconds, ToDoubleFunction<S> value) {
        List<LineChart.Point> points = new ArrayList<>();
        for (int i = 0; i < seconds.size(); i++) {
            points.add(new LineChart.Point(i + 1, value.applyAsDouble(seconds.get(i))));
        }
        return points;
    }
}
