package io.torosim.system.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestThread;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an idle policy keeps in static fields belongs to all runs of the process: it is refused, as what it keeps in its own is that cores would share. */
final class StaticPolicyTest {
    private static final String RULE =
            ", which can change and which all runs of the process would share: keep it in a field of the policy and"
                    + " override forCore, which returns a new one for each core (or this one, if all are to share it), policy=";

    private static void boots(IdlePolicy policy) {
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build())) {
            ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(policy))
                    .spawn(0, "poller", GuestThread::switchIdle);
            machine.runUntil(Duration.ofMillis(1));
        }
    }

    /** Of all runs of the process. */
    private static final class Process {
        static long windowPs = Picos.PER_MILLI;
    }

    private static class InItsOwn implements IdlePolicy {
        static long windowPs = Picos.PER_MILLI;

        @Override
        public String name() {
            return "static";
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

    private static final class InAnother implements IdlePolicy {
        @Override
        public String name() {
            return "another";
        }

        @Override
        public long windowPs(CostModel costs) {
            return window();
        }

        private static long window() {
            return Process.windowPs;
        }

        @Override
        public IdlePolicy forCore(int core) {
            return new InAnother();
        }
    }

    private record Named(String name, IdlePolicy other) implements IdlePolicy {
        @Override
        public long windowPs(CostModel costs) {
            return other.windowPs(costs);
        }
    }

    /** Its author says that its state is for all cores and runs. */
    private static final class Meant extends InItsOwn {
        @Override
        public IdlePolicy forCore(int core) {
            return this;
        }
    }

    private static final class Constants implements IdlePolicy {
        private static final Map<String, Long> WINDOWS = Map.of("long", Picos.PER_MILLI);
        private static final long[] TABLE = {1, 2};

        @Override
        public String name() {
            return "constants";
        }

        @Override
        public long windowPs(CostModel costs) {
            return WINDOWS.get("long") + TABLE[1];
        }
    }

    @Test
    void oneWithStateInStaticFields_isRefused_whoeverTheyAreOf() {
        String own = "idle policy looks at static field windowPs of " + InItsOwn.class.getName() + RULE;
        assertThatThrownBy(() -> boots(new InItsOwn()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(own + "static, class=" + InItsOwn.class.getName());
        assertThatThrownBy(() -> boots(new InAnother()))
                .hasMessage("idle policy looks at static field windowPs of " + Process.class.getName() + RULE
                        + "another, class=" + InAnother.class.getName());
        assertThatThrownBy(() -> boots(new Named("mine", new InItsOwn())))
                .hasMessage(own + "mine, class=" + Named.class.getName());
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build())) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            assertThatThrownBy(() -> kernel.idlePolicy(new InItsOwn())).hasMessageStartingWith(own);
        }
    }

    @Test
    void constants_andWhatItsAuthorSays_areTaken() {
        boots(new Meant());
        boots(new Constants());
        boots(new Named("ours", IdlePolicy.mwait()));
        assertThat(new Meant().windowPs(CostModel.standard())).isPositive();
    }
}
