package io.torosim.guest.idle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Exploration;
import io.torosim.core.explore.Sampling;
import io.torosim.core.explore.Scenario;
import io.torosim.core.explore.Verdict;
import io.torosim.core.explore.Verdict.Bounds;
import io.torosim.guest.idle.IdleLoop.Cost;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class IdleLoopsTest {
    /** Set by the profile long-search. */
    private static final boolean LONG = Boolean.getBoolean("torosim.longSearch");

    private static List<IdleLoop> all() {
        return IdleLoops.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void faithful_isViolated_andItsScheduleShowsIt(IdleLoop loop) {
        Scenario scenario = loop.scenario(false, 2, 2);
        Verdict verdict = Exploration.search(scenario);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.VIOLATED);
        Verdict.Violation violation = verdict.violation().orElseThrow();
        if (!violation.invariant().equals("it can halt")) { // which no single schedule shows
            assertThat(Exploration.replay(scenario, violation.schedule()))
                    .map(Verdict.Violation::invariant)
                    .contains(violation.invariant());
            assertThat(Exploration.lostAt(scenario, violation.schedule(), 100_000))
                    .hasValueSatisfying(step ->
                            assertThat(step).isBetween(1, violation.schedule().length()));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void repaired_isExhausted_onTwoCores_withEveryStepExecuted(IdleLoop loop) {
        Verdict verdict = Exploration.verify(loop.scenario(true, 2, 2));
        // a core that waits on memory gets no interrupt
        assertThat(verdict.neverExecuted())
                .isSubsetOf(loop.mwait() ? List.of("wake-up interrupt: end of interrupt") : List.of());
        int needed = Exploration.search(loop.scenario(false, 2, 2))
                .violation()
                .orElseThrow()
                .preemptions();
        assertThat(verdict.preemptions()).isGreaterThan(needed); // no bound was set: more than what shows the fault
    }

    @ParameterizedTest
    @MethodSource("all")
    void repaired_isExhausted_onThreeCores(IdleLoop loop) {
        Bounds bounds = Bounds.standard().withPreemptions(LONG ? Integer.MAX_VALUE : 1);
        Scenario scenario = loop.scenario(true, 3, 1);
        assertThat(Exploration.search(scenario, bounds).outcome()).isEqualTo(Verdict.Outcome.EXHAUSTED);
    }

    /** Marks may be taken together, messages with numbers may not. */
    @ParameterizedTest
    @MethodSource("all")
    void repaired_losesNoMessage(IdleLoop loop) {
        Verdict verdict = Exploration.verify(loop.numbered(true, 2, 2));
        assertThat(verdict.checks().get("no message is lost")).isPositive();
    }

    @Test
    void aSlotThatIsReadAndThenCleared_losesTheMessageThatComesBetween() {
        IdleLoop careless =
                new IdleLoop("careless", "", "", "", "", 0, 0, 0, false, true, (scenario, places, repaired) -> {
                    GuestCode look = Steps.of("look", 1)
                            .step("read the slot", (c, f) -> {
                                f.w[0] = c.load64(places.slot(0));
                                return 1;
                            })
                            .ifPositive("a message", 0, take -> take.step("clear it", (c, f) -> {
                                        c.store64(places.slot(0), 0);
                                        c.caller().w[Routines.FOUND] = 1;
                                        return 1;
                                    })
                                    .step("note its number", (c, f) -> {
                                        c.store64(places.got(0), f.w[0]);
                                        f.w[0] = 0;
                                        return 1;
                                    }))
                            .build();
                    GuestCode idler = Routines.idler(1)
                            .forever(body -> Routines.lookAndHalt(body, look))
                            .build();
                    return new IdleLoop.Parts(
                            idler, i -> Routines.ipi(Routines.put(Routines.sender(), places, i), places)
                                    .build());
                });
        Verdict verdict = Exploration.search(careless.numbered(true, 2, 2));
        assertThat(verdict.violation()).map(Verdict.Violation::invariant).contains("no message is lost");
    }

    /** What a schedule prints beside a step is the place that the loop declares. */
    @Test
    void schedules_nameTheSourceOfEachStep_andOfTheOneThatLoses() {
        Scenario scenario = IdleLoops.named("toro-2018").scenario(false, 2, 2);
        String text = Exploration.explain(
                scenario, Exploration.search(scenario).violation().orElseThrow());
        assertThat(text.replaceAll("\\s+", " "))
                .contains("[Process.pas:Scheduling]", "[Process.pas:Emigrating]", "[Process.pas:AddThreadMsg]")
                .containsPattern(
                        "lost here, by \"[^\"]+\" of [a-z ]+ \\(Process.pas:(Scheduling|Emigrating|Inmigrating)\\)");
        Scenario nobodys = IdleLoops.named("flag-after-look").scenario(false, 2, 2);
        assertThat(Exploration.explain(
                        nobodys, Exploration.search(nobodys).violation().orElseThrow()))
                .contains("(no source reference)");
    }

    @ParameterizedTest
    @MethodSource("all")
    void randomSchedules_findNothing_whereThereIsNothing(IdleLoop loop) {
        long runs = LONG ? 1_000_000 : 10;
        for (Sampling.Strategy strategy : Sampling.Strategy.values()) {
            assertThat(Sampling.failures(loop.scenario(true, 2, 2), strategy, 7, runs))
                    .as("%s", strategy)
                    .isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void repaired_onAMachine_takesEveryMessage_andIsTheSameEachTime(IdleLoop loop) {
        Cost cost = Cost.of(loop, true, 1_000, Duration.ofMillis(4));
        assertThat(cost.messages()).isEqualTo(4);
        assertThat(cost.watts()).isBetween(0.05, 5.0);
        assertThat(Cost.of(loop, true, 1_000, Duration.ofMillis(4))).isEqualTo(cost);
    }

    @Test
    void aScanThatNeverEnds_showsOnEveryMachine() {
        Cost cost = Cost.of(IdleLoops.named("anchor-exited"), false, 1_000, Duration.ofMillis(5));
        assertThat(cost.messages()).isZero();
        assertThat(cost.exitsPerSecond()).isPositive(); // interrupts come, nobody looks
    }

    @Test
    void fanOut_getsLikelierWithCores() {
        IdleLoop loop = IdleLoops.named("toro-2020");
        long two = Sampling.failures(loop.fanOut(false, 2, 1), Sampling.Strategy.RANDOM_WALK, 1, 40);
        long eight = Sampling.failures(loop.fanOut(false, 8, 1), Sampling.Strategy.RANDOM_WALK, 1, 40);
        assertThat(eight).isGreaterThan(2 * two);
    }

    @Test
    void names_areFound_orListed() {
        assertThat(IdleLoops.named("haltpoll").name()).isEqualTo("haltpoll");
        assertThatThrownBy(() -> IdleLoops.named("halt"))
                .hasMessageStartingWith("no idle loop of that name, loop=halt; there are [look-then-hlt,");
        assertThatThrownBy(() -> IdleLoops.named("haltpoll").scenario(true, 1, 1))
                .hasMessage("cores must be in [2, 33] and messages at least 1, cores=1, messages=1");
    }
}
