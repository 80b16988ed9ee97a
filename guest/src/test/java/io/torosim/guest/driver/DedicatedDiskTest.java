package io.torosim.guest.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import io.torosim.guest.device.IdeChannel;
import io.torosim.guest.device.PicPair;
import io.torosim.guest.program.StepProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A disk that another core than the first owns (IdeDisk.pas: ATADedicate). */
final class DedicatedDiskTest {
    /** {@code Delay(10)} of a kernel that takes the clock for 2.4 GHz. */
    private static final long DELAY_PS = 24 * Picos.PER_MILLI;

    private final Machine machine =
            Machine.create(MachineSpec.builder().vcpus(2).build());
    private final IdeChannel channel =
            new IdeChannel(IdeChannel.Place.PRIMARY, new MemoryBlockDevice(8), null).plug(machine);
    private final long[] overPs = new long[1];

    private ToroKernel boot(ToroQuirks quirks) {
        PicPair.provide(machine);
        PicPair.open(machine.bus(), IdeChannel.Place.PRIMARY.line());
        return ToroKernel.boot(machine, KernelConfig.defaults().withQuirks(quirks));
    }

    private IdeController of(ToroKernel kernel, int owner) {
        return new IdeController(kernel, IdeChannel.Place.PRIMARY, channel, new GuestCpu(machine.vcpu(owner)));
    }

    private GuestThread reader(ToroKernel kernel, int sectors) {
        IdeController disk = of(kernel, 1);
        StepProgram program = new StepProgram() {
            @Override
            protected long idle(GuestThread self) {
                return self.suspend();
            }
        };
        disk.call(
                program,
                new IdeDriver(disk, 0, 0).readBlock(),
                f -> {
                    f.w[IdeDriver.COUNT] = sectors;
                    f.w[IdeDriver.BUFFER] = 0x10_0000;
                    f.w[IdeDriver.RESULT] = -1;
                },
                f -> {
                    assertThat(IdeDriver.moved(f)).isEqualTo(sectors);
                    overPs[0] = machine.vcpu(1).nowPs();
                });
        return kernel.spawn(1, "reader", program);
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
        reader(boot(quirks), 2);
        RunResult result = machine.runUntil(Duration.ofMillis(200));
        long waitPs = 2 * delays * DELAY_PS + 2 * machine.spec().costs().ps("ide.sector");
        assertThat(overPs[0]).isBetween(waitPs, waitPs + 300 * Picos.PER_MICRO);
        assertThat(result.usage().get(0).interrupts()).isEqualTo(2);
        assertThat(result.usage().get(1).interrupts()).isEqualTo(2);
    }

    @Test
    void inTheBuildOf2018_theInterruptGetsLost() {
        GuestThread reader = reader(boot(ToroQuirks.repaired().with(ToroQuirk.ATA_FORWARD_LOST)), 1);
        RunResult result = machine.runUntil(Duration.ofMillis(200));
        assertThat(overPs[0]).isZero();
        assertThat(result.usage().get(0).interrupts()).isEqualTo(1);
        assertThat(result.usage().get(1).interrupts()).isZero();
        assertThat(reader.state()).isEqualTo(ThreadState.SUSPENDED);
    }

    @Test
    void onlyACoreThatHasStarted_ownsIt_andOneRecordIsAllThereIs() {
        PicPair.provide(machine);
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withStartedCores(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(kernel, 1))
                .withMessage("owner must be a core that has started, 0 to 0, owner=1");
        of(kernel, 0);
        assertThatThrownBy(() -> of(kernel, 0)).hasMessage("vector 46 has a handler already, and is one device's");
    }
}
