package io.torosim.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.time.Picos;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A timer that wakes a halted vCPU costs the emulator's threads CPU time, by its rate. */
final class EmulationWakeUpsTest {
    private static final int VECTOR = 64;

    private final HostProfile profile = HostProfile.qemu72Tcg();

    /** CPU time in microseconds a second of the vCPU's thread and of the main loop. */
    private double[] second(VcpuMode mode, int timerHz, boolean halts, boolean firmwareTimer) {
        MachineSpec spec =
                MachineSpec.builder().vcpuMode(mode).costs(profile.costs()).build();
        try (Machine machine = Machine.create(spec)) {
            QemuProcess process = new QemuProcess(machine);
            if (!firmwareTimer) {
                process.firmwareTimerStops();
            }
            machine.vcpu(0).start(v -> halts ? Activity.HALT : Picos.PER_MILLI / 4, vector -> v -> Activity.DONE);
            if (timerHz > 0) {
                tick(machine, process, Picos.PER_SECOND / timerHz);
            }
            machine.runUntil(Duration.ofSeconds(1));
            long[] before = {process.threadCpuPs(0), process.threadCpuPs(1)};
            machine.runUntil(Duration.ofSeconds(2));
            return new double[] {(process.threadCpuPs(0) - before[0]) / 1e6, (process.threadCpuPs(1) - before[1]) / 1e6
            };
        }
    }

    private static void tick(Machine machine, QemuProcess process, long everyPs) {
        machine.simulation()
                .after(
                        everyPs,
                        (op, arg) -> {
                            process.timerExpires(0);
                            machine.raiseIrq(VECTOR);
                            tick(machine, process, everyPs);
                        },
                        0,
                        0);
    }

    @ParameterizedTest
    @CsvSource({"20, 36, 72", "50, 27.75, 55.5", "100, 25, 50", "250, 15.667, 35.333", "1000, 11, 28", "2000, 11, 28"})
    void aWakeUpCostsBothThreads_lessTheSoonerItFollowsTheLast(int hz, double vcpuMicros, double mainMicros) {
        double[] cost = second(VcpuMode.TCG_MULTI, hz, true, false);
        double haltAndInterrupt = 0.5; // the guest's own: exits and the interrupt, below a microsecond
        assertThat(cost[0] / hz).isBetween(vcpuMicros, vcpuMicros + haltAndInterrupt);
        assertThat(cost[1] - 55).isCloseTo(hz * mainMicros, within(0.001 * hz * mainMicros + 0.1));
    }

    @Test
    void aTimerOfARunningVcpu_costsTheMainLoopAlone() {
        double[] cost = second(VcpuMode.TCG_MULTI, 1000, false, false);
        assertThat(cost[0]).isCloseTo(1e6, within(1.0));
        assertThat(cost[1] - 55).isCloseTo(15_000, within(20.0));
    }

    @Test
    void withoutATick_theFirmwaresTimerIsNearlyAll() {
        assertThat(second(VcpuMode.TCG_MULTI, 0, true, true)[1]).isCloseTo(55 + 18.2 * 72, within(73.0));
        assertThat(second(VcpuMode.TCG_MULTI, 0, true, false)[1]).isCloseTo(55, within(0.1));
    }

    @Test
    void underKvm_wakeUpsOfTheProcessAreNotCharged() {
        assertThat(second(VcpuMode.KVM, 1000, true, true)[1]).isCloseTo(55, within(0.1));
    }

    @ParameterizedTest
    @CsvSource({"0, 11", "1, 11", "5.5, 18", "10, 25", "30, 30.5", "50, 36", "5000, 36"})
    void price_goesAlongStraightLines(double gapMillis, double micros) {
        WakeUpPrice price = new WakeUpPrice(CostModel.standard(), "tcg.wake_vcpu");
        assertThat(price.priceAfter((long) (gapMillis * Picos.PER_MILLI)) / (double) Picos.PER_MICRO)
                .isCloseTo(micros, within(0.001));
    }
}
