package io.torosim.system.fat.toro;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.fat.MountOptions;
import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.disk.GuestFiles;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.guest.fs.FatReader.ReadStatus;
import io.torosim.guest.fs.FatReader.ToroInode;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.program.StepProgram;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.sched.GuestThread;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;

/** All files of a volume as three readers read them: the volume itself, the model of Toro's driver, and the routines on a machine. */
final class ToroReading {
    /** Key under which stands why nothing was mounted. */
    static final String REFUSED = "refused";

    private ToroReading() {}

    /** Returns path to content, of every file. */
    static TreeMap<String, String> byTheVolume(BlockDevice device) throws IOException {
        var found = new TreeMap<String, String>();
        FatVolume volume = FatVolume.mount(device, MountOptions.of("corpus").asReadOnly());
        walk(volume, volume.root(), found);
        return found;
    }

    private static void walk(FatVolume volume, FatNode directory, TreeMap<String, String> found) throws IOException {
        for (FatNode node : volume.list(directory)) {
            if (node.isDirectory()) {
                walk(volume, node, found);
            } else {
                ByteBuffer bytes = ByteBuffer.allocate((int) volume.size(node));
                volume.read(node, 0, bytes);
                found.put(node.path(), digest(bytes.array()));
            }
        }
    }

    static String digest(byte[] bytes) {
        return bytes.length + " bytes, " + Arrays.hashCode(bytes);
    }

    /** Reads by {@link ToroFat}. */
    static TreeMap<String, String> plain(BlockDevice device, Set<FatQuirk> quirks, Set<String> paths) {
        var found = new TreeMap<String, String>();
        ToroFat fat;
        try {
            fat = new ToroFat(device, quirks);
        } catch (IOException e) {
            found.put(REFUSED, reason(e));
            return found;
        }
        for (String path : paths) {
            try {
                ToroInode inode = fat.open(path);
                found.put(path, digest(fat.read(inode, 0, (int) inode.size())));
            } catch (ToroFat.Stop e) {
                found.put(path, e.status == ReadStatus.NOT_FOUND ? "not found" : "error");
            } catch (IOException e) {
                found.put(path, "error");
            }
        }
        return found;
    }

    private static String reason(IOException e) {
        return e.getMessage().replaceFirst("^toro: ", "").replaceFirst("[:,].*", "");
    }

    /** Reads by the routines of {@link GuestFiles}, sector by sector over an IDE disk. */
    static TreeMap<String, String> onTheMachine(BlockDevice device, Set<FatQuirk> quirks, Set<String> paths) {
        var found = new TreeMap<String, String>();
        Machine machine = Machine.create(MachineSpec.builder().ramMib(64).build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        var files = new GuestFiles(
                kernel,
                device,
                0,
                quirks,
                CodeCosts.of(OptimisationLevel.O2, machine),
                new KernelHeap(machine, MemQuirk.repaired()));
        var program = new Program();
        files.mount(program, failure -> {
            if (failure != null) {
                found.put(REFUSED, reason(failure));
                return;
            }
            for (String path : paths) {
                files.read(
                        program,
                        path,
                        Integer.MAX_VALUE,
                        content -> found.put(path, content == null ? "not found" : digest(content)),
                        error -> {
                            if (error != null) {
                                found.put(path, "error");
                            }
                        });
            }
        });
        kernel.spawnMain("main", program);
        machine.runUntil(Duration.ofMinutes(10));
        if (!program.over) {
            found.put(REFUSED, "not over after ten minutes");
        }
        return found;
    }

    /** What it is given, then it exits. */
    private static final class Program extends StepProgram {
        private boolean over;

        @Override
        protected long idle(GuestThread self) {
            over = true;
            return self.exit();
        }
    }
}
