package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thread that another core resumes every few milliseconds, all repaired or all but one defect. */
final class ResumeRateTest {
    /** Returns in how many of its turns the thread found something new. */
    private static int taken(ToroQuirks quirks, long gapPs) {
        MachineSpec spec = MachineSpec.builder().vcpus(2).build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withQuirks(quirks));
            int[] sent = {0};
            int[] seen = {0};
            int[] turns = {0};
            GuestThread waiter = kernel.spawn(1, "waiter", self -> {
                turns[0] += sent[0] > seen[0] ? 1 : 0;
                self.vcpu().changed();
                seen[0] = sent[0];
                return self.suspend();
            });
            kernel.spawn(0, "main", self -> {
                if (self.nowPs() > 5 * Picos.PER_MILLI) { // the other core is halted
                    sent[0]++;
                    self.resume(waiter);
                }
                return self.compute(gapPs);
            });
            machine.runUntil(Duration.ofMillis(2_000));
            return turns[0];
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 23})
    void repaired_everyResumeIsSeen_withTheHandlersDelayAlone_none(int gapMillis) {
        long gapPs = gapMillis * Picos.PER_MILLI;
        int resumes = (int) (1_995 * Picos.PER_MILLI / gapPs);
        assertThat(taken(ToroQuirks.repaired(), gapPs)).isBetween(resumes - 2, resumes + 1);
        assertThat(taken(ToroQuirks.repaired().with(ToroQuirk.WAKE_HANDLER_DELAYS), gapPs))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 100})
    void slowerThanTheDelay_everyResumeIsSeen_evenSo(int gapMillis) {
        long gapPs = gapMillis * Picos.PER_MILLI;
        int resumes = (int) (1_995 * Picos.PER_MILLI / gapPs);
        assertThat(taken(ToroQuirks.repaired().with(ToroQuirk.WAKE_HANDLER_DELAYS), gapPs))
                .isBetween(resumes - 2, resumes + 1);
    }
}
