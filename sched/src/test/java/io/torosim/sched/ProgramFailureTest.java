package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a program throws names its thread, and a policy that changes by itself is not taken for the thread. */
final class ProgramFailureTest {
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
        programs.put(self -> self.getDevice(null), "thread mine on core 0: java.lang.NullPointerException: wanted");
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
