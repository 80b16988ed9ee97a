package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.guest.app.GuestApplication;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.RequestPort;
import io.torosim.guest.run.GuestKind.GuestPlace;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** Whole guests for tests of the checking modes: machine, load of requests, disk, names of the examples. */
final class CheckedGuests {
    private CheckedGuests() {}

    static MachineSpec.Builder machine() {
        return MachineSpec.builder().vcpus(2).ramMib(512);
    }

    /** Runs the guest until so many requests are answered, one after the other; returns the machine. */
    static Machine run(MachineSpec spec, GuestKind guest, Duration settled, int requests) {
        Machine machine = Machine.create(spec);
        RequestPort port = guest.start(GuestPlace.on(machine));
        machine.runUntil(settled);
        port.onAnswer(() -> {
            if (port.startedCount() < requests) {
                port.request();
            }
        });
        port.request();
        Duration now = settled;
        while (port.doneCount() < requests && now.toSeconds() < 60) {
            now = now.plusMillis(10);
            machine.runUntil(now);
        }
        assertThat(port.doneCount()).isEqualTo(requests);
        return machine;
    }

    static List<String> examples() {
        return GuestSpec.applications().stream().map(GuestApplication::name).toList();
    }

    static MemoryBlockDevice disk() throws IOException {
        MemoryBlockDevice disk = new MemoryBlockDevice(32_768);
        FatFormatter.format(disk, FormatOptions.defaults());
        try (FileSystem fat = FatFileSystemProvider.open(disk, MountOptions.of("steps"))) {
            Files.createDirectory(fat.getPath("/web"));
            Files.write(fat.getPath("/web/index.html"), new byte[5_000]);
        }
        return disk;
    }
}
