package io.torosim.sched.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.defect.Defects;
import io.torosim.sched.explore.Explorer.Finding;
import io.torosim.sched.explore.Explorer.ReplayLine;
import io.torosim.sched.explore.Explorer.SearchResult;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every hazard is found with the defects on, and nothing at all with them off. {@code -Dtorosim.explore.runs=100000} makes
 * the searches as long as the documents report.
 */
final class HazardSearchTest {
    private static final long RUNS_OFF = Long.getLong("torosim.explore.runs", 100);
    private static final long RUNS_ON = 100_000;

    static Stream<Arguments> scenarios() {
        return Scenarios.all().stream().map(s -> Arguments.of(s.name(), s));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void withDefects_theHazardIsFoundAndTheLineShowsItAgain(String name, Scenario scenario) {
        SearchResult result = Explorer.search(scenario, scenario.defectsOn(), 1, RUNS_ON);
        assertThat(result.finding()).as(name).isPresent();
        Finding finding = result.finding().orElseThrow();
        assertThat(finding.violation().invariant()).isEqualTo(scenario.invariant());
        Finding again = Explorer.replay(ReplayLine.parse(finding.line().text(), Scenarios::named))
                .orElseThrow();
        assertThat(again).isEqualTo(finding);
        assertThat(again.timeline()).isNotEmpty().hasSizeLessThanOrEqualTo(50);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void withItsOwnDefectOff_theHazardIsGone(String name, Scenario scenario) {
        Defects others = scenario.defectsOn().without(scenario.hazard());
        assertThat(Explorer.search(scenario, others, 2, 50).finding()).as(name).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void withoutDefects_nothingIsFound(String name, Scenario scenario) {
        SearchResult result = Explorer.search(scenario, Defects.none(), 1, RUNS_OFF);
        assertThat(result.finding()).as(name).isEmpty();
        assertThat(result.runs()).isEqualTo(RUNS_OFF);
    }
}
