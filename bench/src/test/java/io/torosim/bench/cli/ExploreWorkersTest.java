package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.defect.Defects;
import io.torosim.sched.explore.Explorer;
import io.torosim.sched.explore.Explorer.BoundedResult;
import io.torosim.sched.explore.Explorer.Evidence;
import io.torosim.sched.explore.Explorer.SearchResult;
import io.torosim.sched.explore.Scenario;
import io.torosim.sched.explore.Scenarios;
import io.torosim.sweep.CellExecutor.LowestFinding;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a search finds does not depend on how many threads look. */
class ExploreWorkersTest {
    @Test
    void everyNumberOfWorkers_findsWhatOneFinds() throws Exception {
        int found = 0;
        List<Scenario> scenarios = Scenarios.all();
        for (int i = 0; i < scenarios.size(); i += 3) {
            Scenario scenario = scenarios.get(i);
            SearchResult one = Explorer.search(scenario, scenario.defectsOn(), 5, 300);
            for (int workers : new int[] {1, 3}) {
                LowestFinding<SearchResult> many = LowestFinding.search(
                        workers,
                        300,
                        () -> true,
                        Explorer.runs(scenario, scenario.defectsOn(), 5, new Evidence(scenario))::run);
                assertThat(many.finding().flatMap(SearchResult::finding))
                        .as(scenario.name())
                        .isEqualTo(one.finding());
                assertThat(many.finding().map(SearchResult::runs).orElse(many.number()))
                        .isEqualTo(one.runs());
            }
            found += one.finding().isPresent() ? 1 : 0;
        }
        assertThat(found).as("the comparison is of findings").isGreaterThan(3);
    }

    @Test
    void everyNumberOfWorkers_exhaustsAndFindsAlike() throws Exception {
        int found = 0;
        int beyondTheFirst = 0;
        for (Scenario scenario : Scenarios.all()) {
            BoundedResult one = Explorer.bounded(scenario, scenario.defectsOn(), 5, 1, made -> true);
            for (int workers : new int[] {1, 2, 5}) {
                BoundedResult many = Explorer.bounded(
                        scenario,
                        scenario.defectsOn(),
                        5,
                        1,
                        made -> true,
                        ExploreCommand.threads(workers),
                        new Evidence(scenario));
                assertThat(many)
                        .as(scenario.name() + ", " + workers + " workers")
                        .isEqualTo(one);
            }
            found += one.finding().isPresent() ? 1 : 0;
            beyondTheFirst += one.finding().isPresent() && one.runs() > 1 ? 1 : 0;
        }
        assertThat(found).as("the comparison is of findings").isGreaterThan(10);
        assertThat(beyondTheFirst).as("of a part, not of the first run").isGreaterThan(3);
        Scenario repaired = Scenarios.named("exit-scans-forever");
        assertThat(Explorer.bounded(
                        repaired,
                        Defects.none(),
                        5,
                        1,
                        made -> true,
                        ExploreCommand.threads(5),
                        new Evidence(repaired)))
                .as("all runs, none twice")
                .isEqualTo(Explorer.bounded(repaired, Defects.none(), 5, 1, made -> true));
    }
}
