package io.torosim.core.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlockDeviceTest extends BlockDeviceContract {
    @TempDir
    Path directory;

    @Override
    BlockDevice device() throws IOException {
        Path file = directory.resolve("disk.img");
        Files.write(file, new byte[SECTORS * 512 + 17]);
        return BlockDevice.file(file, false);
    }

    @Test
    void read_afterAnInterruptedRead_works() throws IOException {
        try (BlockDevice device = device()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> device.read(0, ByteBuffer.allocate(512)))
                    .isInstanceOf(ClosedByInterruptException.class);
            assertThat(Thread.interrupted()).isTrue();
            device.read(0, ByteBuffer.allocate(512));
        }
    }

    @Test
    void write_readOnly_isRefusedByName() throws IOException {
        device().close();
        try (BlockDevice device = BlockDevice.file(directory.resolve("disk.img"), true)) {
            assertThat(device.readOnly()).isTrue();
            assertThatThrownBy(() -> device.write(0, ByteBuffer.allocate(512)))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("disk.img");
        }
    }

    @Test
    void read_afterClose_isRefused() throws IOException {
        BlockDevice device = device();
        device.close();
        assertThatThrownBy(() -> device.read(0, ByteBuffer.allocate(512))).isInstanceOf(ClosedChannelException.class);
    }
}
