package io.torosim.fat.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.rule.FatException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image that ends too early, in a file, in a directory, in the root directory: check and repair say so, at every length. */
class TruncatedImagesTest {
    private static final int SECTORS = 4300;

    @TempDir
    Path directory;

    @Test
    void checkAndRepair_ofEveryLength_reportOrRefuse() throws IOException {
        Path whole = Files.write(directory.resolve("whole.img"), new byte[SECTORS * 512]);
        try (BlockDevice device = BlockDevice.file(whole, false)) {
            FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 1));
        }
        try (FileSystem fs = FileSystems.newFileSystem(whole, Map.of())) {
            Files.write(fs.getPath("/big"), new byte[20_000]);
            Path sub = Files.createDirectory(fs.getPath("/directory"));
            for (int i = 0; i < 40; i++) {
                Files.write(sub.resolve("a file with a long name " + i), new byte[100]);
            }
            Files.createDirectory(sub.resolve("below"));
        }
        Path cut = directory.resolve("cut.img");
        int reported = 0;
        for (int sectors = 1; sectors < 200; sectors++) {
            Files.copy(whole, cut, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel file = FileChannel.open(cut, StandardOpenOption.WRITE)) {
                file.truncate(sectors * 512L);
            }
            try (BlockDevice device = BlockDevice.file(cut, false)) {
                if (!VolumeCheck.check(device, MountOptions.of("cut.img")).isClean()) {
                    reported++;
                }
                VolumeCheck.repair(device, MountOptions.of("cut.img"));
            } catch (FatException e) {
                reported++;
            }
        }
        assertThat(reported).isEqualTo(199);
    }
}
