package io.torosim.system.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.core.block.BlockDevice;
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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host directory, QEMU's virtual FAT disk of it, its virtio-blk, our driver, our FAT code, java.nio.file. */
class QemuFatDiskTest {
    @TempDir
    private Path directory;

    @BeforeAll
    static void needsQemu() {
        assumeTrue(QtestSession.available(), "qemu-system-x86_64 is not installed");
    }

    @Test
    void filesOfDirectory_areTheSameThroughQemu() throws Exception {
        Files.createDirectories(directory.resolve("sub/deeper"));
        int seed = 1;
        for (String name :
                new String[] {"EMPTY.BIN", "ONE.BIN", "A name that is long.txt", "sub/MID.BIN", "sub/deeper/BIG.BIN"}) {
            byte[] content = new byte[new int[] {0, 1, 4097, 65_536, 300_001}[seed - 1]];
            new java.util.Random(seed++).nextBytes(content);
            Files.write(directory.resolve(name), content);
        }
        try (QemuMachine qemu = QemuMachine.start(QemuMachine.blkOnDirectory(directory))) {
            BlockDevice disk = new BlkDriver(
                    qemu.virtio(0).modern(), qemu.memory(), qemu.dma(), VirtioFeatures.EVENT_IDX, DeviceWait.NONE);
            try (FileSystem fat =
                    FatFileSystemProvider.open(disk, MountOptions.of("qemu").asReadOnly())) {
                Map<String, String> seen = digests(fat.getPath("/"));
                assertThat(seen).hasSize(5).isEqualTo(digests(directory));
            }
        }
    }

    static Map<String, String> digests(Path top) throws IOException, NoSuchAlgorithmException {
        Map<String, String> digests = new TreeMap<>();
        try (var files = Files.walk(top)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                digests.put(top.relativize(file).toString(), HexFormat.of().formatHex(sum));
            }
        }
        return digests;
    }
}
