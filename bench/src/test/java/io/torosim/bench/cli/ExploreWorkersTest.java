package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.sched.explore.Explorer;
import io.torosim.sched.explore.Scenario;
import io.torosim.sched.explore.Scenarios;
import io.torosim.sched.explore.SearchResult;
import io.torosim.sweep.LowestFinding;
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
                        workers, 300, () -> true, Explorer.runs(scenario, scenario.defectsOn(), 5)::run);
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
}
