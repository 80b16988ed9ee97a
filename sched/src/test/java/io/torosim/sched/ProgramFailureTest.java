package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.Steps;
import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestThread.WaitChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a program throws names its thread, and a policy that changes by itself is not taken for the thread. */
final class ProgramFailureTest {
    private static final String NOTHING = " does nothing unless the program returns what it has given, at once, in ";

    private static void runs(GuestProgram program, boolean check, IdlePolicy policy) {
        MachineSpec spec = MachineSpec.builder().vcpus(1).checkPolling(check).build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(policy));
            kernel.spawn(0, "mine", program);
            machine.runUntil(Duration.ofMillis(10));
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what a user may do
    void theThreadIsNamed_andTheCauseKept() {
        Map<GuestProgram, String> programs = new LinkedHashMap<>();
        programs.put(
                self -> {
                    throw new UnsupportedOperationException("boom");
                },
                "thread mine on core 0: java.lang.UnsupportedOperationException: boom");
        programs.put(
                self -> {
                    throw new AssertionError("never");
                },
                "thread mine on core 0: java.lang.AssertionError: never");
        programs.put(
                self -> {
                    throw new IllegalArgumentException("no such page, page=7");
                },
                "thread mine on core 0: no such page, page=7");
        programs.put(self -> self.compute(-5), "ps must be at least 0, ps=-5, thread=mine");
        programs.put(
                self -> self.beginThread(0, "x", null),
                "thread mine on core 0: java.lang.NullPointerException: threadProgram");
        programs.put(
                self -> self.beginThread(0, null, GuestThread::exit),
                "thread mine on core 0: java.lang.NullPointerException: threadName");
        programs.put(
                self -> {
                    self.resume(null);
                    return self.exit();
                },
                "thread mine on core 0: java.lang.NullPointerException: thread");
        programs.put(self -> self.pend(null), "thread mine on core 0: java.lang.NullPointerException: channel");
        programs.forEach((program, message) -> assertThatThrownBy(() -> runs(program, false, IdlePolicy.pollThenHalt()))
                .hasMessage(message));
        assertThatThrownBy(() -> runs(
                        self -> {
                            throw new UnsupportedOperationException("boom");
                        },
                        false,
                        IdlePolicy.pollThenHalt()))
                .hasCauseInstanceOf(UnsupportedOperationException.class);
    }

    /** Free at any time. */
    private record Printer() implements WaitChannel {
        @Override
        public boolean ready(GuestThread waiting) {
            return true;
        }

        @Override
        public void waits(GuestThread waiting) {}

        @Override
        public String toString() {
            return "printer";
        }
    }

    /** Such a call was forgotten in silence, or left a thread in the middle of another's. */
    @Test
    void aCallWhoseNumberIsNotReturned_isRefusedWithTheThreadAndTheCall() {
        WaitChannel device = new Printer();
        Map<GuestProgram, String> programs = new LinkedHashMap<>();
        programs.put(
                self -> {
                    self.beginThread(0, "child", GuestThread::exit);
                    return self.switchThread();
                },
                "beginThread" + NOTHING);
        programs.put(
                self -> {
                    self.sleep(Picos.PER_MILLI);
                    return self.compute(5);
                },
                "sleep" + NOTHING);
        programs.put(
                self -> {
                    self.pend(device);
                    return self.exit();
                },
                "pend" + NOTHING);
        programs.put(
                self -> {
                    self.await(device);
                    return self.suspend();
                },
                "wait for printer" + NOTHING);
        programs.put(
                self -> {
                    self.beginThread(0, "child", GuestThread::exit);
                    return self.sleep(1);
                },
                "sleep called where the program has not returned what beginThread has given, in program");
        programs.put(
                GuestProgram.loop(self -> self.compute(1), self -> {
                    self.beginThread(0, "child", GuestThread::exit);
                    return self.compute(1);
                }),
                "beginThread" + NOTHING);
        programs.forEach((program, message) -> assertThatThrownBy(() -> runs(program, false, IdlePolicy.pollThenHalt()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("thread mine on core 0: " + message));
    }

    @Test
    void aRoutinesCallThatIsNotReturned_isRefused() {
        GuestProgram.ThreadProgram program = new GuestProgram.ThreadProgram();
        program.executes(Steps.of("forgets", 0)
                .step("begin", (cpu, frame) -> {
                    program.self().beginThread(0, "child", GuestThread::exit);
                    return 1;
                })
                .step("work", (cpu, frame) -> 1)
                .build());
        assertThatThrownBy(() -> runs(program, false, IdlePolicy.pollThenHalt()))
                .hasMessageStartingWith("thread mine on core 0: beginThread" + NOTHING);
    }

    @Test
    void anActionOfAnotherThread_isRefused() {
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build())) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            GuestThread asleep = kernel.spawn(0, "asleep", GuestProgram.loop(Step.suspend()));
            assertThatThrownBy(() -> asleep.sleep(1))
                    .hasMessage(
                            "thread asleep on core 0: sleep is an action of the thread's own program, called by no thread");
            kernel.spawn(0, "mine", self -> asleep.sleep(Picos.PER_MILLI));
            assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "thread asleep on core 0: sleep is an action of the thread's own program, called by thread mine on core 0");
        }
    }

    /** A number of a call that is over, kept and returned again. */
    @Test
    void anOldNumber_isNoAction() {
        long[] kept = new long[1];
        GuestProgram again = self -> {
            if (kept[0] == 0) {
                kept[0] = self.sleep(1);
            }
            return kept[0];
        };
        assertThatThrownBy(() -> runs(again, false, IdlePolicy.pollThenHalt()))
                .hasMessageContaining("its program returned no action: ");
    }

    /** The window of each call is another. */
    private static final class Impure implements IdlePolicy {
        private int calls;

        @Override
        public String name() {
            return "impure";
        }

        @Override
        public Hint hint() {
            return Hint.LAST_IRQ;
        }

        @Override
        public long windowPs(CostModel costs) {
            return (++calls % 5 + 1) * 300 * Picos.PER_MILLI;
        }

        @Override
        public IdlePolicy forCore(int core) {
            return new Impure();
        }
    }

    @Test
    void anImpurePolicy_isNamedByTheCheckingMode() {
        GuestProgram poller = GuestProgram.loop(Step.poll(Duration.ofNanos(500)), Step.yieldIdle());
        assertThatThrownBy(() -> runs(poller, true, new Impure()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("checkPolling: idle policy impure has answered windowPs=600000000000 and then 900000000000"
                        + " on core 0, with hint LAST_IRQ, although no woke came in between");
        GuestProgram again = GuestProgram.loop(Step.poll(Duration.ofNanos(500)), Step.yieldIdle());
        runs(again, true, IdlePolicy.lastIrq2020());
    }
}
