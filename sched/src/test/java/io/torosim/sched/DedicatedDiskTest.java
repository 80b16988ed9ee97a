package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A disk that another core than the first owns (IdeDisk.pas: ATADedicate). */
final class DedicatedDiskTest {
    private static final long SECTOR_PS = 500 * Picos.PER_MICRO;

    private final Machine machine =
            Machine.create(MachineSpec.builder().vcpus(2).build());
    private final long[] begunPs = new long[1];
    private final long[] overPs = new long[1];

    private ToroKernel boot(ToroQuirks quirks) {
        return ToroKernel.boot(machine, KernelConfig.defaults().withQuirks(quirks));
    }

    private GuestProgram reader(AtaDisk disk, int sectors) {
        return GuestProgram.once(
                self -> {
                    begunPs[0] = self.nowPs();
                    return disk.read(self, sectors);
                },
                self -> {
                    overPs[0] = self.nowPs();
                    return self.suspend();
                });
    }

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void aSector_takesTwoDelays() {
        assertSectorsTake(ToroQuirks.repaired().with(ToroQuirk.WAKE_HANDLER_DELAYS), 2);
    }

    @Test
    void aSector_takesOneDelay_whereTheHandlerDoesNotWait() {
        assertSectorsTake(ToroQuirks.repaired(), 1);
    }

    private void assertSectorsTake(ToroQuirks quirks, int delays) {
        ToroKernel kernel = boot(quirks);
        kernel.spawn(1, "reader", reader(new AtaDisk(kernel, SECTOR_PS, 1), 2));
        RunResult result = machine.runUntil(Duration.ofMillis(200));
        long waitPs = 2 * delays * kernel.costs().ipiDelayPs() + 2 * SECTOR_PS;
        assertThat(overPs[0] - begunPs[0]).isBetween(waitPs, waitPs + 300 * Picos.PER_MICRO);
        assertThat(result.usage().get(0).interrupts()).isEqualTo(2);
        assertThat(result.usage().get(1).interrupts()).isEqualTo(2);
    }

    @Test
    void inTheBuildOf2018_theInterruptGetsLost() {
        ToroKernel kernel = boot(ToroQuirks.repaired().with(ToroQuirk.ATA_FORWARD_LOST));
        kernel.spawn(1, "reader", reader(new AtaDisk(kernel, SECTOR_PS, 1), 1));
        RunResult result = machine.runUntil(Duration.ofMillis(200));
        assertThat(overPs[0]).isZero();
        assertThat(result.usage().get(0).interrupts()).isEqualTo(1);
        assertThat(result.usage().get(1).interrupts()).isZero();
        assertThat(kernel.threads().get(0).state()).isEqualTo(ThreadState.SUSPENDED);
    }

    @Test
    void onlyItsOwner_mayReadIt() {
        ToroKernel kernel = boot(ToroQuirks.repaired());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AtaDisk(kernel, SECTOR_PS, 2))
                .withMessage("owner must be a core that has started, 0 to 1, owner=2");
        AtaDisk disk = new AtaDisk(kernel, SECTOR_PS, 1);
        GuestThread thread = kernel.spawn(0, "reader", GuestProgram.loop(Step.suspend()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> disk.read(thread, 1))
                .withMessage("this disk must be read from core 1, coreId=0");
    }
}
