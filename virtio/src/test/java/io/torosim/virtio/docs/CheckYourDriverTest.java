package io.torosim.virtio.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.device.RngDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.DeviceWait;
import io.torosim.virtio.driver.DmaAllocator;
import io.torosim.virtio.driver.RngDriver;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.HandshakeChecker;
import io.torosim.virtio.transport.MmioRegisters;
import io.torosim.virtio.transport.MmioTransport;
import io.torosim.virtio.transport.RegisterSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The second example of docs/virtio.md: what is between the marks stands there word for word. */
class CheckYourDriverTest {
    // begin
    private static void mine(RegisterSpace registers, GuestMemory memory) { // put your own driver here
        DmaAllocator dma = new DmaAllocator(0x10000, 0x10000);
        new RngDriver(new MmioTransport(registers), memory, dma, -1L, DeviceWait.NONE).random(8);
    }

    @Test
    void handshake_keepsEveryRule() {
        for (DeviceProfile profile : List.of(DeviceProfile.STRICT, DeviceProfile.MINIMAL)) {
            FlatMemory memory = new FlatMemory(1 << 20);
            VirtioDevice device = new VirtioDevice(new RngDevice(() -> 4), memory, profile, (cause, queue) -> {});
            HandshakeChecker checker =
                    HandshakeChecker.mmio(new MmioRegisters(device)).memory(memory);
            mine(checker.registers(), memory);
            checker.end();
            assertThat(checker.violations()).isEmpty();
        }
    }
    // end

    @Test
    void guide_showsThisVeryCode() throws IOException {
        Path here = Path.of("src/test/java/io/torosim/virtio/docs/CheckYourDriverTest.java");
        String source = Files.readString(here);
        String code = source.substring(source.indexOf("    // begin\n") + 13, source.indexOf("    // end\n"));
        assertThat(code.lines().count()).isLessThanOrEqualTo(20);
        assertThat(Files.readString(Path.of("../docs/virtio.md")))
                .contains(code.stripTrailing().stripIndent());
    }
}
