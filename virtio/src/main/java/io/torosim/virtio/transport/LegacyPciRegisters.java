package io.torosim.virtio.transport;

import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;

/** The device's end of the legacy PCI interface: the I/O BAR 0. A device without that interface reads as 0. */
final class LegacyPciRegisters implements RegisterSpace {
    private final VirtioDevice device;
    private final boolean msixEnabled;
    private int selected;

    /**
     * Creates the register file.
     *
     * @param device the device behind it
     * @param msixEnabled whether MSI-X is enabled: two vector registers move the configuration from 20 to 24
     */
    public LegacyPciRegisters(VirtioDevice device, boolean msixEnabled) {
        this.device = device;
        this.msixEnabled = msixEnabled;
    }

    @Override
    public long read(int offset, int widthBytes) {
        if (!device.profile().legacyInterface()) {
            return 0;
        }
        int config = msixEnabled ? LegacyPciTransport.CONFIG_MSIX : LegacyPciTransport.CONFIG;
        if (offset >= config) {
            return device.configRead(offset - config, widthBytes);
        }
        return switch (offset) {
            case LegacyPciTransport.DEVICE_FEATURES -> device.offeredLegacyFeatures();
            case LegacyPciTransport.DRIVER_FEATURES -> device.driverFeatures() & 0xffff_ffffL;
            case LegacyPciTransport.QUEUE_PFN -> device.queuePfn(selected);
            case LegacyPciTransport.QUEUE_SIZE -> device.queueSize(selected);
            case LegacyPciTransport.QUEUE_SELECT -> selected;
            case LegacyPciTransport.STATUS -> device.status();
            case LegacyPciTransport.ISR -> device.readIsr();
            case 20 -> device.configVector();
            case 22 -> device.queueVector(selected);
            default -> 0;
        };
    }

    @Override
    public void write(int offset, int widthBytes, long value) {
        if (!device.profile().legacyInterface()) {
            return;
        }
        int config = msixEnabled ? LegacyPciTransport.CONFIG_MSIX : LegacyPciTransport.CONFIG;
        if (offset >= config) {
            device.configWrite(offset - config, widthBytes, value);
            return;
        }
        switch (offset) {
            case LegacyPciTransport.DRIVER_FEATURES -> device.legacyFeatures(value);
            case LegacyPciTransport.QUEUE_PFN -> device.queuePfn(selected, value);
            case LegacyPciTransport.QUEUE_SELECT -> selected = (int) value & 0xffff;
            case LegacyPciTransport.QUEUE_NOTIFY -> device.notifyQueue((int) value & 0xffff);
            case LegacyPciTransport.STATUS -> {
                device.status((int) value & 0xff);
                selected = device.status() == 0 ? 0 : selected;
            }
            default -> {} // read-only or not there; vectors of which there is no table read back as NO_VECTOR
                // (4.1.5.1.2)
        }
    }
}
