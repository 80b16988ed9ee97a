package io.torosim.core.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.StepBody;
import io.torosim.core.explore.Verdict.Schedule;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random runs made by several threads, and the point of no return by random continuations. */
final class SampledRunsTest {
    private static StepBody add(long word, long what) {
        return (cpu, f) -> {
            cpu.add64(word, what);
            return 1;
        };
    }

    /** Two that pass through one place; with others beside them the states are many. */
    private static Scenario twoThroughADoor(int others, int stepsEach) {
        Scenario.Builder scenario = Scenario.named("door");
        long inside = scenario.word("inside");
        long elsewhere = scenario.word("elsewhere");
        for (int i = 0; i < 2; i++) {
            scenario.vcpu(Steps.of("guest " + i, 0)
                    .step("come", add(inside, 0))
                    .step("enter", add(inside, 1))
                    .step("leave", add(inside, -1))
                    .build());
        }
        for (int i = 0; i < others; i++) {
            Steps busy = Steps.of("busy " + i, 0);
            for (int k = 0; k < stepsEach; k++) {
                busy.step("work", add(elsewhere, 1L << 8 * i));
            }
            scenario.vcpu(busy.build());
        }
        return scenario.always("one inside", "both", look -> look.word(inside) < 2)
                .build();
    }

    @ParameterizedTest
    @EnumSource(Sampling.Strategy.class)
    void whoMakesTheRuns_inWhichOrder_changesNothing(Sampling.Strategy strategy) throws InterruptedException {
        Scenario scenario = twoThroughADoor(1, 4);
        int found = 0;
        for (long seed = 1; seed <= 5; seed++) {
            Sampling.Report one = Sampling.sample(scenario, strategy, seed, 40, () -> true);
            Sampling.Runs backwards = Sampling.runs(scenario, strategy, seed);
            for (int run = 39; run >= 0; run--) {
                backwards.run(run);
            }
            assertThat(backwards.report()).isEqualTo(one);
            Sampling.Runs together = Sampling.runs(scenario, strategy, seed);
            Thread[] threads = new Thread[3];
            for (int t = 0; t < threads.length; t++) {
                int first = t;
                threads[t] = new Thread(() -> {
                    for (int run = first; run < 40; run += threads.length) {
                        together.run(run);
                    }
                });
                threads[t].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(together.report()).isEqualTo(one);
            found += one.violation().isPresent() ? 1 : 0;
            assertThat(one.checks().get("one inside")).isGreaterThan(one.runs());
        }
        assertThat(found).as("some of the reports end with a finding").isPositive();
    }

    @Test
    void whatWasNotMade_isNotCounted() {
        Scenario.Builder builder = Scenario.named("plain");
        long word = builder.word("w");
        Scenario scenario = builder.vcpu(
                        Steps.of("p", 0).step("a", add(word, 1)).build())
                .always("fine", "", look -> true)
                .build();
        Sampling.Runs runs = Sampling.runs(scenario, Sampling.Strategy.PCT, 1);
        runs.run(0);
        runs.run(1);
        runs.run(3);
        Sampling.Report report = runs.report();
        assertThat(report.runs()).isEqualTo(2);
        assertThat(report.checks().get("fine")).isEqualTo(6); // three states of each run
    }

    /** A second look at a run sees what a look at its first steps does not. */
    @Test
    void runThatIsAnotherWhenItIsMadeAgain_isRefused() {
        Random random = new Random(3);
        Scenario.Builder builder = Scenario.named("rand");
        long word = builder.word("w");
        Steps steps = Steps.of("p", 1);
        for (int i = 0; i < 100; i++) {
            steps.step("wait", (cpu, f) -> 1);
        }
        steps.step("draw", (cpu, f) -> {
            cpu.store64(word, random.nextInt(20) == 0 ? 2 : 1);
            return 1;
        });
        Scenario scenario = builder.vcpu(steps.build())
                .vcpu(Steps.of("q", 0).step("a", add(word, 0)).build())
                .always("fine", "", look -> true)
                .build();
        assertThatThrownBy(() -> Sampling.sample(scenario, Sampling.Strategy.RANDOM_WALK, 1, 4_000, () -> true))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("rand is no pure function of its frames and shared words");
    }

    @Test
    void sampledPoint_isTheExactOne_whereBothAreKnown() {
        Scenario scenario = twoThroughADoor(0, 0);
        Schedule failing =
                Exploration.search(scenario).violation().orElseThrow().schedule();
        int exact = Exploration.lostAt(scenario, failing, 10_000).orElseThrow();
        Sampling.Point point =
                Exploration.lostAtSampled(scenario, failing, 300, 1).orElseThrow();
        assertThat(point.step()).isEqualTo(exact).isEqualTo(failing.length());
        assertThat(point.well()).isZero();
        assertThat(point.wellBefore()).isBetween(50, 299);
        assertThat(Exploration.lostAtSampled(scenario, Schedule.parse("0"), 300, 1))
                .isEmpty(); // does not fail
        assertThatThrownBy(() -> Exploration.lostAtSampled(scenario, failing, 0, 1))
                .hasMessage("continuations must be at least 1, continuations=0");
    }

    /** A fault that shows long after it was made: what is drawn names the step that made it. */
    @Test
    void whereTheSearchIsTooLarge_theTextSaysWhatRandomContinuationsShow() {
        Scenario.Builder scenario = Scenario.named("large");
        long flag = scenario.word("flag");
        long seen = scenario.word("seen");
        long elsewhere = scenario.word("elsewhere");
        scenario.vcpu(Steps.of("looks", 1)
                .step("look", (cpu, f) -> {
                    f.w[0] = cpu.load64(flag);
                    return 1;
                })
                .ifPositive("set", 0, set -> set.step("note", add(seen, 1)))
                .build());
        scenario.vcpu(Steps.of("sets", 0).step("set", add(flag, 1)).build());
        for (int i = 0; i < 5; i++) {
            int vcpu = i;
            Steps busy = Steps.of("busy", 0);
            for (int k = 0; k < 12; k++) {
                busy.step("work", add(elsewhere, 1L << 8 * vcpu));
            }
            scenario.vcpu(busy.build());
        }
        Scenario built = scenario.atRest("the flag is seen", "nobody looks again", look -> look.word(seen) == 1)
                .build();
        Verdict.Violation found = Sampling.sample(built, Sampling.Strategy.RANDOM_WALK, 1, 100, () -> true)
                .violation()
                .orElseThrow();
        assertThat(Exploration.lostAt(built, found.schedule(), 10_000)).isEqualTo(Optional.empty());
        assertThat(Exploration.explain(built, found))
                .containsPattern(
                        "\\^ lost here, by \"look\" of looks \\(no source reference\\): 0 of 400 random continuations end"
                                + " well from this step on; of those one step earlier [1-9]\\d* \\(drawn");
    }

    @Test
    void whatNeverComesToRest_isLostFromTheBeginning() {
        Scenario.Builder scenario = Scenario.named("endless");
        long word = scenario.word("w");
        Scenario built = scenario.vcpu(Steps.of("p", 0)
                        .forever(round -> round.step("x", add(word, 0)))
                        .build())
                .vcpu(Steps.of("q", 0).step("y", add(word, 1)).build())
                .vcpu(Steps.of("r", 0).step("z", add(word, 2)).build())
                .mayCome("a fault", 1, look -> look.word(word) == 3, hand -> hand.store(word, 7))
                .always("never", "", look -> look.word(word) != 7)
                .build();
        Schedule failing = Exploration.search(built).violation().orElseThrow().schedule();
        assertThat(Exploration.lostAtSampled(built, failing, 20, 1).map(Sampling.Point::step))
                .contains(0);
    }

    @Test
    void whatComesToNoEnd_hasNoSampledPoint() {
        Scenario.Builder scenario = Scenario.named("endless");
        long word = scenario.word("w");
        Scenario built = scenario.vcpu(Steps.of("p", 0)
                        .forever(round -> round.step("x", add(word, 0)))
                        .build())
                .vcpu(Steps.of("q", 0).step("y", add(word, 1)).build())
                .vcpu(Steps.of("r", 0).step("z", add(word, 2)).build())
                .mayCome("a fault", 1, look -> look.word(word) == 0, hand -> hand.store(word, 7))
                .always("never", "", look -> look.word(word) != 7)
                .build();
        Schedule failing = Exploration.search(built).violation().orElseThrow().schedule();
        assertThat(Exploration.lostAtSampled(built, failing, 20, 1)).isEmpty();
    }
}
