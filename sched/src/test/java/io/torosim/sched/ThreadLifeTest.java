package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.GuestThread.WaitChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The life of threads on one core: Process.pas. */
final class ThreadLifeTest {
    private final Machine machine = Machine.create(MachineSpec.builder().build());
    private final List<String> log = new ArrayList<>();

    private ToroKernel boot(ToroQuirks quirks) {
        return ToroKernel.boot(
                machine, KernelConfig.defaults().withQuirks(quirks).withThreadVarWords(4));
    }

    private RunResult run(long millis) {
        return machine.runUntil(Duration.ofMillis(millis));
    }

    private Step say(String word) {
        return self -> {
            log.add(word);
            return self.compute(Picos.PER_MICRO);
        };
    }

    @Test
    void threadsTakeTurnsInTheOrderOfTheRing() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        for (String name : List.of("a", "b", "c")) {
            kernel.spawn(0, name, GuestProgram.once(say(name), Step.yieldCpu(), say(name), Step.suspend()));
        }
        run(1);
        assertThat(log).containsExactly("a", "b", "c", "a", "b", "c");
    }

    @Test
    void aCoreDoesNotHaltDuringASleep() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        kernel.spawn(0, "sleeper", GuestProgram.once(Step.sleep(Duration.ofMillis(50)), say("awake"), Step.suspend()));
        RunResult result = run(49);
        assertThat(result.usage().get(0).halts()).isZero();
        assertThat(log).isEmpty();
        run(51);
        assertThat(log).containsExactly("awake");
    }

    @Test
    void aCoreWithNothingReady_halts50NominalMicrosecondsAfterTheFirstLook() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        kernel.spawn(0, "main", GuestProgram.loop(Step.suspend()));
        RunResult result = run(10);
        assertThat(result.usage().get(0).halts()).isEqualTo(1);
        long awakePs = result.usage().get(0).busyPs() + result.usage().get(0).pollPs();
        assertThat(awakePs).isBetween(120 * Picos.PER_MICRO, 125 * Picos.PER_MICRO); // 50 us of a timer set for 2.4 GHz
    }

    @Test
    void systemExit_haltsOnceWhateverElseIsReady() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        GuestThread main = kernel.spawnMain("main", GuestProgram.once(say("main")));
        kernel.spawn(0, "other", GuestProgram.once(say("other"), Step.suspend()));
        kernel.onInterrupt(43, () -> vcpu -> io.torosim.core.machine.Activity.DONE);
        run(5);
        assertThat(log).containsExactly("main");
        assertThat(main.exited()).isFalse();
        machine.raiseIrq(43);
        run(10);
        assertThat(log).containsExactly("main", "other");
        assertThat(main.exited()).isTrue();
    }

    @Test
    void pend_waitsUntilTheSchedulerFindsTheChannelReady() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        boolean[] free = {false};
        List<GuestThread> told = new ArrayList<>();
        WaitChannel channel = new WaitChannel() {
            @Override
            public boolean ready(GuestThread waiting) {
                return free[0];
            }

            @Override
            public void waits(GuestThread waiting) {
                told.add(waiting);
            }
        };
        kernel.spawn(
                0,
                "first",
                GuestProgram.once(
                        say("first has it"),
                        Step.yieldCpu(),
                        say("first gives it back"),
                        self -> {
                            free[0] = true;
                            return self.switchThread();
                        },
                        Step.suspend()));
        GuestThread second = kernel.spawn(
                0, "second", GuestProgram.once(self -> self.pend(channel), say("second has it"), Step.suspend()));
        run(1);
        assertThat(log).containsExactly("first has it", "first gives it back", "second has it");
        assertThat(second.state()).isEqualTo(ThreadState.SUSPENDED);
        assertThat(told).containsExactly(second);
    }

    /** As Toro's disk driver: suspended from before the command on, whenever the interrupt comes. */
    @Test
    void expects_suspendsForEachPart_andAnInterruptBeforeTheSwitchIsNotLost() {
        for (long partPs : new long[] {0, 500 * Picos.PER_MICRO}) {
            try (Machine slow = Machine.create(MachineSpec.builder().build())) {
                ToroKernel kernel =
                        ToroKernel.boot(slow, KernelConfig.defaults().withQuirks(ToroQuirks.repaired()));
                SlowDevice.Read read = new SlowDevice(kernel, partPs, 0).new Read(3);
                GuestThread reader = kernel.spawn(0, "reader", self -> {
                    long action = read.next(self);
                    return action == SlowDevice.OVER ? self.exit() : action;
                });
                RunResult result = slow.runUntil(Duration.ofMillis(50));
                assertThat(reader.exited()).isTrue();
                assertThat(result.usage().get(0).interrupts()).isEqualTo(3);
            }
        }
    }

    @Test
    void threadVariables_areEachThreadsOwnAndTheFirstHasNone() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        GuestThread first = kernel.spawn(0, "a", GuestProgram.loop(Step.suspend()));
        GuestThread second = kernel.spawn(0, "b", GuestProgram.loop(Step.suspend()));
        GuestThread third = kernel.spawn(0, "c", GuestProgram.loop(Step.suspend()));
        second.threadVars()[1] = 7;
        assertThat(first.threadVars()).isNull();
        assertThat(second.threadVars()).containsExactly(0, 7, 0, 0);
        assertThat(third.threadVars()).containsExactly(0, 0, 0, 0);
    }

    @Test
    void panic_stopsItsCoreAndBurnsItsCpu() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        kernel.spawn(0, "bad", GuestProgram.once(say("oops"), GuestThread::panic));
        kernel.spawn(0, "good", GuestProgram.once(say("never")));
        RunResult result = run(100);
        assertThat(log).containsExactly("oops");
        assertThat(result.usage().get(0).busyFraction()).isEqualTo(1.0);
    }

    @Test
    void kill_isHeededOnReturnFromSwitch() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        GuestThread victim = kernel.spawn(0, "victim", GuestProgram.loop(say("v"), Step.yieldCpu()));
        kernel.spawn(
                0,
                "killer",
                GuestProgram.once(
                        self -> {
                            self.kill(victim);
                            return self.compute(1);
                        },
                        Step.suspend()));
        run(1);
        assertThat(log).containsExactly("v");
        assertThat(victim.exited()).isTrue();
    }

    @Test
    void aThreadThatIsAloneReady_isNotSwitchedTo() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        kernel.spawn(0, "only", GuestProgram.loop(Step.poll(Duration.ofNanos(100)), Step.yieldCpu()));
        kernel.spawn(0, "asleep", GuestProgram.loop(Step.suspend()));
        RunResult result = run(10);
        assertThat(result.usage().get(0).contextSwitches()).isLessThan(5); // at the start only
    }

    @Test
    void otherThreadsRunDuringASleep_andTheSleeperStaysReady() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        GuestThread sleeper =
                kernel.spawn(0, "sleeper", GuestProgram.once(Step.sleep(Duration.ofMillis(5)), Step.suspend()));
        kernel.spawn(0, "other", GuestProgram.once(say("a"), Step.yieldCpu(), say("b"), Step.suspend()));
        run(1);
        assertThat(log).containsExactly("a", "b");
        assertThat(sleeper.state()).isEqualTo(ThreadState.READY);
    }

    @Test
    void aSleeper_doesNotHeedAKill_untilItSwitches() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        GuestThread sleeper = kernel.spawn(
                0,
                "sleeper",
                GuestProgram.once(Step.sleep(Duration.ofMillis(5)), say("awake"), Step.yieldCpu(), say("never")));
        kernel.spawn(
                0,
                "killer",
                GuestProgram.once(
                        self -> {
                            self.kill(sleeper);
                            return self.compute(1);
                        },
                        Step.suspend()));
        run(4);
        assertThat(sleeper.exited()).isFalse();
        run(10);
        assertThat(log).containsExactly("awake");
        assertThat(sleeper.exited()).isTrue();
    }

    @Test
    void suspendAndResumeOfAnotherThread_setItsStateAndNothingElse() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        GuestThread other = kernel.spawn(0, "other", GuestProgram.loop(say("o"), Step.yieldCpu()));
        kernel.spawn(
                0,
                "boss",
                GuestProgram.once(
                        self -> {
                            self.suspend(other);
                            return self.compute(1);
                        },
                        Step.yieldCpu(),
                        say("meanwhile"),
                        self -> {
                            self.resume(other);
                            return self.compute(1);
                        },
                        Step.yieldCpu(),
                        Step.suspend()));
        machine.runUntil(Duration.ofNanos(4_000));
        assertThat(log).startsWith("o", "meanwhile", "o");
        assertThat(machine.vcpu(0).count(io.torosim.core.machine.Vcpu.Counter.IPIS_SENT))
                .isZero();
    }

    @Test
    void exit_goesOnWithTheSuccessor() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        kernel.spawn(0, "a", GuestProgram.once(say("a"), Step.yieldCpu(), say("a2"), Step.suspend()));
        kernel.spawn(0, "b", GuestProgram.once(say("b"), GuestThread::exit));
        kernel.spawn(0, "c", GuestProgram.once(say("c"), Step.suspend()));
        run(1);
        assertThat(log).containsExactly("a", "b", "c", "a2");
    }

    /** As the initialisation of a unit: an interrupt that comes meanwhile waits. */
    @Test
    void whatComesBeforeTheThreads_isOverBeforeTheFirst_withInterruptsDisabled() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        int[] steps = {0};
        kernel.beforeThreads(0, vcpu -> {
            log.add("before " + machine.simulation().nowPs());
            return ++steps[0] == 3 ? Activity.DONE : Picos.PER_MICRO;
        });
        kernel.onInterruptByCore(43, core -> vcpu -> {
            log.add("interrupt on " + core);
            return Activity.DONE;
        });
        kernel.spawn(0, "a", GuestProgram.once(say("a"), Step.suspend()));
        machine.simulation().at(Picos.PER_MICRO / 2, Machine.DEVICE_PRIORITY, (op, arg) -> machine.raiseIrq(43), 0, 0);
        run(1);
        assertThat(log)
                .startsWith("before 0", "before 1000000", "before 2000000")
                .hasSize(5)
                .endsWith("a");
        assertThat(log.get(3)).isEqualTo("interrupt on 0");
        assertThatThrownBy(() -> kernel.beforeThreads(0, vcpu -> Activity.DONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("core 0 has begun, nowPs=1000000000");
    }

    @Test
    void whatComesBeforeTheThreads_isOneForACoreThatThereIs_andTakesTime() {
        ToroKernel kernel = boot(ToroQuirks.faithful());
        assertThatThrownBy(() -> kernel.beforeThreads(1, vcpu -> Activity.DONE))
                .hasMessage("coreId must be in [0, 1), coreId=1");
        kernel.beforeThreads(0, vcpu -> Activity.HALT);
        assertThatThrownBy(() -> kernel.beforeThreads(0, vcpu -> Activity.DONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("core 0 has begun, or begins with other code");
        assertThatThrownBy(() -> run(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("core 0: what comes before its threads ended with -1");
    }
}
