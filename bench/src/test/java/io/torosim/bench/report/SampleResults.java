package io.torosim.bench.report;

import io.torosim.core.cost.CostModel;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.TornadoChart;
import io.torosim.experiment.ExperimentResult.PhaseRow;
import io.torosim.experiment.ExperimentResult.Series;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results made by hand, with everything in them that is awkward to print. */
public final class SampleResults {
    static final String AWKWARD = "a <b> & \"c\", d";

    private SampleResults() {}

    static ExperimentResult usage() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("vCPU mode", "kvm");
        settings.put("top mode", "irix, 3 s between samples");
        CostModel costs = CostModel.standard();
        return new ExperimentResult(
                "cpu-usage",
                "CPU usage",
                0x1234_5678_9abc_def0L,
                settings,
                List.of(
                        new CaseResult(
                                "toro-after.awkward",
                                "Toro after",
                                AWKWARD,
                                "%",
                                "100, only in traffic",
                                100.25,
                                99,
                                101.5,
                                "why"),
                        new CaseResult("toro-after.idle", "Toro after", "idle", "%", "0", 7.5, 0, 1, "too much"),
                        CaseResult.info("sample.info", "Ubuntu", "idle", "%", Double.NaN, "no sample")),
                List.of(
                        new Series(
                                "Toro after",
                                "%",
                                List.of(new Series.Sample(0, 3, 100.25, "burst"), new Series.Sample(3, 6, 7.5, "idle")),
                                List.of(new Series.Interval(0, 3))),
                        new Series("Ubuntu, more", "%", List.of(new Series.Sample(0, 3, 50, "burst")), List.of())),
                List.of(),
                List.of(lines(), tornado()),
                List.of("A note with " + AWKWARD),
                List.of(costs.parameter("load.client_think"), costs.parameter("kvm.ipi")));
    }

    static ExperimentResult boot() {
        return new ExperimentResult(
                "boot",
                "Boot time",
                7,
                Map.of("guest", "1 vCPU"),
                List.of(new CaseResult("qemu-lite.boot", "QEMU-Lite", "boot", "ms", "123", 123.4, 105, 140, "")),
                List.of(),
                List.of(
                        new PhaseRow("QEMU-Lite", "QEMU start", 61.7, 0.5, "constant", "Mari 2015"),
                        new PhaseRow("QEMU-Lite", AWKWARD, 61.7, 0.5, "656 PIO x 3.0 us", "code, \"init\"")),
                List.of(),
                List.of(),
                List.of());
    }

    static LineChart lines() {
        return new LineChart(
                "Frames of " + AWKWARD,
                "frame, bytes",
                "frames/s",
                true,
                List.of(
                        new LineChart.Line(
                                "virtio", List.of(new LineChart.Point(64, 1e6), new LineChart.Point(1500, 2e5))),
                        new LineChart.Line("e1000", List.of(new LineChart.Point(64, 1e5)))));
    }

    static TornadoChart tornado() {
        return new TornadoChart(
                "Ubuntu in traffic",
                "%",
                52,
                40,
                60,
                List.of(
                        new TornadoChart.Bar("kvm.ipi", "1 us", "5 us", 51, 53),
                        new TornadoChart.Bar("load.client_think", "170 us", "375 us", 39, 66)));
    }

    public static RunOutcome run() {
        return new RunOutcome(9, "17.0.1", "abcdef", List.of(usage(), boot()));
    }
}
