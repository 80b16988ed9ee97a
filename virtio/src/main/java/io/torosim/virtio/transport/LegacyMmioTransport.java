package io.torosim.virtio.transport;

import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;

/** The driver's end of the legacy interface over MMIO, version 1 (virtio 1.2 section 4.2.4), with pages of 4096 bytes. */
final class LegacyMmioTransport extends AbstractMmioTransport {
    /**
     * Creates the transport and tells the device the size of a page.
     *
     * @throws IllegalStateException if there is no virtio device of version 1
     */
    public LegacyMmioTransport(RegisterSpace registers) {
        super(registers, 1);
        if (deviceId() != 0) { // a placeholder is left alone
            write(MmioLayout.GUEST_PAGE_SIZE, QueueLayout.LEGACY_ALIGN);
        }
    }

    @Override
    public boolean legacy() {
        return true;
    }

    @Override
    public long deviceFeatures() {
        return deviceFeatures(0);
    }

    @Override
    public void driverFeatures(long features) {
        driverFeatures(0, features);
    }

    @Override
    public void enableQueue(int queueIndex, QueueLayout layout) {
        QueueLayout expected = QueueLayout.legacy(layout.descAddr(), layout.size());
        if (!layout.equals(expected) || layout.descAddr() % QueueLayout.LEGACY_ALIGN != 0) {
            throw new IllegalArgumentException("a legacy queue has the legacy layout at a page, layout=" + layout);
        }
        write(MmioLayout.QUEUE_SEL, queueIndex);
        write(MmioLayout.QUEUE_NUM, layout.size());
        write(MmioLayout.QUEUE_ALIGN, QueueLayout.LEGACY_ALIGN);
        write(MmioLayout.QUEUE_PFN, layout.descAddr() / QueueLayout.LEGACY_ALIGN);
    }

    @Override
    public int configGeneration() {
        return 0;
    }
}
