package io.torosim.virtio.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.Rig;
import io.torosim.virtio.driver.NetDriver;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A device says with {@code queue_notify_off} where a queue is notified; it need not be the queue's number. */
class NotifyOffsetTest {
    @Test
    void queuesAreNotified_whereTheDeviceWantsIt() {
        List<byte[]> sent = new ArrayList<>();
        Rig rig = new Rig(new NetDevice(new byte[6], sent::add), DeviceProfile.STRICT);
        List<Integer> notified = new ArrayList<>();
        RegisterSpace inverted = new RegisterSpace() {
            @Override
            public long read(int offset, int widthBytes) {
                long value = rig.modernBar.read(offset, widthBytes);
                return offset == PciCommon.QUEUE_NOTIFY_OFF ? 7 - value : value;
            }

            @Override
            public void write(int offset, int widthBytes, long value) {
                boolean notification = offset >= ModernPciDevice.NOTIFY;
                if (notification) {
                    notified.add(offset - ModernPciDevice.NOTIFY);
                }
                rig.modernBar.write(
                        notification ? ModernPciDevice.NOTIFY + 4 * (int) value : offset, widthBytes, value);
            }
        };
        ModernPciTransport transport = new ModernPciTransport(rig.pciConfig, bar -> inverted);
        NetDriver driver = new NetDriver(transport, rig.memory(), rig.dma(), 0, 1526);
        assertThat(driver.send(new byte[60])).isTrue();
        assertThat(sent).hasSize(1);
        assertThat(notified).containsExactly(4 * (7 - NetDevice.RX), 4 * (7 - NetDevice.TX));
    }
}
