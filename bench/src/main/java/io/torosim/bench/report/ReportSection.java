package io.torosim.bench.report;

import io.torosim.experiment.ExperimentResult;
import java.util.List;

/** What {@code section.mustache} prints of an experiment. */
record ReportSection(
        String id,
        String title,
        String count,
        boolean usage,
        List<ReportChart> charts,
        List<PhaseBars> bars,
        List<FigureTable> figures,
        List<String> notes,
        List<ReportPage.Fact> settings) {
    static ReportSection of(ExperimentResult result, FurtherSeeds further) {
        FigureTable figures = FigureTable.of(result, further);
        return new ReportSection(
                result.name(),
                result.title(),
                FigureTable.verdict(result.cases()),
                !result.series().isEmpty(),
                ReportChart.of(result),
                result.phases().isEmpty() ? List.of() : List.of(PhaseBars.of(result.phases())),
                List.of(figures),
                result.notes(),
                result.settings().entrySet().stream()
                        .map(e -> new ReportPage.Fact(e.getKey(), e.getValue()))
                        .toList());
    }
}
