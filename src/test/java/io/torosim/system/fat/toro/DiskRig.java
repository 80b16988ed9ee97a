package io.torosim.system.fat.toro;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.device.IdeChannel;
import io.torosim.guest.device.PicPair;
import io.torosim.guest.driver.IdeController;
import io.torosim.guest.driver.IdeDriver;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.guest.fs.FatReader;
import io.torosim.guest.fs.FatReader.ReadStatus;
import io.torosim.guest.fs.FatReader.ToroInode;
import io.torosim.guest.program.StepProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A machine with a disk, a kernel, and threads that read files. */
final class DiskRig {
    private static final long COMPARE_PS = 2_000;
    private static final long COPY_PS = 150_000;
    private static final long ANSWERS = 0x10_0000;

    final Machine machine;
    final ToroKernel kernel;
    final IdeController controller;
    final IdeChannel channel;
    final FatReader fat;
    final List<String> answers = new ArrayList<>();
    /** When a thread that notes it was ready. */
    long overPs;

    private long heapTop;

    DiskRig(BlockDevice volume, Set<FatQuirk> quirks, ToroQuirks kernelQuirks) {
        this(volume, quirks, kernelQuirks, COMPARE_PS, COPY_PS);
    }

    DiskRig(BlockDevice volume, Set<FatQuirk> quirks, ToroQuirks kernelQuirks, long comparePs, long copyPs) {
        machine = Machine.create(MachineSpec.builder().ramMib(64).build());
        kernel = ToroKernel.boot(machine, KernelConfig.defaults().withQuirks(kernelQuirks));
        new PicPair().plug(machine).relocated(1, 14);
        channel = new IdeChannel(IdeChannel.Place.PRIMARY, volume, null).plug(machine);
        GuestCpu cpu = new GuestCpu(machine.vcpu(0));
        cpu.checkAccesses(true);
        controller = new IdeController(kernel, IdeChannel.Place.PRIMARY, channel, cpu);
        IdeDriver driver = new IdeDriver(controller, 0, 0);
        heapTop = 64L << 20;
        fat = new FatReader(machine.memory(), this::allocate, driver, quirks, comparePs, copyPs);
    }

    private long allocate(long bytes) {
        heapTop -= bytes + 15 & -16;
        return heapTop < 32L << 20 ? -1 : heapTop;
    }

    /** A thread's program: what it was given, in order; then it exits. */
    final class Reader extends StepProgram {
        private final int number;
        private boolean over;

        Reader(int number) {
            this.number = number;
        }

        boolean over() {
            return over;
        }

        @Override
        protected long idle(GuestThread self) {
            over = true;
            return self.exit();
        }

        void mount() {
            controller.call(this, fat.mount(), f -> {}, f -> answers.add("mount " + FatReader.status(f)));
        }

        /** Opens a file and reads from it. */
        void open(String path, long position, int count) {
            controller.call(this, fat.open(), f -> fat.openArguments(f, path), f -> {
                ReadStatus status = FatReader.status(f);
                ToroInode inode = fat.opened(f);
                answers.add("open " + path + " " + status + " " + inode);
                if (inode != null && count > 0) {
                    read(path, inode, position, count);
                }
            });
        }

        private void read(String path, ToroInode inode, long position, int count) {
            long target = ANSWERS + 0x10_0000L * number;
            machine.memory().fill(target, count, 0); // a chain that ends early leaves the buffer as it was
            controller.call(this, fat.read(), f -> fat.readArguments(f, inode, position, count, target), f -> {
                byte[] bytes = new byte[fat.bytesRead(f)];
                machine.memory().copyOut(target, bytes, 0, bytes.length);
                answers.add(answer(path, position, bytes, FatReader.status(f)));
            });
        }
    }

    static String answer(String path, long position, byte[] bytes, ReadStatus status) {
        return "read " + path + " from " + position + " " + status
                + (status == ReadStatus.OK ? " " + bytes.length + " " + java.util.Arrays.hashCode(bytes) : "");
    }

    void run(Duration time) {
        machine.runUntil(time);
    }
}
