package io.torosim.guest.device;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.machine.Machine;
import io.torosim.core.memory.MmioDevice;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.RegisterSpace;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * Any virtio device as a modern PCI card of a machine: its registers lie in memory, its rings in the machine's memory, and each of its queues
 * interrupts with a message of its own (MSI-X). A notification is an exit that the host's kernel takes (ioeventfd).
 *
 * @param config its PCI configuration space
 * @param bar its memory BAR, as start-up code sees it: nothing is counted
 */
public record ModernVirtioCard(RegisterSpace config, RegisterSpace bar) {
    /** Bytes of the memory BAR. */
    public static final int BAR_BYTES = 0x4000;
    /** Distance of the notification registers of two queues. */
    public static final int NOTIFY_STRIDE = 4;

    /**
     * Plugs a device in.
     *
     * @param name what the bus calls it
     * @param address guest-physical address of its memory BAR of {@value #BAR_BYTES} bytes
     * @param model what it does; its methods are called within the accesses of the guest
     * @param message takes the number of a queue that has something to tell
     */
    public static ModernVirtioCard plug(
            Machine machine, String name, long address, DeviceModel model, IntConsumer message) {
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(message, "message");
        Bus bus = machine.bus();
        VirtioDevice device = new VirtioDevice(
                model, machine.memory(), DeviceProfile.STRICT, (cause, queue) -> message.accept(queue));
        ModernPciDevice pci = new ModernPciDevice(device);
        RegisterSpace bar = pci.bar();
        bus.map(name, address, ModernPciDevice.NOTIFY, registers(bar, 0), AccessKind.MMIO, AccessKind.MMIO);
        bus.map(
                name + " notification",
                address + ModernPciDevice.NOTIFY,
                BAR_BYTES - ModernPciDevice.NOTIFY,
                registers(bar, ModernPciDevice.NOTIFY),
                AccessKind.MMIO,
                AccessKind.NOTIFY);
        return new ModernVirtioCard(pci.configSpace(), bar);
    }

    private static MmioDevice registers(RegisterSpace bar, int first) {
        return new MmioDevice() {
            @Override
            public long read(long offset, int sizeBytes) {
                return bar.read(first + (int) offset, sizeBytes);
            }

            @Override
            public void write(long offset, int sizeBytes, long value) {
                bar.write(first + (int) offset, sizeBytes, value);
            }
        };
    }
}
