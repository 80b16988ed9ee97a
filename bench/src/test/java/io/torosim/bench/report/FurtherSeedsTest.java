package io.torosim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FurtherSeedsTest {
    private static ExperimentResult result(String name, double... figures) {
        List<CaseResult> rows = new java.util.ArrayList<>();
        for (int i = 0; i < figures.length; i++) {
            rows.add(CaseResult.info("row" + i, "case", "metric " + i, "us", figures[i], ""));
        }
        return new ExperimentResult(
                name, "A title", 1, Map.of(), rows, List.of(), List.of(), List.of(), List.of(), List.of());
    }

    private static String shown(FurtherSeeds further, ExperimentResult of, int row) {
        return further.shown(of, of.cases().get(row));
    }

    @Test
    void row_showsMeanAndStudentsInterval_andHowManySeeds() {
        ExperimentResult first = result("a", 1, 7, Double.NaN, 5);
        FurtherSeeds further = new FurtherSeeds(
                List.of(), List.of(result("a", 2, 7, Double.NaN, 5), result("b", 99), result("a", 3, 7, 4)));
        // t with two degrees of freedom at 97.5 % is 4.3027, the deviation 1
        assertThat(shown(further, first, 0)).isEqualTo("2 \u00b1 2.5 (3 seeds)");
        assertThat(shown(further, first, 1)).isEqualTo("3 seeds alike");
        assertThat(shown(further, first, 2))
                .as("one of them alone has a figure")
                .isEqualTo("one seed");
        assertThat(shown(further, first, 3)).as("one has no such row").isEqualTo("2 seeds alike");
    }

    @Test
    void oneSeed_orExact_isSaidSo() {
        ExperimentResult first = result("a", 1);
        assertThat(shown(FurtherSeeds.none(), first, 0)).isEqualTo("one seed");
        assertThat(shown(new FurtherSeeds(List.of("a"), List.of()), first, 0)).isEqualTo("exact");
    }

    @Test
    void tablePageAndJson_haveThem() {
        ExperimentResult first = result("a", 1);
        RunOutcome outcome =
                new RunOutcome(1, "17", "c", List.of(first), new FurtherSeeds(List.of(), List.of(result("a", 3))));
        String interval = "2 \u00b1 13 (2 seeds)"; // 12.706
        assertThat(new TextTable(false).render(first, outcome.further()).lines())
                .anyMatch(line -> line.contains("1.0 us") || line.contains("1.0 \u00b5s"))
                .anyMatch(line -> line.contains(interval));
        assertThat(HtmlReport.render(outcome)).contains("<th>seeds", ">" + interval + "<");
        assertThat(ResultsJson.results(outcome))
                .contains("\"exact\" : false", "\"seeds\" : 2", "\"mean\" : 2.0", "\"halfWidth\" : 12.70");
        assertThat(outcome.digest())
                .as("of the first seed")
                .isEqualTo(new RunOutcome(1, "17", "c", List.of(first)).digest());
    }
}
