package io.torosim.sched.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.core.defect.Defects;
import io.torosim.sched.explore.Explorer.BoundedResult;
import io.torosim.sched.explore.Explorer.Finding;
import io.torosim.sched.explore.Explorer.ReplayLine;
import io.torosim.sched.explore.Scenario.Tally;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All runs with few surprises. {@code -Plong-search} exhausts the repaired kernel at one surprise more than each defect needs. */
final class BoundedSearchTest {
    private static final boolean LONG = Long.getLong("torosim.explore.runs", 0) > 0;

    static Stream<Arguments> scenarios() {
        return Scenarios.all().stream().map(s -> Arguments.of(s.name(), s));
    }

    private static BoundedResult withDefects(Scenario scenario) {
        return Explorer.bounded(scenario, scenario.defectsOn(), 1, 2, runs -> runs < 20_000);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void withDefects_oneSurpriseAtMostIsNeeded_andTheLineShowsItAgain(String name, Scenario scenario) {
        BoundedResult result = withDefects(scenario);
        assertThat(result.finding()).as(name).isPresent();
        assertThat(result.surprises()).isBetween(0, 1);
        Finding finding = result.finding().orElseThrow();
        assertThat(finding.violation().invariant()).isEqualTo(scenario.invariant());
        assertThat(Explorer.replay(ReplayLine.parse(finding.line().text(), Scenarios::named)))
                .contains(finding);
    }

    /** One of each kind in every build: an interrupt between cores, a timer, a thread's life, registers. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "resume-sends-no-ipi",
                "halt-without-timer",
                "exit-scans-forever",
                "kill-needs-switch",
                "ipi-saves-no-registers"
            })
    void repaired_isExhausted_atOneSurpriseMore(String name) {
        exhausted(Scenarios.named(name), Long.MAX_VALUE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void repaired_isExhausted_orCutWithoutAFinding(String name, Scenario scenario) {
        assumeTrue(LONG, "needs -Plong-search");
        exhausted(scenario, 1_000_000);
    }

    private static void exhausted(Scenario scenario, long most) {
        int needed = withDefects(scenario).surprises();
        BoundedResult result = Explorer.bounded(scenario, Defects.none(), 1, needed + 1, runs -> runs < most);
        assertThat(result.finding()).isEmpty();
        assertThat(result.cut()).isEqualTo(most != Long.MAX_VALUE && result.runs() >= most);
        assertThat(result.surprises()).isEqualTo(result.cut() ? needed : needed + 1);
    }

    @Test
    void numberOfRuns_isThatOfTheChoices() {
        // one surprise at most: the plain run, and for each of its choices the alternatives
        Scenario scenario = Scenarios.named("exit-scans-forever");
        long[] expected = {1};
        scenario.run(
                Defects.none(),
                1,
                (point, alternatives) -> {
                    expected[0] += alternatives - 1;
                    return 0;
                },
                null,
                new Tally());
        BoundedResult result = Explorer.bounded(scenario, Defects.none(), 1, 1, runs -> true);
        assertThat(result.runs()).isEqualTo(expected[0]);
    }

    @Test
    void cut_saysHowFarItCame_andANegativeBoundIsRefused() {
        Scenario scenario = Scenarios.named("exit-scans-forever");
        BoundedResult cut = Explorer.bounded(scenario, Defects.none(), 1, 1, runs -> runs < 10);
        assertThat(cut.cut()).isTrue();
        assertThat(cut.surprises()).isZero();
        assertThat(cut.runs()).isEqualTo(10);
        assertThatThrownBy(() -> Explorer.bounded(scenario, Defects.none(), 1, -1, runs -> true))
                .hasMessage("surprises must be at least 0, surprises=-1");
    }
}
