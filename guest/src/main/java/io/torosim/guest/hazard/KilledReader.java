package io.torosim.guest.hazard;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.time.Picos;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.guest.disk.GuestFiles;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.sched.GuestThread;
import io.torosim.sched.explore.Scenario.Invariant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A thread that is killed while it reads a file from a FAT volume on an IDE disk; another one then reads another file. */
final class KilledReader implements Traffic {
    private static final byte[] TEXT = "what is there".getBytes(StandardCharsets.US_ASCII);
    private static final int SECTORS = 9_000;
    private static final int FIRST_BYTES = 2000;
    private static final long KILL_GRANULE_PS = 10 * Picos.PER_MICRO;

    /** Made once; nobody writes to it. */
    private static final class Disk {
        static final MemoryBlockDevice VOLUME = make();

        private static MemoryBlockDevice make() {
            MemoryBlockDevice device = new MemoryBlockDevice(SECTORS);
            try {
                FatFormatter.format(
                        device, FormatOptions.defaults().withSectors(512, 1).withTables(1, 2, 512));
                try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("disk"))) {
                    Files.write(fs.getPath("/FIRST.TXT"), new byte[FIRST_BYTES]);
                    Files.write(fs.getPath("/SECOND.TXT"), TEXT);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return device;
        }
    }

    private final HazardGuest guest;
    private byte @Nullable [] content;
    private @Nullable String failure;

    KilledReader(HazardGuest guest) {
        this.guest = guest;
        GuestFiles files =
                new GuestFiles(guest.kernel, Disk.VOLUME, 0, guest.defects.of(FatQuirk.class), guest.code, guest.heap);
        Parking first = new Parking();
        Parking second = new Parking();
        files.read(first, "/FIRST.TXT", FIRST_BYTES, bytes -> {}, failed -> {});
        files.read(second, "/SECOND.TXT", TEXT.length, bytes -> content = bytes, this::failed);
        long killAfterPs = guest.machine.choices().choose("scenario.kill", 128) * KILL_GRANULE_PS;
        Parking main = new Parking();
        GuestThread[] victim = new GuestThread[1];
        main.then(
                self -> {
                    victim[0] = guest.kernel.spawn(0, "first", first);
                    return self.sleep(killAfterPs);
                },
                self -> {
                    self.kill(victim[0]);
                    guest.kernel.spawn(0, "second", second);
                    return self.compute(Picos.PER_MICRO);
                });
        files.mount(main, this::failed);
        guest.kernel.spawn(0, "main", main);
    }

    private void failed(@Nullable IOException problem) {
        failure = problem == null ? failure : problem.getMessage();
    }

    @Override
    public void check() {
        guest.mustHold(
                Invariant.FILE_NOT_READ,
                failure == null && Arrays.equals(content, TEXT),
                failure != null ? failure : "the second reader has not got what the file holds");
    }
}
