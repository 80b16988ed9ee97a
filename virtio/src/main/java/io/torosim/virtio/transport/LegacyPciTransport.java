package io.torosim.virtio.transport;

import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;

/** The driver's end of the legacy PCI interface: registers of the I/O BAR 0 (virtio 1.2 section 4.1.4.10). */
final class LegacyPciTransport implements VirtioTransport {
    static final int DEVICE_FEATURES = 0;
    static final int DRIVER_FEATURES = 4;
    static final int QUEUE_PFN = 8;
    static final int QUEUE_SIZE = 12;
    static final int QUEUE_SELECT = 14;
    /** Offset of the notification register. */
    public static final int QUEUE_NOTIFY = 16;

    static final int STATUS = 18;
    /** Offset of the interrupt status. */
    public static final int ISR = 19;

    static final int CONFIG = 20;
    static final int CONFIG_MSIX = 24;

    private final RegisterSpace bar;
    private final int deviceId;
    private final int config;

    /**
     * Creates the transport.
     *
     * @param bar the I/O BAR 0
     * @param deviceId virtio device id, which a legacy device has as its PCI subsystem id
     * @param msixEnabled whether MSI-X is enabled, which moves the device configuration by 4 bytes
     */
    public LegacyPciTransport(RegisterSpace bar, int deviceId, boolean msixEnabled) {
        this.bar = bar;
        this.deviceId = deviceId;
        this.config = msixEnabled ? CONFIG_MSIX : CONFIG;
    }

    @Override
    public int deviceId() {
        return deviceId;
    }

    @Override
    public boolean legacy() {
        return true;
    }

    @Override
    public int status() {
        return (int) bar.read(STATUS, 1);
    }

    @Override
    public void status(int value) {
        bar.write(STATUS, 1, value);
    }

    @Override
    public long deviceFeatures() {
        return bar.read(DEVICE_FEATURES, 4);
    }

    @Override
    public void driverFeatures(long features) {
        bar.write(DRIVER_FEATURES, 4, features & 0xffff_ffffL);
    }

    @Override
    public int queueSizeMax(int queueIndex) {
        bar.write(QUEUE_SELECT, 2, queueIndex);
        return (int) bar.read(QUEUE_SIZE, 2);
    }

    @Override
    public void enableQueue(int queueIndex, QueueLayout layout) {
        QueueLayout expected = QueueLayout.legacy(layout.descAddr(), layout.size());
        if (!layout.equals(expected) || layout.descAddr() % QueueLayout.LEGACY_ALIGN != 0) {
            throw new IllegalArgumentException("a legacy queue has the legacy layout at a page, layout=" + layout);
        }
        bar.write(QUEUE_SELECT, 2, queueIndex);
        bar.write(QUEUE_PFN, 4, layout.descAddr() / QueueLayout.LEGACY_ALIGN);
    }

    @Override
    public void notifyQueue(int queueIndex) {
        bar.write(QUEUE_NOTIFY, 2, queueIndex);
    }

    @Override
    public int interruptStatus() {
        return (int) bar.read(ISR, 1);
    }

    @Override
    public int configGeneration() {
        return 0;
    }

    @Override
    public long configRead(int offset, int widthBytes) {
        return bar.read(config + offset, widthBytes);
    }

    @Override
    public void configWrite(int offset, int widthBytes, long value) {
        bar.write(config + offset, widthBytes, value);
    }
}
