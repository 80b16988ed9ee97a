package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user's idle policy throws, and answers that change by themselves, name the policy, the question and the core. */
final class GuardedPolicyTest {
    /** Throws where it is told to, and forgets what it has said. */
    private static class Faulty implements IdlePolicy {
        private final String where;
        private final String how;
        private int asked;

        Faulty(String where, String how) {
            this.where = where;
            this.how = how;
        }

        private boolean at(String question) {
            boolean here = where.equals(question) && ++asked > 3;
            if (here && how.equals("throws")) {
                throw new IllegalStateException("mine");
            }
            return here && asked % 2 == 0;
        }

        @Override
        public String name() {
            return "faulty";
        }

        @Override
        public IdlePolicy forCore(int core) {
            if (where.equals("forCore")) {
                throw new UnsupportedOperationException();
            }
            return new Faulty(where, how);
        }

        @Override
        public Hint hint() {
            return at("hint") ? Hint.IGNORED : Hint.WINDOW;
        }

        @Override
        public long windowPs(CostModel costs) {
            return at("windowPs") ? 1 : Picos.PER_MICRO;
        }

        @Override
        public boolean setsIdleFlag() {
            return !at("setsIdleFlag");
        }

        @Override
        public boolean haltsEmptyCore() {
            return !where.equals("haltsEmptyCore") || at("haltsEmptyCore");
        }

        @Override
        public NothingReady nothingReady() {
            return at("nothingReady") ? NothingReady.LOOK_AGAIN : NothingReady.HALT;
        }

        @Override
        public Instruction instruction() {
            return at("instruction") ? Instruction.MWAIT : Instruction.HLT;
        }
    }

    private static RunResult run(IdlePolicy policy, boolean checked) {
        Machine machine = Machine.create(
                MachineSpec.builder().vcpus(2).checkPolling(checked).build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(policy));
        GuestThread sleeper = kernel.spawn(0, "s", self -> self.suspend());
        if (!((Faulty) policy).where.equals("nothingReady")) { // it is not asked where only idle pollers are left
            kernel.spawn(0, "p", GuestProgram.loop(Step.poll(Duration.ofNanos(500)), Step.yieldIdle()));
        }
        for (int i = 1; i < 20; i++) {
            machine.simulation()
                    .at(i * 40 * Picos.PER_MICRO, (op, arg) -> machine.vcpu(0).raise(40), 0, 0);
        }
        assertThat(sleeper.exited()).isFalse();
        return machine.runUntil(Duration.ofMillis(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hint", "windowPs", "nothingReady", "haltsEmptyCore", "setsIdleFlag", "instruction"})
    void whatAnAnswerThrows_namesPolicyQuestionAndCore(String question) {
        assertThatThrownBy(() -> run(new Faulty(question, "throws"), false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("idle policy faulty, asked for " + question + " on core [01]: mine");
    }

    @Test
    void whatForCoreThrows() {
        assertThatThrownBy(() -> run(new Faulty("forCore", ""), false))
                .hasMessage("idle policy faulty, asked for its first answers on core 0:"
                        + " java.lang.UnsupportedOperationException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hint", "haltsEmptyCore"})
    void answerThatChangesByItself_isNamedInTheCheckingMode(String question) {
        assertThatThrownBy(() -> run(new Faulty(question, "changes"), true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("checkPolling: idle policy faulty has answered " + question
                        + "=\\w+ and then \\w+ on core [01], although no woke came in between");
    }

    @Test
    void answersThatStay_passTheCheck() {
        assertThat(run(new Faulty("nowhere", ""), true).traceHash())
                .isEqualTo(run(new Faulty("nowhere", ""), false).traceHash());
    }
}
