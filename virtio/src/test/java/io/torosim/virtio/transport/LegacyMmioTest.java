package io.torosim.virtio.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.Rig;
import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class LegacyMmioTest {
    private final Rig rig = new Rig(new BlkDevice(new MemoryBlockDevice(64), "disk"), DeviceProfile.STRICT);

    @Test
    void disk_isWrittenAndReadThroughIt() throws Exception {
        try (BlkDriver disk = new BlkDriver(
                rig.transport(Rig.Way.LEGACY_MMIO),
                rig.memory,
                rig.dma(),
                VirtioFeatures.EVENT_IDX | VirtioFeatures.INDIRECT_DESC,
                DeviceWait.NONE)) {
            byte[] written = new byte[2048];
            for (int i = 0; i < written.length; i++) {
                written[i] = (byte) (i * 3);
            }
            disk.write(5, ByteBuffer.wrap(written));
            ByteBuffer back = ByteBuffer.allocate(2048);
            disk.read(5, back);
            assertThat(back.array()).isEqualTo(written);
            assertThat(disk.id()).isEqualTo("disk");
            assertThat(disk.features() & VirtioFeatures.VERSION_1).isZero();
        }
    }

    @Test
    void pageFrameNumber_isCountedInTheGuestsPages() {
        LegacyMmioRegisters registers = new LegacyMmioRegisters(rig.device);
        registers.write(MmioLayout.GUEST_PAGE_SIZE, 4, 8192);
        registers.write(0x38, 4, 8);
        registers.write(MmioLayout.QUEUE_ALIGN, 4, QueueLayout.LEGACY_ALIGN);
        registers.write(MmioLayout.QUEUE_PFN, 4, 3);
        assertThat(rig.device.queuePfn(0)).isEqualTo(6);
        assertThat(registers.read(MmioLayout.QUEUE_PFN, 4)).isEqualTo(3);
        assertThat(rig.device.queueEnabled(0)).isTrue();
    }

    @Test
    void otherAlignment_leavesTheQueueOutOfUse() {
        LegacyMmioRegisters registers = new LegacyMmioRegisters(rig.device);
        registers.write(MmioLayout.GUEST_PAGE_SIZE, 4, 4096);
        registers.write(MmioLayout.QUEUE_ALIGN, 4, 512);
        registers.write(MmioLayout.QUEUE_PFN, 4, 3);
        assertThat(rig.device.queueEnabled(0)).isFalse();
    }

    @Test
    void modernDevice_isNotTakenForOne() {
        assertThatThrownBy(() -> new LegacyMmioTransport(new MmioRegisters(rig.device)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("version 1");
        assertThatThrownBy(() -> new MmioTransport(new LegacyMmioRegisters(rig.device)))
                .isInstanceOf(IllegalStateException.class);
    }
}
