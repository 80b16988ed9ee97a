package io.torosim.bench.jmh;

import io.torosim.experiment.CaseResult;
import io.torosim.experiment.ExperimentResult;

/** Finds a figure of an experiment by its case, or its beginning, and the beginning of its metric. */
final class ObtainedFigure {
    private ObtainedFigure() {}

    /** Records it with its unit. */
    static void record(String as, ExperimentResult result, String name, String metric) {
        CaseResult figure = result.cases().stream()
                .filter(c -> c.metric().startsWith(metric) && c.name().equals(name))
                .findFirst()
                .or(() -> result.cases().stream()
                        .filter(c -> c.metric().startsWith(metric) && c.name().startsWith(name))
                        .findFirst())
                .orElseThrow(() -> new IllegalStateException("no figure " + name + ", " + metric));
        SimulatedFigures.record(as, figure.obtained(), figure.unit());
    }
}
