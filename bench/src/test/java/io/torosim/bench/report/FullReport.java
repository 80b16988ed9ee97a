package io.torosim.bench.report;

import io.torosim.core.cost.CostModel;
import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Chart;
import io.torosim.experiment.ExperimentResult.PhaseRow;
import io.torosim.experiment.ExperimentResult.Series;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A page as large as that of {@code torosim run all}: as many sections, figures, charts, phases and parameters, texts as long. */
final class FullReport {
    private FullReport() {}

    static RunOutcome outcome() {
        return new RunOutcome(
                42,
                "17.0.15",
                "0123456789ab",
                List.of(
                        experiment("cpu-usage", "CPU usage of the QEMU process", 62, 18, 5, 0, 5, 0),
                        experiment("sweep", "CPU usage over load, cores and policies", 26, 0, 0, 4, 3, 0),
                        experiment("sensitivity", "Which conclusions hang on a guess", 10, 0, 0, 5, 3, 0),
                        experiment("study", "A study of one guest", 17, 0, 1, 0, 0, 0),
                        experiment("boot", "Boot time", 11, 4, 0, 2, 6, 87),
                        experiment("nic", "Network cards: virtio-net, e1000 and ne2000", 40, 0, 0, 5, 3, 0),
                        experiment("network", "Network stack: delay and loss on the wire", 13, 0, 0, 4, 3, 0),
                        experiment("optimisation", "-O2: how much faster files are served", 23, 8, 0, 2, 3, 0),
                        experiment("memory", "Allocators: fragmentation and cost", 36, 0, 0, 6, 2, 0),
                        experiment("power", "Energy of idle policies under the host's governors", 116, 6, 0, 1, 2, 0),
                        experiment("later", "Toro after 2018", 17, 16, 0, 1, 1, 0)));
    }

    private static ExperimentResult experiment(
            String name, String title, int figures, int judged, int series, int charts, int notes, int phases) {
        List<CaseResult> cases = new ArrayList<>();
        for (int i = 0; i < figures; i++) {
            String group = "a case of " + name + " " + i / 4;
            String metric = "what is measured of it, most of all samples";
            cases.add(
                    i < judged
                            ? new CaseResult(
                                    "f" + i, group, metric, "%", "100, only in traffic", 99.9, 99, 101.5, "why so")
                            : CaseResult.info(
                                    "f" + i, group, metric, "us", 1234.5, "over the ranges of what is not known"));
        }
        List<PhaseRow> rows = new ArrayList<>();
        for (int i = 0; i < phases; i++) {
            rows.add(new PhaseRow(
                    "path " + i / 18, "phase " + i % 18, 5, 1.0 / 18, "256 x 3.0 us of programmed output", "Arch.pas"));
        }
        List<Series> curves = new ArrayList<>();
        for (int i = 0; i < series; i++) {
            curves.add(SampleResults.usage().series().get(i % 2));
        }
        List<Chart> drawn = new ArrayList<>();
        for (int i = 0; i < charts; i++) {
            drawn.add(i % 2 == 0 ? SampleResults.lines() : SampleResults.tornado());
        }
        List<CostParameter> parameters = CostModel.standard().parameters();
        return new ExperimentResult(
                name,
                title,
                7,
                Map.of("machine", "2 vCPUs, 256 MiB each"),
                cases,
                curves,
                rows,
                drawn,
                Collections.nCopies(notes, "What the figures say and what they do not say, in two lines. ".repeat(4)),
                parameters);
    }
}
