package io.torosim.virtio.nic;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.NetDevice.FrameSink;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.transport.Transports;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** virtio-net with Toro's driver of 2018 over legacy PCI: an interrupt for every completion, all packets copied. */
final class VirtioToroNic implements Nic {
    private final AccessMeter meter;
    private final NetDevice card;
    private final ToroNetDriver driver;
    private boolean line;
    private List<byte[]> received = new ArrayList<>();
    private long copied;

    VirtioToroNic(GuestMemory memory, AccessMeter meter, AccessMeter picMeter, FrameSink wire) {
        this.meter = meter;
        this.card = new NetDevice(new byte[] {0x52, 0x54, 0, 0, 0, 1}, wire);
        VirtioDevice device = new VirtioDevice(card, memory, DeviceProfile.LEGACY_ONLY, (cause, queue) -> line = true);
        MeteredSpace bar = new MeteredSpace(
                Transports.legacyPciRegisters(device, false),
                MeteredSpace.Kind.PORT_IO,
                meter,
                Transports.LEGACY_PCI_NOTIFY,
                Transports.LEGACY_PCI_NOTIFY + 2);
        MeteredSpace pic = new MeteredSpace(Pic.PORTS, MeteredSpace.Kind.PORT_IO, picMeter);
        this.driver = new ToroNetDriver(
                bar,
                pic,
                memory,
                new DmaAllocator(0x10000, memory.sizeBytes() - 0x10000),
                EnumSet.allOf(ToroVirtioQuirk.class),
                frame -> {
                    copied += frame.length;
                    received.add(frame);
                });
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
        line = false;
        received = new ArrayList<>();
        driver.interrupt();
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
