package io.torosim.guest.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootSequence.BootPhase;
import io.torosim.guest.boot.BootSequence.BringUpOrder;
import io.torosim.sched.KernelConfig;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arch.pas:CalculateCpuSpeed, executed: 6,000,000 cycles by the PIT, whose ports are exits within the measurement. */
final class CalibrationTest {
    private static MachineSpec.Builder machine(long tscHz) {
        return MachineSpec.builder().ramMib(1024).tscHz(tscHz);
    }

    private static int believedMhz(MachineSpec spec) {
        return new BootRig(BootPath.QEMU_LITE, spec).run().believedMhz();
    }

    @ParameterizedTest
    @CsvSource({
        "2982, 2400", // 2.5 ms and nothing else
        "2989, 2395",
        "110, 65083", // the least that gives 16 bits
        "109, 2393",
        "0, 2393",
        "65535, 109"
    })
    void rate_isTheQuotientOfToro(long ticks, int mhz) {
        assertThat(Calibration.mhz(ticks)).isEqualTo(mhz);
    }

    @ParameterizedTest
    @CsvSource({"1000, 999", "2000, 1996", "2400, 2395", "3600, 3588", "10000, 9915"})
    void rate_isALittleLow_theMoreTheFasterTheClock(long mhz, int believed) {
        assertThat(believedMhz(machine(mhz * 1_000_000).build())).isEqualTo(believed);
    }

    @Test
    void slowerExits_makeItLower() {
        int quick = believedMhz(machine(2_400_000_000L)
                .costs(CostModel.standard().with("kvm.exit_apic", new BigDecimal(700)))
                .build());
        int slow = believedMhz(machine(2_400_000_000L)
                .costs(CostModel.standard().with("kvm.exit_apic", new BigDecimal(1500)))
                .build());
        assertThat(slow).isLessThan(quick);
        assertThat(quick).isLessThan(2400);
    }

    /** At 109.15 MHz the cycles take 65,590 ticks and some: the count has wrapped and stands at less than 110. */
    @Test
    void rateThatWrapsTheCount_isTakenFor2393() {
        assertThat(believedMhz(machine(109_150_000).build())).isEqualTo(KernelConfig.FALLBACK_MHZ);
    }

    @Test
    void slowerRates_areTakenForFarTooMuch() {
        assertThat(believedMhz(machine(100_000_000).build())).isEqualTo(1181);
        assertThat(believedMhz(machine(109_000_000).build())).isGreaterThan(40_000);
    }

    /** Ports that nobody has read as ones, of which the user-space device model is asked. */
    @Test
    void withoutAPit_noTickPasses_andThePortsAreThoseOfNobody() {
        try (Machine machine = Machine.create(machine(2_400_000_000L).build())) {
            BootSequence boot = BootSequence.start(machine, BootPath.QEMU_LITE, BringUpOrder.TORO, false);
            machine.runUntil(Duration.ofSeconds(1));
            BootSequence.Outcome outcome = boot.outcome().orElseThrow();
            assertThat(outcome.believedMhz()).isEqualTo(KernelConfig.FALLBACK_MHZ);
            assertThat(outcome.phases())
                    .filteredOn(p -> p.name().equals("CPU calibration"))
                    .allSatisfy(p -> assertThat(p.exits()).isEqualTo(Map.of(ExitCause.PIO, 12L)));
        }
    }

    @Test
    void whatIsBelieved_isWhatTheDelaysGoBy() {
        BootRig boot = new BootRig(BootPath.QEMU_LITE, machine(109_150_000).build());
        BootPhase enable = boot.phases().stream()
                .filter(p -> p.name().equals("LAPIC enable"))
                .findFirst()
                .orElseThrow();
        assertThat(enable.durationPs()).isBetween(23_930 * Picos.PER_MICRO, 23_940 * Picos.PER_MICRO);
        assertThat(enable.driver()).isEqualTo("Delay(10), really 23.93 ms, polled");
    }

    @Test
    void duration_isTheCyclesAndTwelvePortAccesses() {
        MachineSpec spec = machine(2_400_000_000L).build();
        BootPhase calibration = new BootRig(BootPath.QEMU_LITE, spec)
                .phases().stream()
                        .filter(p -> p.name().equals("CPU calibration"))
                        .findFirst()
                        .orElseThrow();
        long expected = 2_500 * Picos.PER_MICRO + 12 * spec.costs().ps("kvm.exit_apic");
        assertThat(calibration.durationPs()).isBetween(expected, expected + 25 * 417); // one reading of the counter
        assertThat(calibration.driver())
                .isEqualTo(
                        "6000000 TSC cycles at 2400 MHz, the PIT's ports; 2989 PIT ticks: the kernel believes in 2395 MHz");
    }
}
