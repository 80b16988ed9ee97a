package io.torosim.guest.disk;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.memory.GuestMemory;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.device.IdeChannel;
import io.torosim.guest.device.PicPair;
import io.torosim.guest.driver.IdeController;
import io.torosim.guest.driver.IdeDriver;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.guest.fs.FatReader;
import io.torosim.guest.fs.FatReader.ReadStatus;
import io.torosim.guest.fs.FatReader.ToroInode;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.program.StepProgram;
import io.torosim.sched.ToroKernel;
import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Files on Toro's IDE disk as threads of the core that owns it read them: {@code SysMount}, {@code SysOpenFile}, {@code SysReadFile}. An
 * {@link IdeChannel} on the machine's bus has the disk; {@link IdeDriver} and {@link FatReader} are the routines that the thread executes,
 * each access to a register at its instant, suspended while a sector is on its way. Several threads may read, and be killed, in between.
 *
 * <p>Confined to the simulation thread.
 */
public final class GuestFiles {
    private static final int SECTOR = 512;

    private final CodeCosts code;
    private final GuestMemory memory;
    private final IdeController controller;
    private final IdeChannel channel;
    private final FatReader fat;
    private final KernelHeap heap;
    private final int owner;

    /**
     * Puts a disk on the first IDE channel, and interrupt controllers on the machine if it has none.
     *
     * @param volume the partition with the FAT16 volume
     * @param owner the core whose threads read it
     * @param quirks the defects of the FAT driver that are on
     * @param heap gives blocks, the table's copy and the readers' buffers
     */
    public GuestFiles(
            ToroKernel kernel, BlockDevice volume, int owner, Set<FatQuirk> quirks, CodeCosts code, KernelHeap heap) {
        Machine machine = kernel.machine();
        this.code = code;
        this.memory = machine.memory();
        this.heap = heap;
        this.owner = owner;
        PicPair.provide(machine);
        PicPair.open(machine.bus(), IdeChannel.Place.PRIMARY.line());
        this.channel = new IdeChannel(IdeChannel.Place.PRIMARY, volume, null).plug(machine);
        this.controller =
                new IdeController(kernel, IdeChannel.Place.PRIMARY, channel, new GuestCpu(machine.vcpu(owner)));
        this.fat = new FatReader(
                memory,
                this::allocate,
                new IdeDriver(controller, 0, 0),
                quirks,
                code.ps(Routine.LIST_SEARCH, 100) / 100,
                code.ps(Routine.COPY_BYTES, SECTOR));
    }

    /** A block of the owner's memory, zeros; -1 if there is no more. */
    private long allocate(long bytes) {
        long at = heap.get(owner, bytes);
        if (at == 0) {
            return -1;
        }
        memory.fill(at, bytes, 0);
        return at;
    }

    /** Returns the sectors read so far. */
    public long sectorsRead() {
        return channel.sectorsRead();
    }

    /** Takes what went wrong, or null. */
    @FunctionalInterface
    public interface Outcome {
        /** Called when the access is over. */
        void done(@Nullable IOException failure);
    }

    /** {@code SysMount('fat', ...)}: reads the boot sector and the whole table. */
    public void mount(StepProgram program, Outcome outcome) {
        systemCall(program, fat.mount(), begun -> {}, over -> outcome.done(failure(FatReader.status(over))));
    }

    /** Opens a file and reads its first bytes; {@code null} goes to {@code content} if there is no such file. */
    public void read(StepProgram program, String path, int most, Consumer<byte @Nullable []> content, Outcome outcome) {
        systemCall(program, fat.open(), begun -> fat.openArguments(begun, path), over -> {
            ReadStatus status = FatReader.status(over);
            ToroInode inode = fat.opened(over);
            if (inode != null) {
                read(program, inode, most, content, outcome);
            } else {
                content.accept(null);
                outcome.done(status == ReadStatus.NOT_FOUND ? null : failure(status));
            }
        });
    }

    private void read(
            StepProgram program, ToroInode inode, int most, Consumer<byte @Nullable []> content, Outcome outcome) {
        int count = (int) Math.min(most, inode.size());
        long buffer = allocate(Math.max(count, 1));
        if (buffer < 0) {
            content.accept(null);
            outcome.done(failure(ReadStatus.NO_MEMORY));
            return;
        }
        controller.call(program, fat.read(), begun -> fat.readArguments(begun, inode, 0, count, buffer), over -> {
            byte[] bytes = new byte[fat.bytesRead(over)];
            memory.copyOut(buffer, bytes, 0, bytes.length);
            heap.free(owner, buffer);
            ReadStatus status = FatReader.status(over);
            content.accept(status == ReadStatus.OK ? bytes : null);
            outcome.done(failure(status));
        });
    }

    private static @Nullable IOException failure(ReadStatus status) {
        return status == ReadStatus.OK ? null : new IOException("toro: " + status.text());
    }

    private void systemCall(StepProgram program, GuestCode routine, Consumer<Frame> arguments, Consumer<Frame> after) {
        program.then(self -> {
            controller.call(program, routine, arguments, after);
            return self.compute(code.ps(Routine.SOCKET_CALL, 1));
        });
    }
}
