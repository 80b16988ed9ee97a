package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** An action that would be over after simulated time is refused with thread and value; one that outlasts the run is not. */
final class EndlessActionTest {
    private final Machine machine = Machine.create(MachineSpec.builder().build());
    private final ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());

    private void runs(ToLongFunction<GuestThread> action) {
        GuestProgram worker = GuestProgram.once(Step.compute(Duration.ofNanos(5)), action::applyAsLong);
        kernel.spawn(0, "worker", worker);
        machine.runUntil(Duration.ofMillis(1));
    }

    @Test
    void aThreadIsNamed() {
        List<ToLongFunction<GuestThread>> actions = List.of(
                self -> self.compute(Long.MAX_VALUE), self -> self.poll(Long.MAX_VALUE), self -> Long.MAX_VALUE);
        for (ToLongFunction<GuestThread> action : actions) {
            EndlessActionTest one = new EndlessActionTest();
            assertThatThrownBy(() -> one.runs(action))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("vCPU 0: a step takes 9223372036854775807 ps")
                    .hasMessageContaining("in worker;")
                    .hasMessageContaining(Picos.END_OF_TIME);
        }
    }

    @Test
    void aSleep() {
        assertThatThrownBy(() -> runs(self -> self.sleep(Long.MAX_VALUE)))
                .hasMessageContaining(Picos.END_OF_TIME)
                .hasMessageContaining("a sleep of ps=9223372036854775807, thread=worker");
    }

    @Test
    void whatIsNegative_isNamedWithItsThread() {
        List<ToLongFunction<GuestThread>> actions = List.of(
                self -> self.compute(-3),
                self -> self.poll(-3),
                self -> self.sleep(-3),
                self -> self.switchIdleUntil(-3));
        for (ToLongFunction<GuestThread> action : actions) {
            EndlessActionTest one = new EndlessActionTest();
            assertThatThrownBy(() -> one.runs(action)).hasMessageContaining("=-3, thread=worker");
        }
    }

    @Test
    void longerThanTheRun_isLegal() {
        kernel.spawn(0, "sleeper", GuestProgram.once(Step.sleep(Duration.ofDays(90))));
        runs(self -> self.compute(90L * 86_400 * Picos.PER_SECOND));
        assertThat(machine.simulation().nowPs()).isEqualTo(Picos.PER_MILLI);
    }

    /** A window that never ends is a policy: the core polls for ever. */
    @Test
    void aWindowWithoutEnd_isLegal() {
        for (IdlePolicy.Hint hint : new IdlePolicy.Hint[] {IdlePolicy.Hint.WINDOW, IdlePolicy.Hint.LAST_IRQ}) {
            Machine polls = Machine.create(MachineSpec.builder().build());
            ToroKernel.boot(polls, KernelConfig.defaults().withIdlePolicy(new Endless(hint)))
                    .spawn(0, "poller", GuestThread::switchIdle);
            polls.runUntil(Duration.ofMillis(1));
            assertThat(polls.result().usage().get(0).pollPs()
                            + polls.result().usage().get(0).busyPs())
                    .isEqualTo(Picos.PER_MILLI);
        }
    }

    private record Endless(Hint hint) implements IdlePolicy {
        @Override
        public String name() {
            return "endless";
        }

        @Override
        public long windowPs(CostModel costs) {
            return Long.MAX_VALUE;
        }

        @Override
        public NothingReady nothingReady() {
            return NothingReady.HALT;
        }

        @Override
        public Instruction instruction() {
            return Instruction.HLT;
        }

        @Override
        public IdlePolicy forCore(int core) {
            return this;
        }
    }
}
