package io.torosim.bench.experiment;

import io.torosim.core.cost.CostParameter;
import java.util.List;
import java.util.Map;

/**
 * What an experiment gave: a value, a pure function of its specification and seed.
 *
 * @param name identifier on the command line, such as {@code "cpu-usage"}
 * @param title heading of its section in the report
 * @param digest digest of every trace of every case, in order
 * @param settings the inputs worth printing (vCPU mode, {@code top} mode, ...), in order
 * @param cases figures beside what was published
 * @param series curves, possibly none
 * @param phases boot phases, possibly none
 * @param notes paragraphs of explanation, plain text
 * @param parameters the cost parameters that were used
 */
public record ExperimentResult(
        String name,
        String title,
        long digest,
        Map<String, String> settings,
        List<CaseResult> cases,
        List<Series> series,
        List<PhaseRow> phases,
        List<String> notes,
        List<CostParameter> parameters) {
    /** Copies the lists; the settings keep their order and are not modified afterwards. */
    public ExperimentResult {
        cases = List.copyOf(cases);
        series = List.copyOf(series);
        phases = List.copyOf(phases);
        notes = List.copyOf(notes);
        parameters = List.copyOf(parameters);
    }

    /** Returns whether no case failed. */
    public boolean passed() {
        return cases.stream().noneMatch(c -> c.verdict() == Verdict.FAIL);
    }
}
