package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A policy that can hold state is no core's that has not made it, as a program is no other thread's. */
final class SharedPolicyTest {
    private static void boots(IdlePolicy policy) {
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build())) {
            ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(policy))
                    .spawn(0, "poller", GuestThread::switchIdle);
            machine.runUntil(Duration.ofMillis(1));
        }
    }

    /** A window that can change. */
    private static class Stateful implements IdlePolicy {
        private long windowPs = Picos.PER_MILLI;

        @Override
        public String name() {
            return "stateful";
        }

        @Override
        public long windowPs(CostModel costs) {
            return windowPs;
        }

        @Override
        public void woke(long haltedPs) {
            windowPs = windowPs / 2 + 1;
        }
    }

    /** Its author says that its state is for all cores. */
    private static final class Meant extends Stateful {
        @Override
        public IdlePolicy forCore(int core) {
            return this;
        }
    }

    /** Another's rule by another name. */
    private record Named(String name, IdlePolicy other) implements IdlePolicy {
        @Override
        public long windowPs(CostModel costs) {
            return other.windowPs(costs);
        }
    }

    /** Values only. */
    private static final class Plain implements IdlePolicy {
        private final Duration window = Duration.ofMillis(3);
        private final String name;
        private final CostModel costs = CostModel.standard();

        Plain(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long windowPs(CostModel other) {
            return Picos.of(window) + 0 * costs.ps("toro.poll_window");
        }
    }

    @Test
    void oneWithStateThatMakesNoneForEachCore_isRefused() {
        String rule =
                " can hold state, which cores and runs would share: override forCore, which returns a new one for each core (or this one,"
                        + " if all are to share it), policy=";
        assertThatThrownBy(() -> boots(new Stateful()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("idle policy" + rule + "stateful, class=" + Stateful.class.getName());
        assertThatThrownBy(() -> boots(new Named("mine", new Stateful())))
                .hasMessage("idle policy" + rule + "mine, class=" + Named.class.getName());
        assertThatThrownBy(() -> boots(new Named("mine", new Meant()))).hasMessageContaining(rule);
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build())) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            assertThatThrownBy(() -> kernel.idlePolicy(new Stateful())).hasMessageContaining(rule);
        }
    }

    @Test
    void valuesAndWhatItsAuthorSays_areTaken() {
        List<IdlePolicy> taken = List.of(
                new Meant(),
                new Plain("plain"),
                new Named("mine", new Plain("plain")),
                new Named("ours", IdlePolicy.mwait()));
        for (IdlePolicy policy : taken) {
            boots(policy);
            boots(policy);
        }
        for (IdlePolicy policy : IdlePolicy.all()) {
            assertThat(policy.forCore(1)).isSameAs(policy);
        }
    }
}
