package io.torosim.core.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import org.junit.jupiter.api.Test;

class MemoryBlockDeviceTest extends BlockDeviceContract {
    @Override
    BlockDevice device() {
        return new MemoryBlockDevice(SECTORS);
    }

    @Test
    void of_bytes_padsToAWholeSector() {
        byte[] bytes = new byte[70_000];
        bytes[69_999] = 5;
        byte[] all = MemoryBlockDevice.of(bytes).toByteArray();
        assertThat(all).hasSize(70_144).startsWith(bytes);
    }
}
