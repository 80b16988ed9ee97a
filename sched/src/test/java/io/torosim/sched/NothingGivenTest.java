package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is not there is refused where it is handed in, by its name. */
final class NothingGivenTest {
    @Test
    void nullsAreNamed() {
        assertThatThrownBy(() -> MachineSpec.builder().vcpuMode(null)).hasMessage("mode");
        assertThatThrownBy(() -> MachineSpec.builder().mwait(null)).hasMessage("mode");
        assertThatThrownBy(() -> KernelConfig.defaults().withIdlePolicy(null)).hasMessage("policy");
        assertThatThrownBy(() -> GuestProgram.loop(Step.compute(Duration.ofNanos(1)), null))
                .hasMessage("steps[1]");
    }

    /** A policy of a user's that answers nothing, one answer after the other. */
    private record Silent(String answer) implements IdlePolicy {
        @Override
        public String name() {
            return answer.equals("name") ? null : "mine";
        }

        @Override
        public long windowPs(CostModel costs) {
            return answer.equals("windowPs") ? -5 : 0;
        }

        @Override
        public Hint hint() {
            return answer.equals("hint") ? null : answer.equals("windowPs") ? Hint.LAST_IRQ : Hint.WINDOW;
        }

        @Override
        public NothingReady nothingReady() {
            return answer.equals("nothingReady") ? null : NothingReady.HALT;
        }

        @Override
        public Instruction instruction() {
            return answer.equals("instruction") ? null : Instruction.HLT;
        }

        @Override
        public IdlePolicy forCore(int core) {
            return answer.equals("forCore") && core == 1 ? null : this;
        }
    }

    private static void boot(String answer) {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(new Silent(answer)));
        kernel.spawn(1, "poller", GuestThread::switchIdle);
        machine.runUntil(Duration.ofMillis(1));
    }

    @Test
    void answersOfAPolicy_areNamedWithPolicyAndCore() {
        assertThatThrownBy(() -> boot("forCore"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("idle policy mine has returned null from forCore for core 1");
        for (String answer : new String[] {"hint", "nothingReady", "instruction"}) {
            assertThatThrownBy(() -> boot(answer))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("idle policy mine has returned null from " + answer + " for core 0");
        }
        assertThatThrownBy(() -> boot("name"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("idle policy " + Silent.class.getName() + " has returned null from name for core 0");
        assertThatThrownBy(() -> boot("windowPs"))
                .hasStackTraceContaining("the window of mine must be at least 0, windowPs=-5, core=1");
    }

    @Test
    void aHandlerThatIsNull_isNamedWithVectorAndCore() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        kernel.onInterrupt(40, () -> null);
        machine.raiseIrq(40);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the handler of vector 40 is null, made on core 0 by ");
    }

    @Test
    void aResultThatIsNoAction_isNamedWithThreadProgramAndCore() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        ToroKernel.boot(machine, KernelConfig.defaults()).spawn(0, "mine", new WrongProgram());
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("mine#1")
                .hasMessageContaining(
                        "its program returned no action: -99, in WrongProgram on core 0: a program returns");
    }

    private static final class WrongProgram implements GuestProgram {
        @Override
        public long next(GuestThread self) {
            return -99;
        }
    }

    @Test
    void aVcpuThatThereIsNot_isNamed() {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build());
        assertThatThrownBy(() -> machine.vcpu(7)).hasMessage("id must be in [0, 2), id=7");
    }
}
