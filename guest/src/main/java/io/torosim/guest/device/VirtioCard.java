package io.torosim.guest.device;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.machine.Machine;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.RegisterSpace;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * Any virtio device as a legacy PCI card of a machine: its registers are ports, its rings lie in the machine's memory, its interrupt is a line of
 * the bus that is held until the guest reads the status. A notification is an exit that the host's kernel takes (ioeventfd).
 */
public final class VirtioCard {
    /** Ports of a card's I/O BAR. */
    public static final int PORTS = 64;

    private VirtioCard() {}

    /**
     * Plugs a device in.
     *
     * @param name what the bus calls it
     * @param port the first of its {@value #PORTS} ports
     * @param line its interrupt line, in [0, 255]; those beyond 15 go nowhere until something of one's own is connected there
     * @param model what it does; its methods are called within the accesses of the guest
     * @return the device in front of the model
     * @throws IllegalArgumentException if somebody has one of the ports, or there is no such line
     */
    public static VirtioDevice plug(Machine machine, String name, int port, int line, DeviceModel model) {
        return plug(machine, name, port, line, model, DeviceProfile.LEGACY_ONLY);
    }

    /** Plugs in a device that behaves as {@code profile} says; see {@link #plug(Machine, String, int, int, DeviceModel)}. */
    public static VirtioDevice plug(
            Machine machine, String name, int port, int line, DeviceModel model, DeviceProfile profile) {
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(profile, "profile");
        Bus.checkLine(line);
        Bus bus = machine.bus();
        VirtioDevice device =
                new VirtioDevice(model, machine.memory(), profile, (cause, queue) -> bus.setLine(line, true));
        bus.claim(name, port, PORTS, new VirtioPorts(device, () -> bus.setLine(line, false)));
        return device;
    }

    /**
     * Any virtio device as a modern PCI card of a machine: its registers lie in memory, its rings in the machine's memory, and each of its queues
     * interrupts with a message of its own (MSI-X). A notification is an exit that the host's kernel takes (ioeventfd).
     *
     * @param config its PCI configuration space
     * @param bar its memory BAR, as start-up code sees it: nothing is counted
     */
    public record Modern(RegisterSpace config, RegisterSpace bar) {
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
        public static Modern plug(Machine machine, String name, long address, DeviceModel model, IntConsumer message) {
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
            return new Modern(pci.configSpace(), bar);
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
}
