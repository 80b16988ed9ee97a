package io.torosim.guest.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A kernel that takes the clock for something else than it is: what follows from the belief, and what from the clock. */
final class BelievedRateTest {
    private static final long TEN_MILLIS = 10 * Picos.PER_MILLI;

    private static MachineSpec machine(long mhz) {
        return MachineSpec.builder().tscHz(mhz * 1_000_000).build();
    }

    private static KernelConfig believing(int mhz) {
        return KernelConfig.defaults().withBelievedMhz(mhz);
    }

    /** When a core whose only thread polls is halted, in milliseconds. */
    private static double haltsAfterMillis(long mhz, KernelConfig config) {
        try (Machine machine = Machine.create(machine(mhz))) {
            ToroKernel kernel = ToroKernel.boot(machine, config);
            kernel.spawn(0, "poller", GuestProgram.loop(Step.poll(Duration.ofNanos(100)), Step.yieldIdle()));
            int tenths = 0;
            while (!kernel.isIdle(0)) {
                machine.runUntil(Duration.ofNanos(100_000L * ++tenths));
            }
            return tenths / 10.0;
        }
    }

    @Test
    void delay_goesByTheBelief_whateverTheClockIs() {
        assertThat(KernelConfig.delayPs(TEN_MILLIS, machine(3_600), 2393)).isEqualTo(23_930 * Picos.PER_MICRO);
        assertThat(KernelConfig.delayPs(TEN_MILLIS, machine(2_400), 2393)).isEqualTo(23_930 * Picos.PER_MICRO);
        assertThat(KernelConfig.delayPs(TEN_MILLIS, machine(3_600), 3600))
                .isEqualTo(KernelConfig.delayPs(TEN_MILLIS, machine(3_600)))
                .isEqualTo(36_000 * Picos.PER_MICRO);
    }

    @ParameterizedTest
    @CsvSource({"2400, 0, 200", "3600, 0, 200", "3600, 3600, 200", "3600, 2393, 132.9", "2000, 2393, 239.3"})
    void pollWindow_isCyclesOfTheBeliefByTheClock(long mhz, int believed, double millis) {
        assertThat(haltsAfterMillis(mhz, believing(believed))).isBetween(millis, millis + 0.3);
    }

    @ParameterizedTest
    @CsvSource({"2400, 0, 10000", "3600, 2393, 6647", "2000, 2393, 11965"})
    void waitByTheCounter_isCyclesOfTheBeliefByTheClock(long mhz, int believed, long micros) {
        try (Machine machine = Machine.create(machine(mhz))) {
            long ps = ToroKernel.boot(machine, believing(believed)).tscWaitPs(TEN_MILLIS);
            assertThat(ps / Picos.PER_MICRO).isEqualTo(micros);
        }
    }

    @Test
    void beginOnAHaltedCore_takesDelaysOfTheBelief() {
        long right = wakeUpPs(0);
        long wrong = wakeUpPs(2393);
        long delays = right / (36 * Picos.PER_MILLI);
        assertThat(delays).isPositive();
        assertThat(right - delays * 36_000 * Picos.PER_MICRO).isLessThan(100 * Picos.PER_MICRO);
        assertThat(wrong - delays * 23_930 * Picos.PER_MICRO).isBetween(0L, 100 * Picos.PER_MICRO);
    }

    /** From the call on core 0 to the first step of the thread that it begins on core 1, which is halted. */
    private static long wakeUpPs(int believed) {
        MachineSpec spec = MachineSpec.builder().vcpus(2).tscHz(3_600_000_000L).build();
        try (Machine machine = Machine.create(spec)) {
            long[] ranAtPs = {-1};
            Step note = self -> {
                ranAtPs[0] = self.nowPs();
                return self.suspend();
            };
            GuestProgram other = GuestProgram.once(note);
            ToroKernel kernel = ToroKernel.boot(machine, believing(believed));
            Step begin = (GuestThread self) -> self.beginThread(1, "other", other);
            kernel.spawn(0, "main", GuestProgram.once(begin, Step.yieldCpu(), Step.suspend()));
            machine.runUntil(Duration.ofSeconds(1));
            return ranAtPs[0];
        }
    }

    @Test
    void calibratedRight_isTheSameAsBelievingInTheWholeMegahertz() {
        assertThat(KernelConfig.defaults().localCpuSpeed(2_399_999_999L)).isEqualTo(2399);
        assertThat(believing(2393).localCpuSpeed(3_600_000_000L)).isEqualTo(2393);
        assertThat(haltsAfterMillis(2_400, believing(2400))).isEqualTo(haltsAfterMillis(2_400, believing(0)));
    }

    @Test
    void belief_outsideSixteenBits_isRefused() {
        for (int mhz : new int[] {-1, 65_536}) {
            assertThatThrownBy(() -> believing(mhz))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("believedMhz must be in [0, 65535], believedMhz=" + mhz);
        }
    }
}
