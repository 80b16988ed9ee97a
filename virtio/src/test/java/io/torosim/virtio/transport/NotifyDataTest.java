package io.torosim.virtio.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.HandshakeChecker;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** NOTIF_CONFIG_DATA: queues go by names of the device's. */
class NotifyDataTest {
    private static final int NAME = 0x8123;

    private final FlatMemory memory = new FlatMemory(1 << 20);
    private final VirtioDevice device = new VirtioDevice(
            new BlkDevice(new MemoryBlockDevice(8), ""), memory, DeviceProfile.STRICT, (cause, queue) -> {});
    private final ModernPciDevice pci = new ModernPciDevice(device).notifyData(queue -> NAME + queue);
    private final HandshakeChecker checker =
            HandshakeChecker.modernPci(pci.configSpace(), pci::bar).memory(memory);
    private final List<Long> kicks = new ArrayList<>();

    /** What the driver gets: the checker, with an ear for notifications, and perhaps a number in place of the name. */
    private RegisterSpace bar(boolean number) {
        RegisterSpace bar = checker.bar(ModernPciDevice.BAR);
        return new RegisterSpace() {
            @Override
            public long read(int offset, int widthBytes) {
                return bar.read(offset, widthBytes);
            }

            @Override
            public void write(int offset, int widthBytes, long value) {
                boolean kick = offset >= ModernPciDevice.NOTIFY;
                if (kick) {
                    kicks.add(value);
                }
                bar.write(offset, widthBytes, kick && number ? value & ~0xffffL : value);
            }
        };
    }

    private BlkDriver driver(long features, boolean number) {
        RegisterSpace bar = bar(number);
        return new BlkDriver(
                new ModernPciTransport(pci.configSpace(), b -> bar),
                memory,
                new DmaAllocator(0x10000, 0x80000),
                features,
                DeviceWait.NONE);
    }

    @Test
    void theDeviceHearsOfItsQueue_byTheNameItGave() throws Exception {
        for (long data : new long[] {0, VirtioFeatures.NOTIFICATION_DATA}) {
            kicks.clear();
            try (BlkDriver driver = driver(VirtioFeatures.NOTIF_CONFIG_DATA | data, false)) {
                assertThat(driver.features() & VirtioFeatures.NOTIF_CONFIG_DATA).isNotZero();
                driver.read(0, ByteBuffer.allocate(512));
            }
            assertThat(kicks).containsExactly(data == 0 ? NAME : NAME | 1L << 16);
        }
        kicks.clear();
        try (BlkDriver driver = driver(0, false)) { // not accepted: the number, as ever
            driver.read(0, ByteBuffer.allocate(512));
        }
        assertThat(kicks).containsExactly(0L);
        assertThat(checker.violations()).isEmpty();
    }

    @Test
    void numberInPlaceOfTheName_isNamed() {
        for (long data : new long[] {0, VirtioFeatures.NOTIFICATION_DATA}) {
            NotifyDataTest other = new NotifyDataTest();
            BlkDriver driver = other.driver(VirtioFeatures.NOTIF_CONFIG_DATA | data, true);
            try {
                driver.read(0, ByteBuffer.allocate(512));
            } catch (java.io.IOException e) { // the device knows no such queue, and does not answer
                assertThat(e).hasMessageContaining("no answer");
            }
            assertThat(other.checker.violations())
                    .singleElement()
                    .matches(v -> v.rule() == Rule.F39)
                    .asString()
                    .contains("must be the queue_notify_data of an enabled queue, as it was read");
        }
    }

    @Test
    void mmioHasNoRegisterForIt_soADriverLeavesItOut() throws Exception {
        RegisterSpace mmio = new MmioRegisters(device);
        try (BlkDriver driver = new BlkDriver(
                new MmioTransport(mmio), memory, new DmaAllocator(0x10000, 0x80000), -1L, DeviceWait.NONE)) {
            assertThat(driver.features() & VirtioFeatures.NOTIF_CONFIG_DATA).isZero();
            driver.read(0, ByteBuffer.allocate(512));
        }
    }
}
