package io.torosim.bench.jmh;

import io.torosim.experiment.CaseResult;
import io.torosim.experiment.ExperimentResult;

/** Finds a figure of an experiment by the beginnings of its case and metric. */
final class ObtainedFigure {
    private ObtainedFigure() {}

    static double of(ExperimentResult result, String name, String metric) {
        return result.cases().stream()
                .filter(c -> c.name().startsWith(name) && c.metric().startsWith(metric))
                .mapToDouble(CaseResult::obtained)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no figure " + name + ", " + metric));
    }
}
