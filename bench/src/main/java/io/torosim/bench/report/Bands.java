package io.torosim.bench.report;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.CaseResult.Verdict;
import java.util.List;

/**
 * How the figures of a run lie in their bands.
 *
 * @param judged those that have a band and were measured
 * @param failed those of them that lie outside
 * @param notMeasured those that have a band, and of which the run had nothing to measure
 */
public record Bands(long judged, long failed, long notMeasured) {
    /** Counts them. */
    public static Bands of(RunOutcome outcome) {
        List<Verdict> verdicts = outcome.experiments().stream()
                .flatMap(result -> result.cases().stream())
                .map(CaseResult::verdict)
                .toList();
        return new Bands(
                verdicts.stream().filter(Verdict::isJudged).count(),
                count(verdicts, Verdict.FAIL),
                count(verdicts, Verdict.NOT_MEASURED));
    }

    /** Returns the names of the experiments that have bands, and have measured no figure that has one. */
    public static List<String> unjudged(RunOutcome outcome) {
        return outcome.experiments().stream()
                .filter(result -> result.cases().stream().anyMatch(c -> c.verdict() == Verdict.NOT_MEASURED)
                        && result.cases().stream().noneMatch(c -> c.verdict().isJudged()))
                .map(ExperimentResult::name)
                .toList();
    }

    private static long count(List<Verdict> verdicts, Verdict which) {
        return verdicts.stream().filter(v -> v == which).count();
    }

    /** Returns that as the last line of a run has it. */
    public String sentence() {
        if (judged == 0) {
            return notMeasured == 0
                    ? "No figure here has a band."
                    : "None of the " + notMeasured + " figures that have a band was measured.";
        }
        if (failed > 0) {
            return "Some figures lie outside their bands." + missing();
        }
        return notMeasured == 0
                ? "All figures lie inside their bands."
                : "The figures that were measured lie inside their bands, " + judged + " of them;" + missing();
    }

    private String missing() {
        return notMeasured == 0
                ? ""
                : " " + notMeasured + " were not measured, the load is too short or has none of it.";
    }

    /** Returns that as the report's headline has it. */
    String headline() {
        String rest = notMeasured == 0 ? "" : ", " + notMeasured + " more were not measured";
        if (judged == 0) {
            return "no figure here has a band" + rest;
        }
        return failed == 0
                ? judged + " of " + judged + " figures lie inside their bands" + rest
                : failed + " of " + judged + " figures lie outside their bands" + rest;
    }
}
