package io.torosim.virtio.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.Rig;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.profile.DeviceProfile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Received headers that make no sense cost the frame, never a buffer. */
class LyingHeadersTest {
    private static final int LIES = 70; // more than there are buffers

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 65, 65535})
    void wrongNumBuffers_losesNoBuffer(int numBuffers) {
        for (long ring : new long[] {0, VirtioFeatures.RING_PACKED}) {
            NetDevice card = new NetDevice(new byte[6], f -> {});
            Rig rig = new Rig(card, DeviceProfile.STRICT);
            DmaAllocator dma = rig.dma();
            NetDriver driver = new NetDriver(
                    rig.transport(Rig.Way.MODERN_PCI), rig.memory(), dma, ring | NetDevice.F_MRG_RXBUF, 256);
            for (int i = 0; i < LIES; i++) {
                assertThat(card.receive(frame(i))).as("frame %d", i).isTrue();
                forge(rig, frame(i), numBuffers);
                assertThat(driver.receive()).isNull();
            }
            assertThat(driver.badHeaders()).isEqualTo(LIES);
            for (int i = 0; i < LIES; i++) {
                assertThat(card.receive(frame(i))).isTrue();
                assertThat(driver.receive()).isEqualTo(frame(i));
            }
        }
    }

    private static byte[] frame(int i) {
        byte[] frame = new byte[60];
        for (int at = 0; at < frame.length; at++) {
            frame[at] = (byte) (0xc0 + i + 5 * at);
        }
        return frame;
    }

    /** Finds the frame in memory and changes {@code num_buffers} before it. */
    private static void forge(Rig rig, byte[] frame, int numBuffers) {
        byte[] memory = rig.memory.snapshot();
        int found = 0;
        for (int at = 12; at + frame.length < memory.length; at++) {
            if (memory[at] == frame[0]
                    && java.util.Arrays.equals(memory, at, at + frame.length, frame, 0, frame.length)) {
                rig.memory().store16(at - 2, numBuffers);
                found++;
            }
        }
        assertThat(found).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, VirtioFeatures.RING_PACKED})
    void usedIdOutOfRange_isSaid(long ring) {
        NetDevice card = new NetDevice(new byte[6], f -> {});
        Rig rig = new Rig(card, DeviceProfile.STRICT);
        NetDriver driver = new NetDriver(rig.transport(Rig.Way.MODERN_PCI), rig.memory(), rig.dma(), ring, 256);
        assertThat(card.receive(frame(1))).isTrue();
        long desc = rig.device.queueArea(NetDevice.RX, 0);
        long used = rig.device.queueArea(NetDevice.RX, 2);
        if (ring == 0) {
            rig.memory().store32(SplitRing.usedSlot(used, 0), 9999);
        } else {
            rig.memory().store16(desc + PackedRing.DESC_BYTES - 4, 9999);
        }
        assertThatThrownBy(driver::receive)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(ring == 0 ? "U9" : "P16");
        assertThatThrownBy(driver::receive).isInstanceOf(IllegalStateException.class);
    }
}
