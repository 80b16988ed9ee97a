package io.torosim.guest.device;

import io.torosim.core.bus.Bus;
import io.torosim.core.machine.Machine;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.profile.DeviceProfile;
import java.util.Objects;

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
     * @param line its interrupt line
     * @param model what it does; its methods are called within the accesses of the guest
     * @return the device in front of the model
     * @throws IllegalArgumentException if somebody has one of the ports
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
        Bus bus = machine.bus();
        VirtioDevice device =
                new VirtioDevice(model, machine.memory(), profile, (cause, queue) -> bus.setLine(line, true));
        bus.claim(name, port, PORTS, new VirtioPorts(device, () -> bus.setLine(line, false)));
        return device;
    }
}
