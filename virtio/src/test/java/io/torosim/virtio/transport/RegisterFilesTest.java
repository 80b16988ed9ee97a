package io.torosim.virtio.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.device.RamDisk;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import org.junit.jupiter.api.Test;

/** The register files themselves: what is read-only or not there, the window into the BAR, who the function is. */
class RegisterFilesTest {
    private final FlatMemory memory = new FlatMemory(1 << 17);
    private final VirtioDevice device =
            new VirtioDevice(new BlkDevice(new RamDisk(16, false), "d"), memory, DeviceProfile.STRICT, (c, q) -> {});
    private final ModernPciDevice pci = new ModernPciDevice(device);
    private final MmioRegisters mmio = new MmioRegisters(device);

    @Test
    void readOnlyAndAbsentRegisters_takeNothing() {
        RegisterSpace bar = pci.bar();
        for (int offset : new int[] {PciCommon.DEVICE_FEATURE, PciCommon.NUM_QUEUES, PciCommon.CONFIG_GENERATION}) {
            long before = bar.read(offset, 4);
            bar.write(offset, 4, 0x5a5a_5a5aL);
            assertThat(bar.read(offset, 4)).as("offset %d", offset).isEqualTo(before);
        }
        bar.write(0x100, 4, -1);
        assertThat(bar.read(0x100, 4)).isZero();
        mmio.write(MmioLayout.QUEUE_NUM_MAX, 4, 1);
        assertThat(mmio.read(MmioLayout.QUEUE_NUM_MAX, 4)).isEqualTo(256);
        for (int offset = MmioLayout.SHM_LEN; offset < MmioLayout.QUEUE_RESET; offset += 4) {
            assertThat(mmio.read(offset, 4)).as("shared memory, %x", offset).isEqualTo(0xffff_ffffL);
        }
    }

    @Test
    void mmioRegisters_haveFourBytes_upToTheConfiguration() {
        assertThat(mmio.read(MmioLayout.MAGIC_VALUE, 1)).isZero();
        assertThat(mmio.read(MmioLayout.MAGIC_VALUE, 4)).isEqualTo(MmioLayout.MAGIC);
        mmio.write(MmioLayout.STATUS, 1, 1);
        assertThat(device.status()).isZero();
        assertThat(mmio.read(MmioLayout.CONFIG, 1)).isEqualTo(16);
    }

    @Test
    void queueReadyZero_takesTheQueueOutOfUse_andOneBringsItBack() {
        VirtioHandshake handshake = VirtioHandshake.begin(new MmioTransport(mmio), 2, 0);
        QueueLayout layout = QueueLayout.split(0x1000, 8);
        new MmioTransport(mmio).enableQueue(0, layout);
        handshake.ready();
        mmio.write(MmioLayout.QUEUE_READY, 4, 3); // neither
        assertThat(mmio.read(MmioLayout.QUEUE_READY, 4)).isEqualTo(1);
        mmio.write(MmioLayout.QUEUE_READY, 4, 0);
        assertThat(mmio.read(MmioLayout.QUEUE_READY, 4)).isZero();
        memory.store16(layout.driverAddr() + 2, 1); // a request that nobody may look at now
        mmio.write(MmioLayout.QUEUE_NOTIFY, 4, 0);
        assertThat(memory.load16(layout.deviceAddr() + 2)).isZero();
        assertThat(device.brokenBy()).isNull();
        mmio.write(MmioLayout.QUEUE_READY, 4, 1);
        assertThat(mmio.read(MmioLayout.QUEUE_READY, 4)).isEqualTo(1);
        assertThat(device.queueArea(0, 0)).isEqualTo(layout.descAddr());
    }

    @Test
    void window_reachesTheBar_andNothingElse() {
        RegisterSpace config = pci.configSpace();
        int window = 0x88;
        assertThat(config.read(window + 3, 1)).isEqualTo(PciCommon.CFG_PCI);
        config.write(window + 4, 1, ModernPciDevice.BAR);
        config.write(window + 8, 4, PciCommon.QUEUE_SELECT);
        config.write(window + 12, 4, 2);
        config.write(window + 16, 2, 5);
        assertThat(pci.bar().read(PciCommon.QUEUE_SELECT, 2)).isEqualTo(5);
        assertThat(config.read(window + 16, 2)).isEqualTo(5);
        long[][] wrong = {
            {0, 0, 2}, {4, 1, 2}, {4, 0, 3}, {4, 0, 0}, {4, 0x3fff, 2}, {4, 0xffff_fffeL, 2}, {4, 0x4000, 4}
        };
        for (long[] set : wrong) {
            config.write(window + 4, 1, set[0]);
            config.write(window + 8, 4, set[1]);
            config.write(window + 12, 4, set[2]);
            config.write(window + 16, 4, 1);
            assertThat(config.read(window + 16, 4))
                    .as("%d %d %d", set[0], set[1], set[2])
                    .isZero();
        }
        assertThat(pci.bar().read(PciCommon.DEVICE_FEATURE_SELECT, 4)).isZero();
        assertThat(pci.bar().read(PciCommon.QUEUE_SELECT, 2)).isEqualTo(5);
    }

    @Test
    void vectors_cannotBeMapped() {
        RegisterSpace bar = pci.bar();
        for (int offset : new int[] {PciCommon.CONFIG_MSIX_VECTOR, PciCommon.QUEUE_MSIX_VECTOR}) {
            bar.write(offset, 2, 0);
            assertThat(bar.read(offset, 2)).isEqualTo(0xffff);
        }
    }

    @Test
    void functionSaysWhatItIs() {
        RegisterSpace config = pci.configSpace();
        assertThat(config.read(0, 4)).isEqualTo(0x1042_1af4L);
        assertThat(config.read(8, 4)).isEqualTo(0x0100_0001L); // storage, revision 1
        assertThat(config.read(0x2c, 4)).isEqualTo(0x1100_1af4L);
        int at = (int) config.read(PciCommon.CAPABILITY_POINTER, 1);
        int types = 0;
        for (; at != 0; at = (int) config.read(at + 1, 1)) {
            types = types << 4 | (int) config.read(at + 3, 1);
        }
        assertThat(types).isEqualTo(0x13425);
        RegisterSpace rng = new ModernPciDevice(
                        new VirtioDevice(new RngDevice(() -> 4), memory, DeviceProfile.STRICT, (c, q) -> {}))
                .configSpace();
        assertThat(rng.read(2, 2)).isEqualTo(0x1044);
        assertThat(rng.read(10, 2)).isEqualTo(0x00ff);
        assertThat(VirtioFeatures.has(device.offeredFeatures(), VirtioFeatures.VERSION_1))
                .isTrue();
        assertThat(mmio.read(MmioLayout.DEVICE_ID, 4)).isEqualTo(2);
    }
}
