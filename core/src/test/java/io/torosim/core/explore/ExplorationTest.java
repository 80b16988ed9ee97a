package io.torosim.core.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Exploration.ScenarioMachine;
import io.torosim.core.explore.Verdict.Bounds;
import io.torosim.core.explore.Verdict.Schedule;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.time.Picos;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ExplorationTest {
    private static final int VECTOR = 40;
    private static final int R = 0;

    private static GuestCode handler() {
        return Steps.of("handler", 0).step("nothing", (c, f) -> 1).build();
    }

    /** Waits for a flag with hlt, right or wrong. */
    private static Scenario waiting(boolean right) {
        Scenario.Builder b = Scenario.named("waiting");
        long flag = b.word("flag");
        Steps waits = Steps.of("waits", 1);
        waits.forever(loop -> {
            if (right) {
                loop.step("cli", (c, f) -> {
                    c.interrupts(false);
                    return 1;
                });
            }
            loop.step("look", (c, f) -> {
                f.w[R] = c.load64(flag);
                return 1;
            });
            loop.ifPositive(
                    "there",
                    R,
                    there -> there.step("done", (c, f) -> {
                        c.interrupts(true);
                        return StepResult.OFF;
                    }));
            loop.step("hlt", (c, f) -> {
                c.interrupts(true);
                return StepResult.HALT;
            });
        });
        GuestCode wakes = Steps.of("wakes", 0)
                .step("set the flag", (c, f) -> {
                    c.store64(flag, 1);
                    return 1;
                })
                .step("interrupt", (c, f) -> {
                    c.sendIpi(0, VECTOR);
                    return 1;
                })
                .build();
        return b.vcpu(waits.build())
                .vcpu(wakes)
                .interrupt(VECTOR, handler())
                .atRest("seen", "cpu0 waits for good", look -> look.over(0))
                .build();
    }

    @Test
    void lostWakeUp_isFound_withTheFewestPreemptions_andPrinted() {
        assertThatThrownBy(() -> Exploration.verify(waiting(false)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("waiting: violated: seen (cpu0 waits for good), 1 preemptions, 9 steps")
                .hasMessageContaining("cpu0 (waits)")
                .hasMessageContaining("look: flag is 0")
                .hasMessageContaining(
                        "^ lost here, by interrupt arrives: vector 40: no continuation from this step on ends well")
                .hasMessageContaining("cpu0: halted")
                .hasMessageContaining("memory: flag=1")
                .hasMessageContaining("void waitingViolatesSeen() {");
        Verdict verdict = Exploration.verify(waiting(true));
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.EXHAUSTED);
        assertThat(verdict.checks()).containsOnlyKeys("seen").allSatisfy((name, n) -> assertThat(n)
                .isPositive());
        assertThat(verdict.neverExecuted()).isEmpty();
        assertThat(verdict.summary()).startsWith("exhausted; ");
    }

    @Test
    void theSameRoutines_runOnAMachine() {
        for (boolean right : new boolean[] {true, false}) {
            try (Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build())) {
                ScenarioMachine running = ScenarioMachine.start(machine, waiting(right));
                machine.runUntil(Duration.ofMillis(1));
                assertThat(running.brokenAtRest()).isEmpty(); // this machine's order of steps is a lucky one
                assertThat(running.look().over(0)).isTrue();
            }
        }
    }

    @Test
    void checkedNothing_fails() {
        Scenario.Builder b = Scenario.named("endless");
        long word = b.word("word");
        GuestCode spins = Steps.of("spins", 1)
                .forever(loop -> loop.step("look", (c, f) -> {
                    f.w[R] = c.load64(word);
                    return 1;
                }))
                .build();
        Scenario scenario =
                b.vcpu(spins).atRest("at rest", "never looked at", look -> true).build();
        assertThat(Exploration.search(scenario).outcome()).isEqualTo(Verdict.Outcome.EXHAUSTED);
        assertThatThrownBy(() -> Exploration.verify(scenario))
                .hasMessage("endless: never checked, so nothing is shown: [at rest]");
        assertThatThrownBy(() -> Scenario.named("none").vcpu(spins).build())
                .hasMessage("a scenario without an invariant shows nothing, scenario=none");
    }

    @Test
    void boundOfStates_cuts_andVerifySaysSo() {
        Bounds few = Bounds.standard().withStates(3);
        assertThat(Exploration.search(waiting(true), few).outcome()).isEqualTo(Verdict.Outcome.CUT);
        assertThatThrownBy(() -> Exploration.verify(waiting(true), few))
                .hasMessageContaining("waiting: cut, the bound of 3 states is reached; ");
        assertThat(Exploration.search(waiting(false), Bounds.standard().withPreemptions(0))
                        .outcome())
                .isEqualTo(Verdict.Outcome.EXHAUSTED); // within the bound there is none
    }

    @Test
    void twoAccessesInOneStep_areRefused() {
        Scenario.Builder b = Scenario.named("two");
        long a = b.word("a");
        GuestCode code = Steps.of("code", 1)
                .step("swap by hand", (c, f) -> {
                    f.w[R] = c.load64(a);
                    c.store64(a, f.w[R] + 1);
                    return 1;
                })
                .build();
        Scenario scenario = b.vcpu(code)
                .vcpu(code)
                .always("any", "", look -> look.word(a) >= 0)
                .build();
        assertThat(Exploration.search(scenario).violation()).hasValueSatisfying(v -> assertThat(v.message())
                .contains("two accesses that others can see in one step")
                .contains("code: swap by hand, on vCPU 0"));
    }

    @Test
    void alwaysPossible_findsTheStateWithNoWayBack() {
        Scenario.Builder b = Scenario.named("trap");
        long door = b.word("door");
        Steps turns = Steps.of("goes round", 1);
        turns.forever(loop -> loop.step("open", (c, f) -> {
                    c.store64(door, 1);
                    return 1;
                })
                .step("closed?", (c, f) -> {
                    f.w[R] = c.exchange64(door, 0);
                    return 1;
                })
                .ifEqual(
                        "closed",
                        R,
                        0,
                        stuck -> stuck.forever(round -> round.step("waits for good", (c, f) -> {
                            f.w[R] = c.load64(door);
                            return 1;
                        }))));
        GuestCode closes = Steps.of("closes", 0)
                .step("close", (c, f) -> {
                    c.store64(door, 0);
                    return 1;
                })
                .build();
        Scenario scenario = b.vcpu(turns.build())
                .vcpu(closes)
                .alwaysPossible("opens", "it never opens again", look -> look.word(door) == 1)
                .build();
        assertThat(Exploration.search(scenario).violation())
                .hasValueSatisfying(v -> assertThat(v.invariant()).isEqualTo("opens"));
    }

    @Test
    void device_behindPorts_withTheInterruptAtEveryPosition() {
        for (boolean acknowledges : new boolean[] {true, false}) {
            Scenario.Builder b = Scenario.named("device");
            long busy = b.word("busy");
            long done = b.word("done");
            b.port(0x1f7, (hand, write, value) -> {
                if (write) {
                    hand.store(busy, 1);
                }
                return (int) hand.word(busy);
            });
            b.willCome("the disk is ready", 1, look -> look.word(busy) == 1, hand -> {
                hand.store(busy, 0);
                hand.raise(0, VECTOR);
            });
            Steps reads = Steps.of("reads a sector", 1);
            reads.step("command", (c, f) -> {
                c.out(0x1f7, 1, 0x20);
                return 1;
            });
            reads.forever(loop -> {
                loop.step("cli", (c, f) -> {
                    c.interrupts(!acknowledges);
                    return 1;
                });
                loop.step("came?", (c, f) -> {
                    f.w[R] = c.load64(done);
                    return 1;
                });
                loop.ifPositive("yes", R, came -> came.step("end", (c, f) -> StepResult.OFF));
                loop.step("sti; hlt", (c, f) -> {
                    c.interrupts(true);
                    return StepResult.HALT;
                });
            });
            GuestCode irq = Steps.of("irq 14", 0)
                    .step("note it", (c, f) -> {
                        c.store64(done, 1);
                        return 1;
                    })
                    .build();
            Scenario scenario = b.vcpu(reads.build())
                    .interrupt(VECTOR, irq)
                    .atRest("read", "the reader sleeps on", look -> look.over(0))
                    .build();
            assertThat(Exploration.search(scenario).violation().isEmpty()).isEqualTo(acknowledges);
        }
    }

    @Test
    void clock_tellsEveryDelayApart_andComesBack() {
        long tick = Picos.PER_MICRO;
        Scenario.Builder b = Scenario.named("timer").clock(tick, 8 * tick);
        long at = b.instant("at");
        long late = b.word("late");
        Steps steps = Steps.of("sets a timer", 2).instants(R);
        steps.step("read the clock", (c, f) -> {
            f.w[R] = c.nowPs();
            return 1;
        });
        steps.step("set it", (c, f) -> {
            c.timerAt(VECTOR, f.w[R] + 3 * tick);
            return 1;
        });
        steps.step("note when", (c, f) -> {
            c.store64(at, f.w[R] + 3 * tick);
            return 1;
        });
        steps.step("hlt", (c, f) -> StepResult.HALT);
        GuestCode fires = Steps.of("fires", 1)
                .instants(R)
                .step("when", (c, f) -> {
                    f.w[R] = c.load64(at);
                    return 1;
                })
                .step("how late?", (c, f) -> {
                    c.store64(late, f.w[R] != 0 && c.nowPs() - f.w[R] > 2 * tick ? 1 : 0);
                    return 1;
                })
                .build();
        Scenario scenario = b.vcpu(steps.build())
                .interrupt(VECTOR, fires)
                .always("in time", "the timer was late", look -> look.word(late) == 0)
                .build();
        Verdict verdict = Exploration.search(scenario);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.VIOLATED); // nothing bounds how late it is
        assertThat(verdict.violation().orElseThrow().schedule().text()).contains("x");
        assertThat(verdict.states()).isLessThan(1_000);
    }

    @Test
    void mwait_onTheMachine_endsWithAnotherCoresStore() {
        Scenario.Builder b = Scenario.named("mwait");
        long word = b.word("word");
        GuestCode waits = Steps.of("waits", 1)
                .step("monitor", (c, f) -> {
                    c.monitor(word);
                    return 1;
                })
                .step("look", (c, f) -> {
                    f.w[R] = c.load64(word);
                    return 1;
                })
                .ifEqual("not yet", R, 0, idle -> idle.step("mwait", (c, f) -> StepResult.MWAIT))
                .build();
        GuestCode stores = Steps.of("stores", 0)
                .takes("later", 5 * Picos.PER_MICRO)
                .step("store", (c, f) -> {
                    c.store64(word, 1);
                    return 1;
                })
                .build();
        Scenario scenario = b.vcpu(waits)
                .vcpu(stores)
                .atRest("awake", "asleep for good", look -> look.over(0))
                .build();
        Exploration.verify(scenario);
        MachineSpec spec =
                MachineSpec.builder().vcpus(2).mwait(MwaitMode.HONOURED).build();
        try (Machine machine = Machine.create(spec)) {
            ScenarioMachine running = ScenarioMachine.start(machine, scenario);
            machine.runUntil(Duration.ofNanos(4_000));
            assertThat(running.look().halted(0)).isTrue();
            machine.runUntil(Duration.ofMillis(1));
            assertThat(running.brokenAtRest()).isEmpty();
        }
    }

    @Test
    void schedule_isTextAndBack_andNonsenseIsRefused() {
        Schedule schedule = Schedule.parse("0x3.1.12x2");
        assertThat(schedule.length()).isEqualTo(6);
        assertThat(schedule.text()).isEqualTo("0x3.1.12x2");
        assertThat(Schedule.parse("-").length()).isZero();
        assertThat(Schedule.parse("0.0.0")).isEqualTo(schedule.first(3)).hasSameHashCodeAs(schedule.first(3));
        for (String bad : new String[] {"", "0x", "a", "0x0", "-1", "1..2"}) {
            assertThatThrownBy(() -> Schedule.parse(bad)).hasMessageStartingWith("a schedule is numbers of actions");
        }
        assertThatThrownBy(() -> Exploration.replay(waiting(true), Schedule.parse("99")))
                .hasMessage("the schedule is not one of waiting: step 0 cannot be done, action=99");
    }

    @Test
    void sampling_isAFunctionOfItsSeed() {
        for (Sampling.Strategy strategy : Sampling.Strategy.values()) {
            long found = Sampling.runsUntilFound(waiting(false), strategy, 3, 10_000);
            assertThat(found).as("%s", strategy).isPositive();
            assertThat(Sampling.runsUntilFound(waiting(false), strategy, 3, 10_000))
                    .isEqualTo(found);
            assertThat(Sampling.failures(waiting(true), strategy, 3, 200)).isZero();
        }
    }
}
