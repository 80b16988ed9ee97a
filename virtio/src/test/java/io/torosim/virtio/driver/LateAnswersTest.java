package io.torosim.virtio.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.ConsoleDevice;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.device.RamDisk;
import io.torosim.virtio.device.Rig;
import io.torosim.virtio.driver.VirtioHandshake.HandshakeException;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices that answer later than the driver cares to wait: what is in flight stays the device's. */
class LateAnswersTest {
    private static final long ALL = -1L;

    @ParameterizedTest
    @ValueSource(longs = {0, VirtioFeatures.RING_PACKED, VirtioFeatures.INDIRECT_DESC, ALL})
    void console_keepsEachPieceUntilItWasTaken(long ring) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Rig rig = new Rig(new ConsoleDevice(80, 25, out::writeBytes), DeviceProfile.KVM_IOEVENTFD);
        ConsoleDriver driver = new ConsoleDriver(rig.transport(Rig.Way.MODERN_PCI), rig.memory(), rig.dma(), ring);
        assertThat(driver.write("hello".getBytes(StandardCharsets.US_ASCII))).isEqualTo(5);
        assertThat(driver.write("WORLD".getBytes(StandardCharsets.US_ASCII))).isEqualTo(5);
        assertThat(driver.write(new byte[200])).isEqualTo(128); // two of four buffers are left
        assertThat(driver.write(new byte[1])).isZero();
        rig.device.serviceKicks();
        assertThat(out.toString(StandardCharsets.US_ASCII))
                .startsWith("helloWORLD")
                .hasSize(138);
        assertThat(driver.write(new byte[1])).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, VirtioFeatures.RING_PACKED, VirtioFeatures.INDIRECT_DESC})
    void blk_matchesAnswersToRequests_afterATimeOut(long ring) throws IOException {
        RamDisk disk = new RamDisk(64, false);
        Rig rig = new Rig(new BlkDevice(disk, ""), DeviceProfile.KVM_IOEVENTFD);
        boolean[] deaf = {true};
        DeviceWait wait = () -> {
            if (!deaf[0]) {
                rig.device.serviceKicks();
            }
        };
        BlkDriver driver = new BlkDriver(rig.transport(Rig.Way.MODERN_PCI), rig.memory(), rig.dma(), ring, wait);
        assertThatThrownBy(() -> driver.read(40, ByteBuffer.allocate(512)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("no answer");
        deaf[0] = false;
        for (int i = 0; i < 20; i++) {
            ByteBuffer data = ByteBuffer.allocate(1024);
            driver.read(i, data);
            assertThat(data.array()).isEqualTo(Arrays.copyOfRange(disk.bytes, 512 * i, 512 * i + 1024));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, VirtioFeatures.RING_PACKED, VirtioFeatures.INDIRECT_DESC})
    void blk_withAllBuffersOut_fails_untilOneComesBack(long ring) throws IOException {
        RamDisk disk = new RamDisk(64, false);
        Rig rig = new Rig(new BlkDevice(disk, ""), DeviceProfile.KVM_IOEVENTFD);
        BlkDriver driver =
                new BlkDriver(rig.transport(Rig.Way.MODERN_PCI), rig.memory(), rig.dma(), ring, DeviceWait.NONE);
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> driver.write(1, ByteBuffer.allocate(512))).hasMessageStartingWith("no answer");
        }
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> driver.flush()).hasMessageStartingWith("no buffer is free");
        }
        rig.device.serviceKicks();
        assertThatThrownBy(() -> driver.flush()).hasMessageStartingWith("no answer");
        rig.device.serviceKicks();
        assertThat(disk.flushes).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, VirtioFeatures.RING_PACKED})
    void rng_matchesAnswersToRequests_afterATimeOut(long ring) {
        int[] next = {0};
        Rig rig = new Rig(new RngDevice(() -> next[0]++), DeviceProfile.KVM_IOEVENTFD);
        boolean[] deaf = {true};
        DeviceWait wait = () -> {
            if (!deaf[0]) {
                rig.device.serviceKicks();
            }
        };
        RngDriver driver = new RngDriver(rig.transport(Rig.Way.MODERN_PCI), rig.memory(), rig.dma(), ring, wait);
        assertThatThrownBy(() -> driver.random(8)).hasMessageStartingWith("no answer");
        assertThatThrownBy(() -> driver.random(4)).hasMessageStartingWith("no answer");
        deaf[0] = false;
        assertThat(driver.random(3)).containsExactly(12, 13, 14); // behind the 12 of the two that came too late
        for (int i = 0; i < 20; i++) {
            assertThat(driver.random(1)).containsExactly(15 + i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void queueTooSmallForARequest_isAHandshakeError(int size) {
        for (long ring : new long[] {0, VirtioFeatures.RING_PACKED, VirtioFeatures.INDIRECT_DESC}) {
            DeviceProfile tiny =
                    new DeviceProfile("tiny", -1L, true, true, true, size, java.util.Set.of(), java.util.Set.of());
            Rig rig = new Rig(new BlkDevice(new RamDisk(8, false), ""), tiny);
            for (Rig.Way way : Rig.Way.values()) {
                assertThatThrownBy(
                                () -> new BlkDriver(rig.transport(way), rig.memory(), rig.dma(), ring, DeviceWait.NONE))
                        .isInstanceOf(HandshakeException.class)
                        .hasMessageContaining("queue 0 has size " + size);
            }
        }
    }
}
