package io.torosim.fat.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.rule.FatType;
import io.torosim.fat.support.Tool;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One long session on each of five volumes, mounted again every few hundred operations: the model holds the same files, our
 * check and fsck.fat find nothing. {@code -Dtorosim.fat.operations=N} makes N operations in all, a minute for 100,000.
 */
class RandomOperationsTest {
    private static final int OPERATIONS = Integer.getInteger("torosim.fat.operations", 5000);
    private static final int A_MOUNT = 500;

    @TempDir
    Path directory;

    @Test
    void longSessions_agreeWithAMap_andFsckFindsNothing() throws IOException {
        FormatOptions usual = FormatOptions.defaults();
        FormatOptions narrow = usual.withType(FatType.FAT12);
        session(2400, narrow.withSectors(512, 1));
        session(4200, narrow.withSectors(1024, 1).withTables(1, 1, 64));
        session(4300, usual.withSectors(512, 1));
        session(17_000, usual.withSectors(512, 2).withTables(5, 2, 112));
        session(40_000, usual.withSectors(2048, 1));
    }

    private void session(int sectors, FormatOptions options) throws IOException {
        var device = new MemoryBlockDevice(sectors);
        FatFormatter.format(device, options);
        var model = new TreeMap<String, byte[]>();
        var random = new Random(sectors);
        for (int done = 0; done < OPERATIONS / 5; done += A_MOUNT) {
            try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("session"))) {
                for (int i = 0; i < A_MOUNT; i++) {
                    ModelPropertiesTest.run(fs, model, step(random));
                }
                ModelPropertiesTest.compare(fs, model);
            }
            String when = options + " after " + (done + A_MOUNT);
            assertThat(VolumeCheck.check(device, MountOptions.of("session")).findings())
                    .as(when)
                    .isEmpty();
            if (Tool.isInstalled("fsck.fat")) {
                Path image = Files.write(directory.resolve("session.img"), device.toByteArray());
                Tool.Result result = Tool.run("fsck.fat", "-n", image.toString());
                assertThat(result.exit()).as(when + ": " + result.output()).isZero();
            }
        }
    }

    private static ModelPropertiesTest.Step step(Random random) {
        int directories = ModelPropertiesTest.DIRECTORIES.length;
        int names = ModelPropertiesTest.NAMES.length;
        return new ModelPropertiesTest.Step(
                random.nextInt(10),
                random.nextInt(directories),
                random.nextInt(names),
                random.nextInt(directories),
                random.nextInt(names),
                random.nextInt(6001),
                random.nextInt(6001));
    }
}
