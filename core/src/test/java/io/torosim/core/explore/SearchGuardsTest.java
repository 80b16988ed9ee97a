package io.torosim.core.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.StepBody;
import io.torosim.core.explore.Verdict.Bounds;
import io.torosim.core.explore.Verdict.Schedule;
import io.torosim.core.machine.Vcpu.GuestPanic;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a search refuses to take for granted. */
final class SearchGuardsTest {
    private static final long TICK = 1_000;
    private static final int VECTOR = 80;

    private static GuestCode nothing(String name) {
        return Steps.of(name, 0).step("nothing", (cpu, f) -> 1).build();
    }

    private static StepBody halt(boolean withSti) {
        return (cpu, f) -> {
            if (withSti) {
                cpu.interrupts(true);
            }
            return StepResult.HALT;
        };
    }

    /** A core that looks into a box and sleeps if it is empty; another that fills it and rings. */
    private static Scenario.Builder boxAndBell(String form) {
        Scenario.Builder scenario = Scenario.named("box and bell, " + form);
        long box = scenario.word("box");
        Steps waits = Steps.of("resident", 1);
        switch (form) {
            case "look and hlt" -> waits.step("look, hlt", (cpu, f) -> {
                f.w[0] = cpu.load64(box);
                return f.w[0] == 0 ? StepResult.HALT : 1;
            });
            case "look and cli" -> waits.step("look, cli", (cpu, f) -> {
                        f.w[0] = cpu.load64(box);
                        cpu.interrupts(false);
                        return 1;
                    })
                    .ifEqual("empty", 0, 0, e -> e.step("sti; hlt", halt(true)));
            default -> waits.step("look", (cpu, f) -> {
                        f.w[0] = cpu.load64(box);
                        return 1;
                    })
                    .ifEqual("empty", 0, 0, e -> e.step("hlt", halt(false)));
        }
        GuestCode brings = Steps.of("postman", 0)
                .step("fill", (cpu, f) -> {
                    cpu.store64(box, 1);
                    return 1;
                })
                .step("ring", (cpu, f) -> {
                    cpu.sendIpi(0, VECTOR);
                    return 1;
                })
                .build();
        return scenario.vcpu(waits.build())
                .vcpu(brings)
                .interrupt(VECTOR, nothing("bell"))
                .atRest("it is got", "asleep beside a full box", look -> look.over(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"look and hlt", "look and cli"})
    void accessAndWhatChangesWhoMayInterrupt_areTwoSteps(String form) {
        Verdict.Violation found =
                Exploration.search(boxAndBell(form).build()).violation().orElseThrow();
        assertThat(found.invariant()).isEqualTo("no step fails");
        assertThat(found.message()).contains("resident: " + form.replace(" and", ","), "in one step", "two");
        assertThat(Exploration.search(boxAndBell("two steps").build())
                        .violation()
                        .orElseThrow()
                        .invariant())
                .isEqualTo("it is got");
    }

    /** A panic is a step that fails, wherever it is met first: looking ahead leaves no word as it was tried. */
    @Test
    void aPanic_isAViolation() {
        Scenario.Builder scenario = Scenario.named("panics");
        long shared = scenario.word("shared");
        long own = scenario.word("own");
        scenario.vcpu(Steps.of("p", 0)
                        .step("look", (cpu, f) -> {
                            cpu.load64(shared);
                            return 1;
                        })
                        .step("check", (cpu, f) -> {
                            cpu.store64(own, 7);
                            throw new GuestPanic("damaged");
                        })
                        .build())
                .vcpu(Steps.of("q", 0)
                        .step("store", (cpu, f) -> {
                            cpu.store64(shared, 1);
                            return 1;
                        })
                        .build())
                .always("nobody has done it", "", look -> look.word(own) == 0);
        Verdict.Violation found =
                Exploration.search(scenario.build()).violation().orElseThrow();
        assertThat(found.invariant()).isEqualTo("no step fails");
        assertThat(found.message()).isEqualTo("vCPU 0 panics, in p: check: damaged");
    }

    @Test
    void undeclaredInstants_areRefused_inFramesAndInWords() {
        Scenario.Builder frame = Scenario.named("frame").clock(TICK, 8 * TICK);
        frame.vcpu(Steps.of("p", 2)
                        .step("clock", (cpu, f) -> {
                            f.w[1] = cpu.nowPs();
                            return 1;
                        })
                        .build())
                .always("fine", "", look -> true);
        assertThat(Exploration.search(frame.build()).violation().orElseThrow().message())
                .contains("p: clock", "word 1 of the frame of p holds an instant", "Steps.instants(1)");
        Scenario.Builder word = Scenario.named("word").clock(TICK, 8 * TICK);
        long shared = word.word("expiry");
        word.vcpu(Steps.of("p", 1)
                        .instants(0)
                        .step("clock", (cpu, f) -> {
                            f.w[0] = cpu.nowPs();
                            return 1;
                        })
                        .step("store", (cpu, f) -> {
                            cpu.store64(shared, f.w[0]);
                            return 1;
                        })
                        .build())
                .always("fine", "", look -> true);
        assertThat(Exploration.search(word.build()).violation().orElseThrow().message())
                .contains("the word \"expiry\" gets an instant", "Scenario.Builder.instant");
    }

    @Test
    void instantBeyondTheHorizon_isRefused() {
        Scenario.Builder scenario = Scenario.named("far").clock(TICK, 3 * TICK).interrupt(VECTOR, nothing("timer"));
        scenario.vcpu(Steps.of("p", 0)
                        .step("arm", (cpu, f) -> {
                            cpu.timerIn(VECTOR, 4 * TICK);
                            return 1;
                        })
                        .build())
                .always("fine", "", look -> true);
        assertThat(Exploration.search(scenario.build())
                        .violation()
                        .orElseThrow()
                        .message())
                .contains("the timer of vCPU 0 lies 4000 ps ahead", "horizon of the clock, 3000 ps");
    }

    /** A core that loops for ever in one of two ways, of which one can never halt. */
    private static Scenario neverHalts(boolean atOnce) {
        Scenario.Builder scenario = Scenario.named("never halts");
        long way = scenario.word("way");
        Steps p = Steps.of("p", 1);
        p.forever(round -> round.step("look", (cpu, f) -> {
                    f.w[0] = cpu.load64(way);
                    return 1;
                })
                .ifEqual("free", 0, 0, free -> free.step("hlt", halt(false))));
        scenario.vcpu(p.build(), 0);
        Steps q = Steps.of("q", 0);
        if (!atOnce) {
            q.step("think", (cpu, f) -> 1);
        }
        q.step("close the way", (cpu, f) -> {
            cpu.store64(way, 1);
            return 1;
        });
        return scenario.vcpu(q.build())
                .interrupt(VECTOR, nothing("bell"))
                .interruptComes(0, VECTOR, 1)
                .alwaysPossible("it can halt", "it never can again", look -> look.halted(0))
                .build();
    }

    @Test
    void whatIsNeverPossibleAgain_isFoundWhereItIsLost_andReplays() {
        Scenario scenario = neverHalts(false);
        Verdict.Violation found = Exploration.search(scenario).violation().orElseThrow();
        assertThat(found.invariant()).isEqualTo("it can halt");
        assertThat(Exploration.replay(scenario, found.schedule()))
                .map(Verdict.Violation::invariant)
                .contains("it can halt");
        // one step less, and it could still
        assertThat(Exploration.replay(
                        scenario, found.schedule().first(found.schedule().length() - 1)))
                .isEmpty();
        assertThat(Exploration.explain(scenario, found)).contains("it is never so again");
    }

    @Test
    void randomRuns_takeNothingForImpossibleThatIsNot_andSeeWhatIs() {
        // it can halt from everywhere, but a random walk hardly ever comes there
        Scenario.Builder rare = Scenario.named("rare");
        rare.vcpu(Steps.of("p", 1)
                        .step("count", (cpu, f) -> {
                            f.w[0] = 40;
                            return 1;
                        })
                        .whilePositive(
                                "left",
                                0,
                                body -> body.step("down", (cpu, f) -> {
                                    f.w[0]--;
                                    return 1;
                                }))
                        .step("hlt", halt(false))
                        .build())
                .vcpu(Steps.of("q", 0)
                        .forever(round -> round.step("spin", (cpu, f) -> 1))
                        .build())
                .alwaysPossible("it can halt", "never", look -> look.halted(0));
        assertThat(Exploration.search(rare.build()).outcome()).isEqualTo(Verdict.Outcome.EXHAUSTED);
        for (Sampling.Strategy strategy : Sampling.Strategy.values()) {
            assertThat(Sampling.failures(rare.build(), strategy, 1, 20)).isZero();
        }
        // at rest for ever without having halted
        Scenario.Builder over = Scenario.named("over");
        over.vcpu(nothing("ends")).alwaysPossible("it can halt", "never", look -> look.halted(0));
        assertThat(Sampling.failures(over.build(), Sampling.Strategy.RANDOM_WALK, 1, 20))
                .isEqualTo(20);
    }

    @Test
    void samples_sayWhatTheyChecked() {
        Scenario endless = Scenario.named("endless")
                .vcpu(Steps.of("p", 0)
                        .forever(round -> round.step("spin", (cpu, f) -> 1))
                        .build())
                .atRest("fine", "", look -> true)
                .build();
        Sampling.Report report = Sampling.sample(endless, Sampling.Strategy.RANDOM_WALK, 1, 2, () -> true);
        assertThat(report.runs()).isEqualTo(2);
        assertThat(report.neverChecked()).containsExactly("fine");
        assertThatThrownBy(() -> Sampling.sample(endless, Sampling.Strategy.PCT, 1, 0, () -> true))
                .hasMessage("runs must be at least 1, runs=0");
    }

    @Test
    void whatNeverCameFromOutside_isListed() {
        Scenario scenario = Scenario.named("quiet")
                .vcpu(nothing("p"))
                .mayCome("a packet", 1, look -> false, hand -> {})
                .always("fine", "", look -> true)
                .build();
        assertThat(Exploration.search(scenario).neverExecuted()).containsExactly("from outside: a packet");
    }

    @Test
    void scenarioThatRemembersElsewhere_isNoPureFunction() {
        long[] hidden = {0};
        Scenario scenario = Scenario.named("impure")
                .vcpu(Steps.of("p", 0)
                        .step("count in secret", (cpu, f) -> 1 + (hidden[0]++ & 1))
                        .build())
                .always("few", "", look -> hidden[0] != 1)
                .build();
        assertThatThrownBy(() -> Exploration.search(scenario))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("impure is no pure function");
    }

    @Test
    void invariantAndStimulusThatThrow_areNamed() {
        Scenario invariant = Scenario.named("i")
                .vcpu(nothing("p"))
                .always("core 7 rests", "", look -> look.halted(7))
                .build();
        assertThatThrownBy(() -> Exploration.search(invariant))
                .isInstanceOf(ScenarioException.class)
                .hasMessageStartingWith("the invariant \"core 7 rests\" throws: ");
        Scenario stimulus = Scenario.named("s")
                .vcpu(nothing("p"))
                .interrupt(VECTOR, nothing("bell"))
                .willCome("a bell", 1, look -> true, hand -> hand.raise(5, VECTOR))
                .always("fine", "", look -> true)
                .build();
        assertThatThrownBy(() -> Exploration.search(stimulus))
                .isInstanceOf(ScenarioException.class)
                .hasMessage(
                        "the stimulus \"a bell\" throws: java.lang.IllegalArgumentException: no such vCPU: 5, there are 1,"
                                + " numbered from 0; after the schedule 0");
        assertThatThrownBy(() -> Scenario.named("empty")
                        .vcpu(Steps.of("p", 0).build())
                        .always("fine", "", look -> true)
                        .build())
                .hasMessage("no vCPU of the scenario has a step, and nothing comes from outside, scenario=empty");
        assertThatThrownBy(() -> Scenario.named("n").vcpu(null))
                .hasMessage("the program of vCPU 0 must not be null, scenario=n");
        assertThatThrownBy(() -> Scenario.named("n")
                        .vcpu(nothing("p"))
                        .interrupt(VECTOR, nothing("bell"))
                        .interruptComes(4, VECTOR, 1)
                        .always("fine", "", look -> true)
                        .build())
                .hasMessage("interruptComes names a vCPU that is not there, vcpu=4, vcpus=1, scenario=n");
    }

    @Test
    void exhaustedWithinABound_saysSo() {
        Verdict bounded = Exploration.search(
                boxAndBell("two steps").build(), Bounds.standard().withPreemptions(0));
        assertThat(bounded.outcome()).isEqualTo(Verdict.Outcome.EXHAUSTED);
        assertThat(bounded.bounded()).isTrue();
        assertThat(bounded.summary()).startsWith("exhausted within the bound of 0 preemptions only");
    }

    @Test
    void scheduleThatDoesNotFail_isLostNowhere() {
        Scenario scenario = boxAndBell("two steps").build();
        assertThat(Exploration.lostAt(scenario, Schedule.parse("1.1.0"), 10_000))
                .isEqualTo(Optional.empty());
    }

    @Test
    void schedule_thatIsLongerThanTheRun_isRefused() {
        Scenario scenario = Scenario.named("x")
                .vcpu(Steps.of("r", 0).step("s", (cpu, f) -> 1).build())
                .always("i", "m", look -> true)
                .build();
        Verdict.Schedule whole = Verdict.Schedule.parse("0x2");
        assertThat(Exploration.replay(scenario, whole)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Exploration.replay(scenario, Verdict.Schedule.parse("0x999999")))
                .withMessage("the schedule is not one of x: the run is over after 2 of its 999999 steps");
    }

    @Test
    void spin_isNoResultInAScenario() {
        Scenario scenario = Scenario.named("x")
                .vcpu(Steps.of("r", 0).step("s", (cpu, f) -> StepResult.SPIN).build())
                .always("i", "m", look -> true)
                .build();
        assertThatThrownBy(() -> Exploration.verify(scenario))
                .hasMessageContaining("r: s, on vCPU 0: SPIN in a scenario, where no Vcpu.roundRepeats");
    }
}
