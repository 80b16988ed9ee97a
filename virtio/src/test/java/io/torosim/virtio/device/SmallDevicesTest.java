package io.torosim.virtio.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.driver.ConsoleDriver;
import io.torosim.virtio.driver.RngDriver;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SmallDevicesTest {
    @ParameterizedTest
    @EnumSource(Rig.Way.class)
    void rng_givesTheBytesOfItsSource(Rig.Way way) {
        int[] next = {0};
        Rig rig = new Rig(new RngDevice(() -> next[0]++), DeviceProfile.STRICT);
        RngDriver driver = new RngDriver(rig.transport(way), rig.memory(), rig.dma(), 0, DeviceWait.NONE);
        assertThat(driver.random(4)).containsExactly(0, 1, 2, 3);
        assertThat(driver.random(2)).containsExactly(4, 5);
        assertThat(driver.random(1000)).hasSize(256);
    }

    @ParameterizedTest
    @EnumSource(Rig.Way.class)
    void console_carriesBytesBothWays(Rig.Way way) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConsoleDevice console = new ConsoleDevice(80, 25, out::writeBytes);
        Rig rig = new Rig(console, DeviceProfile.STRICT);
        ConsoleDriver driver = new ConsoleDriver(rig.transport(way), rig.memory(), rig.dma(), -1L);
        String text = "Toro is a kernel dedicated to one application. ".repeat(4);
        assertThat(driver.write(text.getBytes(StandardCharsets.US_ASCII))).isEqualTo(text.length());
        assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo(text);
        assertThat(driver.read()).isNull();
        for (int i = 0; i < 20; i++) {
            assertThat(console.type(new byte[] {(byte) i, 2})).isEqualTo(2);
            assertThat(driver.read()).containsExactly(i, 2);
        }
        // 256 bytes posted
        if (way != Rig.Way.LEGACY_PCI) {
            assertThat(console.type(new byte[300])).isEqualTo(256);
        }
        assertThat(driver.columns()).isEqualTo(80);
        console.resize(100, 40);
        assertThat(driver.columns()).isEqualTo(100);
        assertThat(driver.rows()).isEqualTo(40);
    }
}
