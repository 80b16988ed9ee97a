package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Creating a thread on another core through the mailbox matrix (Process.pas: AddThreadMsg, Emigrating, Inmigrating). */
final class RemoteCreateTest {
    private static final class Requester implements GuestProgram {
        private int state;
        private GuestThread began;
        private long returnedPs;

        @Override
        public long next(GuestThread self) {
            switch (state++) {
                case 0:
                    return self.beginThread(1, "remote", GuestProgram.loop(Step.suspend()));
                case 1:
                    began = self.began();
                    returnedPs = self.nowPs();
                    return self.suspend();
                default:
                    return self.suspend();
            }
        }
    }

    @Test
    void beginThreadOnAnIdleCore_costsTheCallerTwoToFiveDelays() {
        MachineSpec spec = MachineSpec.builder().vcpus(2).build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            machine.runUntil(Duration.ofMillis(1));
            Requester requester = new Requester();
            kernel.spawn(0, "main", requester);
            machine.runUntil(Duration.ofSeconds(1));

            assertThat(requester.began).isNotNull();
            assertThat(requester.began.coreId()).isEqualTo(1);
            // Delay(10) lasts 24 ms at 2.4 GHz; one more for the interrupt that announced the requester itself
            long delayPs = 24 * Picos.PER_MILLI;
            assertThat(requester.returnedPs).isBetween(2 * delayPs, 6 * delayPs + 2 * Picos.PER_MILLI);
        }
    }

    @Test
    void beginThreadOnACoreThatIsNotThere_givesNothing() {
        MachineSpec spec = MachineSpec.builder().vcpus(2).build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withStartedCores(1));
            Requester requester = new Requester();
            kernel.spawn(0, "main", requester);
            machine.runUntil(Duration.ofMillis(1));
            assertThat(requester.began).isNull();
            assertThat(requester.returnedPs).isPositive();
        }
    }

    @Test
    void beginThreadHere_isDoneAtOnce() {
        MachineSpec spec = MachineSpec.builder().vcpus(1).build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            GuestThread[] began = new GuestThread[1];
            kernel.spawn(0, "main", new GuestProgram() {
                private boolean asked;

                @Override
                public long next(GuestThread self) {
                    began[0] = self.began();
                    boolean first = !asked;
                    asked = true;
                    return first ? self.beginThread(-1, "child", GuestProgram.once(Step.yieldCpu())) : self.exit();
                }
            });
            machine.runUntil(Duration.ofMillis(1));
            assertThat(began[0].name()).isEqualTo("child");
            assertThat(began[0].exited()).isTrue();
            assertThat(kernel.isIdle(0)).isTrue();
        }
    }
}
