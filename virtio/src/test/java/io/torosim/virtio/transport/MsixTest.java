package io.torosim.virtio.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.device.VirtioDevice.InterruptSink;
import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.driver.NetDriver;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.HandshakeChecker;
import io.torosim.virtio.transport.ModernPciDevice.Msix;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MsixTest {
    private final FlatMemory memory = new FlatMemory(1 << 20);
    private final List<String> heard = new ArrayList<>();
    private final InterruptSink line = (cause, queue) -> heard.add("line " + cause);
    private final Msix msix = new Msix(3, line, (v, address, data) -> heard.add(v + " " + address + " " + data));
    private final NetDevice card = new NetDevice(new byte[] {2, 0, 0, 0, 0, 1}, frame -> {});
    private final VirtioDevice device = new VirtioDevice(card, memory, DeviceProfile.STRICT, msix);
    private final ModernPciDevice pci = new ModernPciDevice(device, msix);
    private final ModernPciTransport transport = new ModernPciTransport(pci.configSpace(), pci::bar);
    private final NetDriver driver =
            new NetDriver(transport, memory, new DmaAllocator(0x10000, 0x80000), NetDevice.F_MRG_RXBUF, 1526);

    private List<String> heard(Runnable what) {
        heard.clear();
        what.run();
        return List.copyOf(heard);
    }

    private void frame() {
        assertThat(card.receive(new byte[60])).isTrue();
        driver.receive();
    }

    private void mapAll() {
        for (int vector = 0; vector < 3; vector++) {
            transport.msixEntry(vector, 0x1_0000_0000L + vector, 100 + vector);
        }
        transport.msix(true);
        assertThat(transport.configVector(0)).isTrue();
        assertThat(transport.queueVector(NetDevice.RX, 1)).isTrue();
        assertThat(transport.queueVector(NetDevice.TX, 2)).isTrue();
        driver.enableInterrupts();
    }

    @Test
    void eventsGoToTheirVectors_andToNoOther() {
        assertThat(transport.msixVectors()).isEqualTo(3);
        assertThat(heard(this::frame)).containsExactly("line 1");
        mapAll();
        assertThat(heard(this::frame)).containsExactly("1 4294967297 101");
        assertThat(heard(() -> driver.send(new byte[60]))).containsExactly("2 4294967298 102");
        assertThat(heard(() -> card.link(false))).containsExactly("0 4294967296 100");
        card.link(true);
        transport.queueVector(NetDevice.RX, Msix.NO_VECTOR);
        assertThat(heard(this::frame)).isEmpty();
        transport.queueVector(NetDevice.RX, 0); // one for all
        assertThat(heard(this::frame)).containsExactly("0 4294967296 100");
        assertThat(heard(() -> card.link(false))).containsExactly("0 4294967296 100");
        assertThat(transport.configVector(Msix.NO_VECTOR)).isTrue();
        assertThat(heard(() -> card.link(true))).isEmpty();
        transport.msix(false);
        assertThat(heard(this::frame)).containsExactly("line 1");
    }

    @Test
    void vectorsOutsideTheTable_areRefused_andAResetUnmapsAll() {
        mapAll();
        assertThat(transport.queueVector(NetDevice.RX, 3)).isFalse();
        assertThat(device.queueVector(NetDevice.RX)).isEqualTo(Msix.NO_VECTOR);
        assertThat(transport.configVector(0xfffe)).isFalse();
        assertThat(transport.queueVector(NetDevice.RX, 2)).isTrue();
        assertThat(transport.configVector(1)).isTrue();
        assertThat(transport.queueVector(9, 1)).isFalse(); // no such queue
        transport.status(0);
        assertThat(device.configVector()).isEqualTo(Msix.NO_VECTOR);
        assertThat(device.queueVector(NetDevice.RX)).isEqualTo(Msix.NO_VECTOR);
        assertThatThrownBy(() -> transport.msixEntry(3, 0, 0)).hasMessage("vector must be in [0, 3), vector=3");
        assertThatThrownBy(() -> new Msix(2049, line, (v, a, d) -> {})).hasMessageContaining("vectors=2049");
        assertThatThrownBy(() -> pci.bar(0)).hasMessage("this function has no BAR 0");
    }

    @Test
    void masked_isPending_andComesOnce() {
        mapAll();
        RegisterSpace bar = pci.bar(Msix.BAR);
        bar.write(16 + 12, 4, 1);
        assertThat(heard(() -> {
                    frame();
                    frame();
                }))
                .isEmpty();
        assertThat(bar.read(msix.pendingAt(), 4)).isEqualTo(2);
        bar.write(msix.pendingAt(), 4, 0); // read-only
        assertThat(bar.read(msix.pendingAt(), 8)).isEqualTo(2);
        assertThat(heard(() -> bar.write(16 + 12, 4, 0))).containsExactly("1 4294967297 101");
        assertThat(bar.read(msix.pendingAt(), 4)).isZero();
        int at = 0x9e; // Message Control
        pci.configSpace().write(at, 2, 0xc000);
        assertThat(heard(this::frame)).isEmpty();
        assertThat(pci.configSpace().read(at, 2)).isEqualTo(0xc002);
        assertThat(heard(() -> pci.configSpace().write(at, 2, 0x8000))).containsExactly("1 4294967297 101");
    }

    @Test
    void capabilityIsReadOnly_butForTwoBits() {
        RegisterSpace config = pci.configSpace();
        for (int at = 0x9c; at < 0xa8; at += 4) {
            config.write(at, 4, 0);
        }
        assertThat(config.read(0x9c, 4)).isEqualTo(0x0002_0011L);
        assertThat(config.read(0xa0, 4)).isEqualTo(1);
        assertThat(config.read(0xa4, 4)).isEqualTo(0x801);
        config.write(0x9c, 4, 0xffff_ffffL);
        assertThat(config.read(0x9c, 4)).isEqualTo(0xc002_0011L);
        assertThat(new ModernPciTransport(new ModernPciDevice(device).configSpace(), b -> pci.bar()).msixVectors())
                .isZero();
    }

    private List<Rule> checked(int map, boolean readBack, boolean config) {
        Msix two = new Msix(2, line, (v, a, d) -> {});
        VirtioDevice disk =
                new VirtioDevice(new BlkDevice(new MemoryBlockDevice(8), ""), memory, DeviceProfile.STRICT, two);
        ModernPciDevice function = new ModernPciDevice(disk, two);
        HandshakeChecker checker = HandshakeChecker.modernPci(function.configSpace(), function::bar);
        RegisterSpace bar = checker.bar(ModernPciDevice.BAR);
        ModernPciTransport t = new ModernPciTransport(function.configSpace(), checker::bar);
        t.msixEntry(1, 0x1000, 7);
        BlkDriver blk = new BlkDriver(t, memory, new DmaAllocator(0x10000, 0x80000), 0, DeviceWait.NONE);
        bar.write(22, 2, 0);
        bar.write(config ? 16 : 26, 2, map);
        if (readBack) {
            bar.read(config ? 16 : 26, 2);
        }
        blk.close();
        checker.end();
        return checker.violations().stream().map(v -> v.rule()).toList();
    }

    @Test
    void driverMapsWithinTheTable_andLooks() {
        for (boolean config : new boolean[] {false, true}) {
            assertThat(checked(1, true, config)).isEmpty();
            assertThat(checked(1, false, config)).containsExactly(Rule.F37);
            assertThat(checked(2, true, config)).containsExactly(Rule.F37);
            assertThat(checked(Msix.NO_VECTOR, false, config)).isEmpty(); // unmapping cannot fail
        }
    }

    @Test
    void interruptStatus_isNotReadWithMsix() throws Exception {
        Msix one = new Msix(1, line, (v, a, d) -> heard.add("message"));
        VirtioDevice disk =
                new VirtioDevice(new BlkDevice(new MemoryBlockDevice(8), ""), memory, DeviceProfile.STRICT, one);
        ModernPciDevice function = new ModernPciDevice(disk, one);
        ModernPciTransport t = new ModernPciTransport(function.configSpace(), function::bar);
        t.msix(true);
        t.msixEntry(0, 0, 0);
        try (BlkDriver blk = new BlkDriver(
                t, memory, new DmaAllocator(0x10000, 0x80000), VirtioFeatures.EVENT_IDX, DeviceWait.NONE)) {
            t.queueVector(0, 0);
            heard.clear();
            blk.read(0, ByteBuffer.allocate(512));
            assertThat(heard).isNotEmpty().containsOnly("message");
            assertThat(t.interruptStatus()).isEqualTo(3);
        }
        assertThatThrownBy(() ->
                        new ModernPciTransport(new ModernPciDevice(disk).configSpace(), b -> function.bar()).msix(true))
                .hasMessage("this function has no MSI-X");
    }
}
