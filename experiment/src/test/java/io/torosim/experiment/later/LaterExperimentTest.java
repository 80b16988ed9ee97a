package io.torosim.experiment.later;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.CaseResult.Verdict;
import io.torosim.experiment.spec.Specification;
import org.junit.jupiter.api.Test;

final class LaterExperimentTest {
    @Test
    void everyFigureLiesInItsBand_andTheLastRuleIsWhatWasMeasuredOnMaster() {
        ExperimentResult result = new LaterExperiment(Specification.defaults()).run(42, Experiment.Progress.NONE);
        assertThat(result.cases()).filteredOn(c -> c.verdict() == Verdict.FAIL).isEmpty();
        assertThat(result.cases()).extracting(CaseResult::why).noneMatch(String::isEmpty);
        assertThat(result.cases())
                .as("each is judged, or says why it cannot be")
                .filteredOn(c -> !c.verdict().isJudged())
                .extracting(CaseResult::key, CaseResult::verdict)
                .containsExactly(
                        tuple("eoi-delay.saved", Verdict.NOT_TESTABLE), tuple("copies.share", Verdict.NOT_TESTABLE));
        assertThat(result.figure("no-idle-flag-2020.traffic").obtained()).isGreaterThan(198);
        assertThat(result.figure("no-idle-flag-2020.idle").obtained()).isBetween(99.0, 101.0);
        assertThat(result.figure("poll-then-halt.idle").obtained()).isLessThan(1);
        assertThat(result.figure("eoi-delay.saved").obtained()).isBetween(23.0, 25.0);
        assertThat(result.figure("copies.share").obtained()).isBetween(50.0, 96.0);
    }
}
