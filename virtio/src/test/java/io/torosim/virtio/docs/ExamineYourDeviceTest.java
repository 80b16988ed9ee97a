package io.torosim.virtio.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.driver.ConsoleDriver;
import io.torosim.virtio.requests.DeviceExam;
import io.torosim.virtio.requests.Devices;
import io.torosim.virtio.requests.DriverExam;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The third example of docs/virtio.md: what is between the marks stands there word for word. */
class ExamineYourDeviceTest {
    // begin
    @Test
    void driver() {
        List<String> wrong = DriverExam.console(
                (transport, memory, dma, ring, wait) -> new ConsoleDriver(transport, memory, dma, ring)::write);
        assertThat(wrong).isEmpty();
    }

    @Test
    void disk() {
        DeviceExam.blk(content -> Devices.of(myDisk(content))).verify();
    }

    @Test
    void card() {
        DeviceExam.net((mac, wire) -> new Devices.Net() {
                    private final NetDevice card = new NetDevice(mac, wire); // put your own DeviceModel here

                    @Override
                    public DeviceModel model() {
                        return card;
                    }

                    @Override
                    public boolean receive(byte[] frame) {
                        return card.receive(frame);
                    }
                })
                .verify();
    }

    private static DeviceModel myDisk(byte[] content) {
        MemoryBlockDevice disk = new MemoryBlockDevice(content.length / 512);
        disk.write(0, ByteBuffer.wrap(content));
        return new BlkDevice(disk, "mine"); // put your own DeviceModel here
    }
    // end

    @Test
    void wrongDevice_isReported_withItsShortestScript() {
        assertThatThrownBy(() -> DeviceExam.entropy(source -> Devices.of(new RngDevice(() -> 7)))
                        .verify())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not fresh ones of the source")
                .hasMessageContaining("buffers of [");
    }

    @Test
    void guide_showsThisVeryCode() throws IOException {
        Path here = Path.of("src/test/java/io/torosim/virtio/docs/ExamineYourDeviceTest.java");
        String source = Files.readString(here);
        String code = source.substring(source.indexOf("    // begin\n") + 13, source.indexOf("    // end\n"));
        assertThat(Files.readString(Path.of("../docs/virtio.md")))
                .contains(code.stripTrailing().stripIndent());
    }
}
