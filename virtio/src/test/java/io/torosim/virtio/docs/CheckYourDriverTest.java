package io.torosim.virtio.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.RngDriver;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.HandshakeChecker;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciDevice.Msix;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
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
        new RngDriver(Transports.mmio(registers), memory, dma, -1L, DeviceWait.NONE).random(8);
    }

    @Test
    void handshake_keepsEveryRule() {
        for (DeviceProfile profile : List.of(DeviceProfile.STRICT, DeviceProfile.MINIMAL)) {
            FlatMemory memory = new FlatMemory(1 << 20);
            VirtioDevice device = new VirtioDevice(new RngDevice(() -> 4), memory, profile, (cause, queue) -> {});
            HandshakeChecker checker =
                    HandshakeChecker.mmio(Transports.mmioRegisters(device)).memory(memory);
            mine(checker.registers(), memory);
            checker.end();
            assertThat(checker.violations()).isEmpty();
        }
    }
    // end

    // begin
    @Test
    void handshake_overPciWithMsix() {
        FlatMemory memory = new FlatMemory(1 << 20);
        Msix msix = new Msix(2, (cause, queue) -> {}, (vector, address, data) -> {});
        VirtioDevice device = new VirtioDevice(new RngDevice(() -> 4), memory, DeviceProfile.STRICT, msix);
        ModernPciDevice function = new ModernPciDevice(device, msix);
        HandshakeChecker checker = HandshakeChecker.modernPci(function.configSpace(), function::bar)
                .memory(memory);
        ModernPciTransport transport = new ModernPciTransport(function.configSpace(), checker::bar);
        transport.msixEntry(1, 0xfee0_0000L, 0x31);
        transport.msix(true);
        DmaAllocator dma = new DmaAllocator(0x10000, 0x10000);
        RngDriver driver = new RngDriver(transport, memory, dma, -1L, DeviceWait.NONE);
        assertThat(transport.queueVector(0, 1)).isTrue(); // written and read back
        driver.random(8);
        checker.end();
        assertThat(checker.violations()).isEmpty();
    }
    // end

    @Test
    void registersOfModernPci_areInTheBarOfItsStructures() {
        FlatMemory memory = new FlatMemory(1 << 20);
        VirtioDevice device =
                new VirtioDevice(new RngDevice(() -> 4), memory, DeviceProfile.STRICT, (cause, queue) -> {});
        ModernPciDevice function = new ModernPciDevice(device);
        HandshakeChecker checker = HandshakeChecker.modernPci(function.configSpace(), function::bar);
        assertThatThrownBy(checker::registers)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bar(n)")
                .hasMessageContaining("[4]");
    }

    @Test
    void guide_showsThisVeryCode() throws IOException {
        Path here = Path.of("src/test/java/io/torosim/virtio/docs/CheckYourDriverTest.java");
        String source = Files.readString(here);
        String guide = Files.readString(Path.of("../docs/virtio.md"));
        String[] parts = source.split("    // begin\n");
        assertThat(parts).hasSize(3);
        for (int i = 1; i < parts.length; i++) {
            String code = parts[i].substring(0, parts[i].indexOf("    // end\n"));
            assertThat(code.lines().count()).isLessThanOrEqualTo(20);
            assertThat(guide).contains(code.stripTrailing().stripIndent());
        }
    }
}
