package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VcpuTest {
    private static final int VECTOR = 40;
    private static final Duration MILLI = Duration.ofMillis(1);

    private static MachineSpec.Builder spec() {
        return MachineSpec.builder();
    }

    /** Halts for ever, and counts how often it came back. */
    private static final class Halter implements Activity {
        private int returns = -1;

        @Override
        public long step(Vcpu vcpu) {
            returns++;
            return HALT;
        }
    }

    private static void raiseAt(Machine machine, long timePs, int vector) {
        machine.simulation()
                .at(
                        timePs,
                        Machine.DEVICE_PRIORITY,
                        (op, arg) -> machine.vcpu(0).raise(vector),
                        0,
                        0);
    }

    @Test
    void whatDoesNothingInAMode_isRefused() {
        for (VcpuMode mode : List.of(VcpuMode.TCG_SINGLE, VcpuMode.TCG_MULTI)) {
            MachineSpec.Builder polling = MachineSpec.builder().vcpuMode(mode).haltPolling(true);
            assertThatThrownBy(polling::build)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("haltPolling is KVM's: it does nothing where vcpuMode is " + mode.label());
        }
        MachineSpec.Builder sharing =
                MachineSpec.builder().vcpus(2).vcpuMode(VcpuMode.TCG_SINGLE).hostCpus(1);
        assertThatThrownBy(sharing::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("hostCpus does nothing where vcpuMode is tcg-single, which has one thread for all vCPUs,"
                        + " hostCpus=1");
        assertThat(sharing.vcpuMode(VcpuMode.TCG_MULTI).build().hostCpus()).isEqualTo(1);
    }

    @Test
    void halt_withoutInterrupt_burnsNothingButTheExit() {
        try (Machine machine = Machine.create(spec().build())) {
            machine.vcpu(0).start(new Halter(), vector -> v -> Activity.DONE);
            VcpuUsage usage = machine.runUntil(MILLI).usage().get(0);
            assertThat(usage.busyPs()).isEqualTo(machine.costs().haltExitPs());
            assertThat(usage.haltedPs()).isEqualTo(Picos.PER_MILLI - usage.busyPs());
        }
    }

    @Test
    void halt_isLeftWhenAnInterruptComes_afterTheWakeUpLatency() {
        try (Machine machine = Machine.create(spec().build())) {
            Halter halter = new Halter();
            List<Long> handled = new ArrayList<>();
            machine.vcpu(0).start(halter, vector -> v -> {
                handled.add(v.nowPs());
                return Activity.DONE;
            });
            long raisedPs = 500 * Picos.PER_MICRO;
            raiseAt(machine, raisedPs, VECTOR);
            machine.runUntil(MILLI);
            assertThat(halter.returns).isEqualTo(1);
            assertThat(handled)
                    .containsExactly(raisedPs
                            + machine.costs().wakePs()
                            + machine.costs().interruptEntryPs());
        }
    }

    @Test
    void halt_withPendingInterrupt_staysRunning() {
        try (Machine machine = Machine.create(spec().build())) {
            Halter halter = new Halter();
            machine.vcpu(0).start(halter, vector -> v -> Activity.DONE);
            raiseAt(machine, machine.costs().haltExitPs() / 2, VECTOR); // on its way into the halt
            VcpuUsage usage = machine.runUntil(MILLI).usage().get(0);
            assertThat(halter.returns).isEqualTo(1);
            assertThat(usage.interrupts()).isEqualTo(1);
        }
    }

    @Test
    void halt_withInterruptsDisabled_isNotLeft() {
        try (Machine machine = Machine.create(spec().build())) {
            Halter halter = new Halter();
            machine.vcpu(0)
                    .start(
                            v -> {
                                v.interruptsEnabled(false);
                                return halter.step(v);
                            },
                            vector -> v -> Activity.DONE);
            raiseAt(machine, 500 * Picos.PER_MICRO, VECTOR);
            machine.runUntil(MILLI);
            assertThat(halter.returns).isZero();
        }
    }

    @Test
    void interrupts_areTakenHighestVectorFirst_andNotInsideAHandler() {
        try (Machine machine = Machine.create(spec().build())) {
            List<Integer> order = new ArrayList<>();
            machine.vcpu(0).start(new Halter(), vector -> new Activity() {
                private boolean ran;

                @Override
                public long step(Vcpu v) {
                    if (ran) {
                        order.add(-vector);
                        return DONE;
                    }
                    ran = true;
                    order.add(vector);
                    return 50 * Picos.PER_MICRO;
                }
            });
            raiseAt(machine, 100 * Picos.PER_MICRO, 40);
            raiseAt(machine, 130 * Picos.PER_MICRO, 50); // while the handler of 40 runs
            raiseAt(machine, 130 * Picos.PER_MICRO, 60);
            machine.runUntil(MILLI);
            assertThat(order).containsExactly(40, -40, 60, -60, 50, -50);
        }
    }

    @Test
    void haltPolling_startsAtTenMicrosAndDoubles() {
        try (Machine machine = Machine.create(spec().haltPolling(true).build())) {
            machine.vcpu(0).start(new Halter(), vector -> v -> Activity.DONE);
            for (int i = 1; i <= 40; i++) {
                raiseAt(machine, i * 100 * Picos.PER_MICRO, VECTOR);
            }
            VcpuUsage usage = machine.runUntil(Duration.ofMillis(4)).usage().get(0);
            // gaps of 100 us are below the maximum of 200: the interval grows until it covers them
            assertThat(usage.haltPollPs()).isGreaterThan(usage.totalPs() * 3 / 4);
        }
    }

    @Test
    void haltPolling_givesUpWhenTheVcpuSleepsLong() {
        try (Machine machine = Machine.create(spec().haltPolling(true).build())) {
            machine.vcpu(0).start(new Halter(), vector -> v -> Activity.DONE);
            for (int i = 1; i <= 40; i++) {
                raiseAt(machine, i * 5 * Picos.PER_MILLI, VECTOR);
            }
            VcpuUsage usage = machine.runUntil(Duration.ofMillis(200)).usage().get(0);
            assertThat(usage.haltPollPs()).isLessThan(usage.totalPs() / 1000);
        }
    }

    @Test
    void singleThreadedEmulation_sharesOneHostCpu() {
        try (Machine machine =
                Machine.create(spec().vcpus(2).vcpuMode(VcpuMode.TCG_SINGLE).build())) {
            for (int i = 0; i < 2; i++) {
                machine.vcpu(i).start(v -> 1_000_000, vector -> v -> Activity.DONE);
            }
            RunResult result = machine.runUntil(Duration.ofSeconds(1));
            long sum = result.usage().get(0).busyPs() + result.usage().get(1).busyPs();
            assertThat(sum).isEqualTo(Picos.PER_SECOND);
            assertThat(result.usage().get(0).busyPs()).isEqualTo(Picos.PER_SECOND / 2);
        }
    }

    @Test
    void closedMachine_doesNotRun() {
        Machine machine = Machine.create(spec().build());
        machine.close();
        assertThatThrownBy(() -> machine.runUntil(MILLI)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void spec_namesTheFieldAndTheValueThatIsWrong() {
        assertThatThrownBy(() -> spec().vcpus(0).build()).hasMessage("vcpus must be in [1, 256], vcpus=0");
    }
}
