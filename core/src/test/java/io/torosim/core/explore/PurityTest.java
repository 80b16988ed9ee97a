package io.torosim.core.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.StepBody;
import io.torosim.core.explore.Scenario.DeviceHand;
import io.torosim.core.explore.Verdict.Bounds;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenarios that keep something elsewhere than in frames and shared words are refused, with the step's name; what throws is named. */
final class PurityTest {
    private static final int VECTOR = 80;

    private static GuestCode one(String name, StepBody body) {
        return Steps.of(name, 1).step("it", body).build();
    }

    private static StepBody store(long word) {
        return (cpu, f) -> {
            cpu.store64(word, f.w[0]);
            return 1;
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomNumberInAStep_isRefused(long seed) {
        Random random = new Random(seed);
        Scenario.Builder scenario = Scenario.named("rand");
        long word = scenario.word("w");
        Scenario built = scenario.vcpu(Steps.of("p", 1)
                        .step("draw", (cpu, f) -> {
                            f.w[0] = random.nextInt(1000);
                            return 1;
                        })
                        .step("store", store(word))
                        .build())
                .vcpu(one("q", (cpu, f) -> {
                    f.w[0] = cpu.load64(word);
                    return 1;
                }))
                .always("fine", "", look -> true)
                .build();
        assertThatThrownBy(() -> Exploration.search(built))
                .isInstanceOf(ScenarioException.class)
                .hasMessageStartingWith(
                        "rand is no pure function of its frames and shared words: the step"
                                + " \"p: draw\" on vCPU 0 had another outcome when it was done again from the same state, at once;");
    }

    /** A lost wake-up that a Java field hides: the flag is never 0 again once the search has set it. */
    @Test
    void fieldOfJavaAsSharedFlag_isRefused() {
        boolean[] flag = {false};
        Scenario.Builder scenario = Scenario.named("hidden");
        long box = scenario.word("box");
        Steps waits = Steps.of("waiter", 1);
        waits.step("look", (cpu, f) -> {
                    f.w[0] = cpu.load64(box);
                    return 1;
                })
                .ifEqual("empty", 0, 0, e -> e.step("flag", (cpu, f) -> {
                            flag[0] = true;
                            return 1;
                        })
                        .step("hlt", (cpu, f) -> StepResult.HALT));
        GuestCode wakes = Steps.of("waker", 1)
                .step("put", (cpu, f) -> {
                    cpu.store64(box, 1);
                    return 1;
                })
                .step("asleep?", (cpu, f) -> {
                    f.w[0] = flag[0] ? 1 : 0;
                    return 1;
                })
                .ifPositive(
                        "yes",
                        0,
                        y -> y.step("ipi", (cpu, f) -> {
                            cpu.sendIpi(0, VECTOR);
                            return 1;
                        }))
                .build();
        Scenario built = scenario.vcpu(waits.build())
                .vcpu(wakes)
                .interrupt(VECTOR, one("bell", (cpu, f) -> 1))
                .atRest("over", "", look -> look.over(0))
                .build();
        assertThatThrownBy(() -> Exploration.search(built))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("\"waker: asleep?\" on vCPU 1")
                .hasMessageContaining("before the search and behind it");
    }

    /** A step that counts in a field shows late: only where the search comes by often. */
    @Test
    void counterInAField_thatChangesSomethingAtLast_isRefused() {
        int[] count = {0};
        Scenario.Builder scenario = Scenario.named("counted");
        long word = scenario.word("w");
        Scenario built = scenario.vcpu(Steps.of("p", 0)
                        .step("a", add(word, 1))
                        .step("b", add(word, 2))
                        .build())
                .vcpu(Steps.of("q", 0)
                        .step("c", add(word, 4))
                        .step("d", (cpu, f) -> ++count[0] > 12 ? StepResult.OFF : 1)
                        .step("e", add(word, 8))
                        .build())
                .always("fine", "", look -> true)
                .build();
        assertThatThrownBy(() -> Exploration.search(built))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("\"q: d\" on vCPU 1");
    }

    private static StepBody add(long word, long what) {
        return (cpu, f) -> {
            cpu.add64(word, what);
            return 1;
        };
    }

    /** A step that is another one in one case of a thousand, by chance or by counting: few states, so a second look is not enough. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void stepThatIsRarelyAnother_isRefused(int which) {
        Random random = new Random(which);
        int[] count = {0};
        Scenario.Builder scenario = Scenario.named("rare");
        long word = scenario.word("w");
        StepBody impure = (cpu, f) -> {
            boolean other = which % 2 == 0 ? random.nextInt(1000) == 0 : ++count[0] % 1000 == 0;
            f.w[0] = other ? 2 : 1;
            return 1;
        };
        Scenario built = scenario.vcpu(Steps.of("p", 1)
                        .step("draw", impure)
                        .step("store", store(word))
                        .build())
                .vcpu(one("q", (cpu, f) -> {
                    f.w[0] = cpu.load64(word);
                    return 1;
                }))
                .always("never 2", "", look -> look.word(word) != 2)
                .build();
        assertThatThrownBy(() -> Exploration.search(built))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("had another outcome when it was done again from the same state");
    }

    /** A step that the search comes by a few times only, among thousands of others. */
    @Test
    void stepThatIsRarelyAnother_andRarelyDone_isRefused() {
        Random random = new Random(1);
        Scenario.Builder scenario = Scenario.named("rare");
        long word = scenario.word("w");
        long end = scenario.word("end");
        Steps long1 = Steps.of("p", 0);
        Steps long2 = Steps.of("q", 0);
        for (int i = 0; i < 40; i++) {
            long1.step("a" + i, add(word, 1));
            long2.step("b" + i, add(word, 1));
        }
        long2.step("last", (cpu, f) -> {
            cpu.store64(end, random.nextInt(1000) == 0 ? 2 : 1);
            return 1;
        });
        Scenario built = scenario.vcpu(long1.build())
                .vcpu(long2.build())
                .always("never 2", "", look -> look.word(end) != 2)
                .build();
        assertThatThrownBy(() -> Exploration.search(built))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("\"q: last\" on vCPU 1 had another outcome");
    }

    /** What is pure is taken, and the line says how often it was done again. */
    @Test
    void pureScenario_isTaken_andSaysHowOftenItWasDoneAgain() {
        Scenario.Builder scenario = Scenario.named("pure");
        long word = scenario.word("w");
        scenario.vcpu(one("p", add(word, 1)))
                .vcpu(one("q", add(word, 2)))
                .always("fine", "", look -> look.word(word) < 4);
        Verdict verdict = Exploration.verify(scenario.build());
        assertThat(verdict.redone()).isGreaterThanOrEqualTo(verdict.transitions());
        assertThat(verdict.redoneEach()).isEqualTo(10_000);
        assertThat(verdict.summary())
                .endsWith(", done again " + verdict.redone()
                        + " times with the same outcome, each step at least 10000 times");
    }

    @Test
    void errorOfARoutine_isAStepThatFails_withTypeAndCause() {
        for (Error error : new Error[] {new AssertionError("expected 3"), new NoClassDefFoundError("Gone")}) {
            Scenario scenario = Scenario.named("s")
                    .vcpu(Steps.of("p", 0)
                            .step("boom", (cpu, f) -> {
                                throw error;
                            })
                            .build())
                    .always("fine", "", look -> true)
                    .build();
            assertThat(Exploration.search(scenario).violation().orElseThrow().message())
                    .isEqualTo("p: boom, on vCPU 0: " + error);
            assertThatThrownBy(() -> Exploration.verify(scenario))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("fails: p: boom")
                    .hasRootCause(error);
        }
    }

    @Test
    void loopThatTakesNoTime_isShownShortly() {
        Scenario scenario = Scenario.named("s")
                .vcpu(Steps.of("p", 0)
                        .forever(round -> round.step("x", (cpu, f) -> StepResult.NEXT))
                        .build())
                .always("fine", "", look -> true)
                .build();
        Verdict.Violation found = Exploration.search(scenario).violation().orElseThrow();
        assertThat(found.message()).startsWith("a million entries that take no time, the last of them \"p: ");
        assertThat(Exploration.explain(scenario, found))
                .contains("x (1000000 times)")
                .hasSizeLessThan(2000);
    }

    private static long deeper(GuestCpu cpu) {
        return deeper(cpu) + 1;
    }

    @Test
    void endlessRecursionOfARoutine_isAStepThatFails() {
        Scenario scenario = Scenario.named("s")
                .vcpu(one("p", (cpu, f) -> deeper(cpu)))
                .always("fine", "", look -> true)
                .build();
        assertThat(Exploration.search(scenario).violation().orElseThrow().message())
                .isEqualTo("p: it, on vCPU 0: java.lang.StackOverflowError");
    }

    @Test
    void errorOfInvariantAndStimulus_isNamed_withItsSchedule() {
        Scenario.Builder invariant = Scenario.named("i");
        long word = invariant.word("w");
        invariant.vcpu(one("p", add(word, 1))).always("never two", "", look -> {
            if (look.word(word) == 1) {
                throw new AssertionError("expected 0");
            }
            return true;
        });
        assertThatThrownBy(() -> Exploration.search(invariant.build()))
                .isInstanceOf(ScenarioException.class)
                .hasMessage(
                        "the invariant \"never two\" throws: java.lang.AssertionError: expected 0; after the schedule 0")
                .hasRootCauseInstanceOf(AssertionError.class);
        Scenario stimulus = Scenario.named("s")
                .vcpu(one("p", (cpu, f) -> 1))
                .mayCome("a packet", 1, look -> true, hand -> {
                    throw new StackOverflowError();
                })
                .always("fine", "", look -> true)
                .build();
        assertThatThrownBy(() -> Exploration.search(stimulus))
                .isInstanceOf(ScenarioException.class)
                .hasMessageStartingWith(
                        "the stimulus \"a packet\" throws: java.lang.StackOverflowError; after the schedule");
    }

    @Test
    void fullHeap_isACut_thatSaysWhere() {
        Scenario.Builder scenario = Scenario.named("big");
        long word = scenario.word("w");
        for (int p = 0; p < 5; p++) {
            scenario.vcpu(Steps.of("p" + p, 0)
                    .forever(round -> round.step("a", (cpu, f) -> {
                        cpu.add64(word, 1L << 8 * cpu.id());
                        return 1;
                    }))
                    .build());
        }
        Scenario built = scenario.always("fine", "", look -> true).build();
        Verdict verdict = Exploration.search(built, Bounds.standard(), states -> {
            throw new OutOfMemoryError("as if");
        });
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.CUT);
        assertThat(verdict.states()).isGreaterThan(1000);
        assertThat(verdict.summary()).startsWith("cut, the heap is full at " + verdict.states() + " states; ");
    }

    @Test
    void invariantCannotWrite() {
        Scenario.Builder scenario = Scenario.named("w");
        long word = scenario.word("w");
        scenario.vcpu(one("p", add(word, 1))).always("no hand", "", look -> !(look instanceof DeviceHand));
        assertThat(Exploration.search(scenario.build()).outcome()).isEqualTo(Verdict.Outcome.EXHAUSTED);
    }

    @Test
    void whatIsLostFromTheBeginning_andWhatTheLastStepLoses_areSaid() {
        Scenario never = Scenario.named("never")
                .vcpu(one("p", (cpu, f) -> StepResult.HALT))
                .atRest("over", "halted", look -> look.over(0))
                .build();
        Verdict.Violation found = Exploration.search(never).violation().orElseThrow();
        assertThat(Exploration.lostAt(never, found.schedule(), 1000)).contains(0);
        assertThat(Exploration.explain(never, found))
                .contains("Lost from the beginning: no schedule of this scenario comes to rest with everything kept.")
                .doesNotContain("lost here");
        Scenario.Builder last = Scenario.named("last");
        long first = last.word("first");
        long second = last.word("second");
        for (long word : new long[] {first, second}) {
            last.vcpu(Steps.of("in and out of " + (word == first ? "first" : "second"), 0)
                    .step("enter", add(word, 1))
                    .step("leave", add(word, -1))
                    .build());
        }
        Scenario built = last.always("one inside", "both", look -> look.word(first) + look.word(second) < 2)
                .build();
        Verdict.Violation at = Exploration.search(built).violation().orElseThrow();
        int length = at.schedule().length();
        assertThat(length).isEqualTo(2);
        assertThat(Exploration.lostAt(built, at.schedule(), 1000)).contains(length);
        assertThat(Exploration.explain(built, at))
                .contains("^ lost here, by \"enter\" of in and out of second ")
                .contains("with this step it is violated, until here it could be avoided")
                .doesNotContain("no continuation from this step on ends well")
                .doesNotContain("Lost from the beginning");
    }
}
