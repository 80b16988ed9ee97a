package io.torosim.guest.device;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;

/** The I/O BAR of a legacy virtio device on a machine's bus; a notification is taken by the host's kernel (ioeventfd). */
final class VirtioPorts implements PortDevice {
    private final RegisterSpace registers;
    private final Runnable statusRead;

    /** @param statusRead is called after the interrupt status was read, which lets go of the line */
    VirtioPorts(VirtioDevice device, Runnable statusRead) {
        this.registers = Transports.legacyPciRegisters(device, false);
        this.statusRead = statusRead;
    }

    @Override
    public int read(int offset, int widthBytes) {
        int value = (int) registers.read(offset, widthBytes);
        if (offset == Transports.LEGACY_PCI_ISR) {
            statusRead.run();
        }
        return value;
    }

    @Override
    public void write(int offset, int widthBytes, int value) {
        registers.write(offset, widthBytes, widthBytes == 4 ? value & 0xffff_ffffL : value);
    }

    @Override
    public AccessKind kind(int offset, boolean write) {
        return write && offset == Transports.LEGACY_PCI_NOTIFY ? AccessKind.NOTIFY : AccessKind.PORT;
    }
}
