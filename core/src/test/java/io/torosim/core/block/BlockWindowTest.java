package io.torosim.core.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BlockWindowTest extends BlockDeviceContract {
    @Override
    BlockDevice device() {
        return new BlockWindow(new MemoryBlockDevice(SECTORS + 100), 63, SECTORS);
    }

    @Test
    void write_landsBehindTheFirstSector() throws IOException {
        var disk = new MemoryBlockDevice(100);
        new BlockWindow(disk, 63, 10).write(2, ByteBuffer.wrap(new byte[512]).put(0, (byte) 9));
        assertThat(disk.toByteArray()[65 * 512]).isEqualTo((byte) 9);
    }

    @Test
    void window_leavingTheDisk_isRefused() {
        assertThatThrownBy(() -> new BlockWindow(new MemoryBlockDevice(100), 63, 38))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("firstSector=63");
    }
}
