package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.List;
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

    /** Two cores that are halted, and a requester on the first; the named instants of what it began. */
    @Test
    void theNewThread_startsThreeToFourDelaysAfterTheCall() {
        MachineSpec spec = MachineSpec.builder().vcpus(2).build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            machine.runUntil(Duration.ofMillis(1));
            long[] calledPs = {0};
            long[] startedPs = {0};
            boolean[] asked = {false};
            kernel.spawn(0, "main", self -> {
                if (asked[0]) {
                    return self.suspend();
                }
                asked[0] = true;
                calledPs[0] = self.nowPs();
                return self.beginThread(1, "remote", remote -> {
                    if (startedPs[0] == 0) {
                        startedPs[0] = remote.nowPs();
                    }
                    return remote.suspend();
                });
            });
            machine.runUntil(Duration.ofSeconds(1));
            long delayPs = 24 * Picos.PER_MILLI;
            assertThat(startedPs[0] - calledPs[0]).isBetween(3 * delayPs, 4 * delayPs + Picos.PER_MILLI);
        }
    }

    @Test
    void aBusyTarget_isSentNoInterrupt_andItsAnswerCostsIt240Millis() {
        MachineSpec spec = MachineSpec.builder().vcpus(2).build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            kernel.spawn(1, "busy", GuestProgram.loop(Step.poll(Duration.ofNanos(100)), Step.yieldCpu()));
            kernel.spawn(0, "keepsAwake", GuestProgram.loop(Step.poll(Duration.ofNanos(100)), Step.yieldCpu()));
            machine.runUntil(Duration.ofMillis(1));
            Requester requester = new Requester();
            kernel.spawn(0, "main", requester);
            machine.runUntil(Duration.ofMillis(2));
            // created within microseconds, the requester made ready at once; Delay(100) lasts 240 ms at 2.4 GHz
            assertThat(requester.began).isNotNull();
            assertThat(machine.result().usage().get(0).ipisSent()).isZero();
            assertThat(requester.began.lastTurnPs()).isZero();
            machine.runUntil(Duration.ofMillis(240));
            assertThat(requester.began.lastTurnPs()).isZero();
            machine.runUntil(Duration.ofMillis(243));
            assertThat(requester.began.lastTurnPs()).isPositive();
            assertThat(machine.result().usage().get(1).ipisSent()).isZero();
        }
    }

    @Test
    void requestsOfOneTurn_areCarriedOutLastFirst() {
        MachineSpec spec = MachineSpec.builder().vcpus(2).build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            kernel.spawn(1, "busy", GuestProgram.loop(Step.compute(Duration.ofMillis(5)), Step.yieldCpu()));
            for (String name : List.of("first", "second", "third")) {
                boolean[] asked = {false};
                kernel.spawn(0, name, self -> {
                    boolean again = asked[0];
                    asked[0] = true;
                    return again
                            ? self.suspend()
                            : self.beginThread(1, "of " + name, GuestProgram.loop(Step.suspend()));
                });
            }
            machine.runUntil(Duration.ofSeconds(3));
            // the slot takes the first as soon as it switches; the others pile up behind it, a chain with the last in
            // front
            assertThat(kernel.threads().stream().map(GuestThread::name).filter(n -> n.startsWith("of ")))
                    .containsExactly("of first", "of third", "of second");
        }
    }
}
