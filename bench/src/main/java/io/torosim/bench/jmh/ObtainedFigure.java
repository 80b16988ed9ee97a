package io.torosim.bench.jmh;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;

/** Records a figure of an experiment, found by its key. */
final class ObtainedFigure {
    private ObtainedFigure() {}

    /** Records it with its unit. */
    static void record(String as, ExperimentResult result, String key) {
        CaseResult figure = result.figure(key);
        SimulatedFigures.record(as, figure.obtained(), figure.unit());
    }
}
