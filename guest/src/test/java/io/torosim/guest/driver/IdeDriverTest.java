package io.torosim.guest.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.guest.device.IdeChannel;
import io.torosim.guest.device.PicPair;
import io.torosim.guest.program.StepProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The IDE driver alone: writing, errors, detection. */
final class IdeDriverTest {
    private static final long BUFFER = 0x10_0000;

    private final byte[] content = new byte[200 * 512];

    /** A machine on which one thread has moved sectors, and how many, with how many interrupts. */
    private record Transfer(Machine machine, long moved, long interrupts) {}

    /** Does what it is given, and exits. */
    private static final class Once extends StepProgram {
        @Override
        protected long idle(GuestThread self) {
            return self.exit();
        }
    }

    private static Transfer transfer(MemoryBlockDevice disk, boolean write, long block, int count, byte[] bytes) {
        Machine machine = Machine.create(MachineSpec.builder().ramMib(64).build());
        machine.memory().copyIn(BUFFER, bytes, 0, bytes.length);
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withQuirks(ToroQuirks.repaired()));
        new PicPair().plug(machine).relocated(1, 14);
        IdeChannel channel = new IdeChannel(IdeChannel.Place.PRIMARY, disk, null).plug(machine);
        IdeController controller =
                new IdeController(kernel, IdeChannel.Place.PRIMARY, channel, new GuestCpu(machine.vcpu(0)));
        IdeDriver driver = new IdeDriver(controller, 0, 0);
        long[] moved = {-1};
        Once program = new Once();
        controller.call(
                program,
                write ? driver.writeBlock() : driver.readBlock(),
                f -> {
                    f.w[IdeDriver.BLOCK] = block;
                    f.w[IdeDriver.COUNT] = count;
                    f.w[IdeDriver.BUFFER] = BUFFER;
                    f.w[IdeDriver.RESULT] = -1;
                },
                f -> moved[0] = IdeDriver.moved(f));
        GuestThread thread = kernel.spawn(0, "thread", program);
        RunResult result = machine.runUntil(Duration.ofSeconds(1));
        assertThat(thread.exited()).isTrue();
        assertThat(controller.busy()).isFalse();
        return new Transfer(machine, moved[0], result.usage().get(0).interrupts());
    }

    @Test
    void write_putsSectorsOnTheDisk_readBringsThemBack() {
        new Random(5).nextBytes(content);
        MemoryBlockDevice disk = MemoryBlockDevice.of(content);
        byte[] bytes = new byte[3 * 512];
        new Random(6).nextBytes(bytes);
        Transfer written = transfer(disk, true, 17, 3, bytes);
        assertThat(written.moved()).isEqualTo(3);
        assertThat(Arrays.copyOfRange(disk.toByteArray(), 17 * 512, 20 * 512)).isEqualTo(bytes);
        assertThat(written.machine().vcpu(0).exits(ExitCause.PIO))
                .as("six, then data and status")
                .isEqualTo(6 + 3 * 2);
        assertThat(written.machine().vcpu(0).exits(ExitCause.PIC)).isEqualTo(6);
        Transfer read = transfer(disk, false, 16, 5, new byte[5 * 512]);
        byte[] back = new byte[5 * 512];
        read.machine().memory().copyOut(BUFFER, back, 0, back.length);
        assertThat(back).isEqualTo(Arrays.copyOfRange(disk.toByteArray(), 16 * 512, 21 * 512));
        assertThat(read.interrupts()).as("one to a sector").isEqualTo(5);
        assertThat(read.machine().vcpu(0).exits(ExitCause.PIO))
                .as("six, then two of status and the data")
                .isEqualTo(6 + 5 * 3);
    }

    @Test
    void beyondTheEnd_givesWhatThereIs_andFreesTheDevice() {
        MemoryBlockDevice disk = MemoryBlockDevice.of(content);
        assertThat(transfer(disk, false, 198, 5, new byte[5 * 512]).moved()).isEqualTo(2);
        assertThat(transfer(disk, true, 500, 1, new byte[512]).moved()).isZero();
    }

    @Test
    void detection_findsDrivesAndPartitions() {
        int entry = 446 + 16;
        content[entry + 4] = 6;
        content[entry + 8] = 63;
        content[entry + 12] = 100;
        content[510] = 0x55;
        content[511] = (byte) 0xaa;
        Machine machine = Machine.create(MachineSpec.builder().build());
        new IdeChannel(IdeChannel.Place.PRIMARY, new MemoryBlockDevice(1000), MemoryBlockDevice.of(content))
                .plug(machine);
        IdeDetection detection = new IdeDetection(IdeChannel.Place.PRIMARY, BUFFER);
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), detection.detect());
        run.begin();
        for (long ps = run.next(); ps != StepResult.DONE; ps = run.next()) {
            machine.simulation().runUntil(machine.simulation().nowPs() + ps);
        }
        int[] types = new int[IdeDetection.MINORS];
        for (int i = 0; i < types.length; i++) {
            types[i] = detection.type(i);
        }
        assertThat(types).containsExactly(0xff, 0, 0, 0, 0, 0xff, 0, 6, 0, 0);
        assertThat(detection.sectors(0)).isEqualTo(1000);
        assertThat(detection.sectors(5)).isEqualTo(200);
        assertThat(detection.firstSector(7)).isEqualTo(63);
        assertThat(detection.sectors(7)).isEqualTo(100);
    }

    @Test
    void detection_withoutDrives_asksOnce() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        IdeDetection detection = new IdeDetection(IdeChannel.Place.SECONDARY, BUFFER);
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), detection.detect());
        run.begin();
        while (run.next() != StepResult.DONE) {
            assertThat(machine.vcpu(0).exits(ExitCause.PIO)).isEqualTo(1); // no channel: FFh
        }
        assertThat(detection.type(0)).isZero();
    }
}
