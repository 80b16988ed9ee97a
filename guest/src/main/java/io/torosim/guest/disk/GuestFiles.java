package io.torosim.guest.disk;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.machine.Machine;
import io.torosim.fat.toro.DiskCosts;
import io.torosim.fat.toro.DiskRequest;
import io.torosim.fat.toro.DiskWork;
import io.torosim.fat.toro.FatQuirk;
import io.torosim.fat.toro.IdePioDisk;
import io.torosim.fat.toro.ToroFat;
import io.torosim.fat.toro.ToroInode;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.code.Routine;
import io.torosim.guest.program.StepProgram;
import io.torosim.sched.AtaDisk;
import io.torosim.sched.ToroKernel;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Files on Toro's IDE disk as threads of the core that owns it read them: {@code SysMount}, {@code SysOpenFile}, {@code SysReadFile}. What
 * the driver does is {@link ToroFat}; the time is the thread's: linear searches and copies are computing, each sector is a
 * command, a suspension, an interrupt and a transfer on the simulated machine, during which other threads run.
 *
 * <p>The disk must not change while the guest runs, as QEMU demands of its virtual FAT disk: the bytes of an access are taken
 * when it begins. Confined to the simulation thread.
 */
public final class GuestFiles {
    private static final int SECTOR = 512;

    private final BlockDevice volume;
    private final Set<FatQuirk> quirks;
    private final CodeCosts code;
    private final AtaDisk ata;
    private final DiskCosts costs;
    private final List<Access> accesses = new ArrayList<>();
    private DiskWork work;
    private ToroFat fat;
    private long chargedPs;
    private long sectorsRead;

    /** Computing, then sectors of the disk. */
    private record Access(long computePs, int sectors) {}

    /**
     * Puts a disk on the first IDE channel.
     *
     * @param volume the partition with the FAT16 volume
     * @param owner the core whose threads read it
     * @param quirks the defects of the FAT driver that are on
     */
    public GuestFiles(ToroKernel kernel, BlockDevice volume, int owner, Set<FatQuirk> quirks, CodeCosts code) {
        Machine machine = kernel.machine();
        this.volume = volume;
        this.quirks = quirks;
        this.code = code;
        this.ata = new AtaDisk(kernel, machine.spec().costs().ps("ide.sector"), owner);
        long comparePs = code.ps(Routine.LIST_SEARCH, 100) / 100;
        // the accesses to ports are charged by the kernel's own disk routine
        this.costs = new DiskCosts(0, 0, 0, 0, 0, 0, 0, 0, comparePs, code.ps(Routine.COPY_BYTES, SECTOR));
    }

    /** Returns the sectors read so far. */
    public long sectorsRead() {
        return sectorsRead;
    }

    /** Takes what went wrong, or null. */
    @FunctionalInterface
    public interface Outcome {
        /** Called when the access is over. */
        void done(IOException failure);
    }

    /** {@code SysMount('fat', ...)}: reads the boot sector and the whole table. */
    public void mount(StepProgram program, Outcome outcome) {
        perform(
                program,
                () -> {
                    work = new DiskWork();
                    fat = new ToroFat(new IdePioDisk(volume, costs, false), this::record, costs, quirks, work);
                },
                outcome);
    }

    /** Opens a file and reads its first bytes; {@code null} goes to {@code content} if there is no such file. */
    public void read(StepProgram program, String path, int most, Consumer<byte[]> content, Outcome outcome) {
        byte[][] bytes = new byte[1][];
        perform(
                program,
                () -> {
                    if (fat == null) {
                        throw new IOException("nothing is mounted");
                    }
                    try {
                        ToroInode inode = fat.open(path);
                        bytes[0] = fat.read(inode, 0, (int) Math.min(most, inode.size()));
                    } catch (NoSuchFileException e) {
                        bytes[0] = null;
                    }
                },
                failure -> {
                    content.accept(bytes[0]);
                    outcome.done(failure);
                });
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws IOException;
    }

    /** Does it now, taking down its accesses, and lets the thread spend their time. */
    private void perform(StepProgram program, Attempt access, Outcome outcome) {
        program.then(self -> {
            accesses.clear();
            chargedPs = work == null ? 0 : work.totalPs();
            IOException failure = null;
            try {
                access.run();
            } catch (IOException e) {
                failure = e;
            }
            IOException result = failure;
            long restPs = (work == null ? 0 : work.totalPs()) - chargedPs;
            List<Access> taken = List.copyOf(accesses);
            program.thenRun(() -> outcome.done(result));
            program.thenCompute(restPs);
            for (int i = taken.size() - 1; i >= 0; i--) {
                Access one = taken.get(i);
                program.then(s -> s.compute(one.computePs()), s -> s.readDisk(ata, one.sectors()), s -> {
                    sectorsRead += one.sectors();
                    return StepProgram.GO_ON;
                });
            }
            return self.compute(code.ps(Routine.SOCKET_CALL, 1));
        });
    }

    private void record(DiskRequest request, int bytes, DiskWork counted) throws IOException {
        for (long cost = request.step(); cost != DiskRequest.DONE; cost = request.step()) {
            if (cost == DiskRequest.WAIT) {
                request.onInterrupt();
            }
        }
        accesses.add(new Access(counted.totalPs() - chargedPs, bytes / SECTOR));
        chargedPs = counted.totalPs();
    }
}
