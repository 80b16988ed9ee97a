package io.torosim.system.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.qtest.QemuMachine;
import io.torosim.virtio.qtest.QtestSession;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our FAT code writes through QEMU's virtio-blk to an image of mkfs.fat; mtools and fsck.fat read it on the host. */
class QemuRawDiskTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void needsTools() {
        assumeTrue(QtestSession.available(), "qemu-system-x86_64 is not installed");
        for (String tool : new String[] {"/usr/sbin/mkfs.fat", "/usr/sbin/fsck.fat", "/usr/bin/mcopy"}) {
            assumeTrue(Files.isExecutable(Path.of(tool)), tool + " is not installed");
        }
    }

    @Test
    void filesWrittenThroughQemu_areReadByMtools() throws Exception {
        Path image = directory.resolve("raw.img");
        run("/usr/sbin/mkfs.fat", "-C", "-F", "16", image.toString(), "16384");
        byte[] content = new byte[200_003];
        new Random(9).nextBytes(content);
        try (QemuMachine qemu = QemuMachine.start(QemuMachine.blkOnRaw(image))) {
            BlkDriver disk = new BlkDriver(
                    qemu.virtio(0).modern(),
                    qemu.memory(),
                    qemu.dma(),
                    VirtioFeatures.RING_PACKED | VirtioFeatures.INDIRECT_DESC,
                    DeviceWait.NONE);
            try (FileSystem fat = FatFileSystemProvider.open(disk, MountOptions.of("qemu"))) {
                Files.createDirectory(fat.getPath("/made"));
                Files.write(fat.getPath("/made/By a long name.bin"), content);
            }
        }
        Path copy = directory.resolve("copy.bin");
        run("/usr/bin/mcopy", "-i", image.toString(), "::made/By a long name.bin", copy.toString());
        assertThat(Files.mismatch(copy, Files.write(directory.resolve("expected.bin"), content)))
                .isEqualTo(-1);
        run("/usr/sbin/fsck.fat", "-n", image.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
