package io.torosim.virtio.nic;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.NetDevice.FrameSink;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.DmaAllocator;
import io.torosim.virtio.driver.NetDriver;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;
import java.util.ArrayList;
import java.util.List;

/** virtio-net as one would drive it today: modern PCI, event index, no interrupt for what was sent. */
final class VirtioModernNic implements Nic {
    private final AccessMeter meter;
    private final NetDevice card;
    private final NetDriver driver;
    private boolean line;
    private long copied;

    VirtioModernNic(GuestMemory memory, AccessMeter meter, FrameSink wire) {
        this.meter = meter;
        this.card = new NetDevice(new byte[] {0x52, 0x54, 0, 0, 0, 1}, wire);
        VirtioDevice device =
                new VirtioDevice(card, memory, DeviceProfile.STRICT, (cause, queue) -> line |= queue == NetDevice.RX);
        ModernPciDevice pci = new ModernPciDevice(device);
        MeteredSpace bar = new MeteredSpace(
                pci.bar(), MeteredSpace.Kind.MMIO, meter, ModernPciDevice.NOTIFY, ModernPciDevice.NOTIFY + 0x1000);
        this.driver = new NetDriver(
                new ModernPciTransport(pci.configSpace(), number -> bar),
                memory,
                new DmaAllocator(0x10000, memory.sizeBytes() - 0x10000),
                VirtioFeatures.EVENT_IDX,
                1526);
        line = false;
    }

    @Override
    public AccessMeter meter() {
        return meter;
    }

    @Override
    public boolean arrive(byte[] frame) {
        return card.receive(frame);
    }

    @Override
    public boolean interruptPending() {
        return line;
    }

    @Override
    public List<byte[]> handleInterrupt() {
        line = false; // MSI-X: no status register to read, no end of interrupt that exits
        List<byte[]> received = new ArrayList<>();
        do {
            byte[] frame;
            while ((frame = driver.receive()) != null) {
                copied += frame.length;
                received.add(frame);
            }
        } while (driver.enableInterrupts());
        return received;
    }

    @Override
    public boolean send(byte[] frame) {
        copied += frame.length;
        return driver.send(frame);
    }

    @Override
    public long copiedBytes() {
        return copied;
    }

    @Override
    public long framesOut() {
        return card.sent();
    }
}
