package io.torosim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private static CaseResult published(String why) {
        return new CaseResult("a.b", "Copying", "share", "%", "96", 67, Double.NaN, Double.NaN, why);
    }

    @Test
    void aPublishedFigureWithoutABand_isNotTestable_withItsReason() {
        ExperimentResult result = ExperimentResult.builder("later", "Later")
                .add(published("it is another guest"))
                .add(CaseResult.info("a.c", "Copying", "bytes", "bytes", 3, ""))
                .build();
        assertThat(new TextTable(false).render(result))
                .containsPattern("Copying +share +96 +67.0 % +one seed +not testable\n")
                .containsPattern("\n +bytes +3[^\n]* one seed\n")
                .contains("\n  Not testable: Copying, share: it is another guest\n");
        assertThatThrownBy(() -> published("")).hasMessage("a published figure without a band needs a reason, key=a.b");
    }
}
