package io.torosim.virtio.transport;

import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;

/** The driver's end of virtio over MMIO, version 2 (virtio 1.2 section 4.2). */
final class MmioTransport extends AbstractMmioTransport {
    /** Offset of the notification register. */
    public static final int QUEUE_NOTIFY = MmioLayout.QUEUE_NOTIFY;

    /**
     * Creates the transport.
     *
     * @throws IllegalStateException if there is no virtio device of version 2
     */
    public MmioTransport(RegisterSpace registers) {
        super(registers, 2);
    }

    @Override
    public boolean legacy() {
        return false;
    }

    @Override
    public long deviceFeatures() {
        return deviceFeatures(0) | deviceFeatures(1) << 32;
    }

    @Override
    public void driverFeatures(long features) {
        driverFeatures(0, features);
        driverFeatures(1, features >>> 32);
    }

    @Override
    public void enableQueue(int queueIndex, QueueLayout layout) {
        write(MmioLayout.QUEUE_SEL, queueIndex);
        write(MmioLayout.QUEUE_NUM, layout.size());
        address(MmioLayout.QUEUE_DESC, layout.descAddr());
        address(MmioLayout.QUEUE_DRIVER, layout.driverAddr());
        address(MmioLayout.QUEUE_DEVICE, layout.deviceAddr());
        write(MmioLayout.QUEUE_READY, 1);
    }

    private void address(int offset, long address) {
        write(offset, address & 0xffff_ffffL);
        write(offset + 4, address >>> 32);
    }

    @Override
    public void notifyQueue(int queueIndex, int nextAvailable) {
        write(MmioLayout.QUEUE_NOTIFY, queueIndex | (nextAvailable & 0xffffL) << 16); // section 4.2.3.3
    }

    @Override
    public int configGeneration() {
        return (int) read(MmioLayout.CONFIG_GENERATION);
    }
}
