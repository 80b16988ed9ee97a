package io.torosim.fat.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FatFormatterTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "4152, 512, 1, 1, 2, 512", // 4,085 clusters, the fewest
        "66068, 512, 1, 1, 2, 512", // 65,523
        "20000, 512, 0, 1, 2, 512",
        "40000, 512, 0, 7, 1, 112",
        "100000, 1024, 0, 2, 2, 240",
        "100000, 2048, 0, 1, 2, 512",
        "140000, 4096, 1, 1, 2, 512"
    })
    void formatted_isCleanForUsAndForFsck(
            long sectors, int bytesPerSector, int perCluster, int reserved, int fats, int rootEntries)
            throws IOException {
        var device = new MemoryBlockDevice(sectors);
        BootSector boot = FatFormatter.format(
                device,
                FormatOptions.defaults()
                        .withSectors(bytesPerSector, perCluster)
                        .withTables(reserved, fats, rootEntries)
                        .withLabel("LABEL", 99));
        assertThat(boot.clusterCount()).isBetween(4085, 65524);
        assertThat(VolumeCheck.check(device, MountOptions.of("new")).findings()).isEmpty();
        Tool.require("fsck.fat");
        Path image = directory.resolve("new.img");
        Files.write(image, device.toByteArray());
        Tool.Result fsck = Tool.run("fsck.fat", "-n", image.toString());
        assertThat(fsck.exit()).as(fsck.output()).isZero();
    }

    @Test
    void impossibleShapes_nameTheClusterCount() {
        assertThatThrownBy(() -> FatFormatter.format(new MemoryBlockDevice(4000), FormatOptions.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("clusterCount=");
        assertThatThrownBy(() -> FormatOptions.defaults().withSectors(1000, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytesPerSector=1000");
    }
}
