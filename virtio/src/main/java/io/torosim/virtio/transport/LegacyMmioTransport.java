package io.torosim.virtio.transport;

import io.torosim.virtio.queue.QueueLayout;

/** The driver's end of the legacy interface over MMIO, version 1 (virtio 1.2 section 4.2.4), with pages of 4096 bytes. */
public final class LegacyMmioTransport implements VirtioTransport {
    private final RegisterSpace registers;

    /**
     * Creates the transport and tells the device the size of a page.
     *
     * @throws IllegalStateException if there is no virtio device of version 1
     */
    public LegacyMmioTransport(RegisterSpace registers) {
        if (registers.read(0, 4) != MmioRegisters.MAGIC || registers.read(4, 4) != 1) {
            throw new IllegalStateException("no virtio-mmio device of version 1");
        }
        this.registers = registers;
        registers.write(LegacyMmioRegisters.GUEST_PAGE_SIZE, 4, QueueLayout.LEGACY_ALIGN);
    }

    @Override
    public int deviceId() {
        return (int) registers.read(8, 4);
    }

    @Override
    public boolean legacy() {
        return true;
    }

    @Override
    public int status() {
        return (int) registers.read(0x70, 4);
    }

    @Override
    public void status(int value) {
        registers.write(0x70, 4, value);
    }

    @Override
    public long deviceFeatures() {
        registers.write(0x14, 4, 0);
        return registers.read(0x10, 4) & 0xffff_ffffL;
    }

    @Override
    public void driverFeatures(long features) {
        registers.write(0x24, 4, 0);
        registers.write(0x20, 4, features & 0xffff_ffffL);
    }

    @Override
    public int queueSizeMax(int queueIndex) {
        registers.write(0x30, 4, queueIndex);
        return (int) registers.read(0x34, 4);
    }

    @Override
    public void enableQueue(int queueIndex, QueueLayout layout) {
        QueueLayout expected = QueueLayout.legacy(layout.descAddr(), layout.size());
        if (!layout.equals(expected) || layout.descAddr() % QueueLayout.LEGACY_ALIGN != 0) {
            throw new IllegalArgumentException("a legacy queue has the legacy layout at a page, layout=" + layout);
        }
        registers.write(0x30, 4, queueIndex);
        registers.write(0x38, 4, layout.size());
        registers.write(LegacyMmioRegisters.QUEUE_ALIGN, 4, QueueLayout.LEGACY_ALIGN);
        registers.write(LegacyMmioRegisters.QUEUE_PFN, 4, layout.descAddr() / QueueLayout.LEGACY_ALIGN);
    }

    @Override
    public void notifyQueue(int queueIndex) {
        registers.write(MmioTransport.QUEUE_NOTIFY, 4, queueIndex);
    }

    @Override
    public int interruptStatus() {
        int status = (int) registers.read(0x60, 4);
        if (status != 0) {
            registers.write(0x64, 4, status);
        }
        return status;
    }

    @Override
    public int configGeneration() {
        return 0;
    }

    @Override
    public long configRead(int offset, int widthBytes) {
        return registers.read(MmioRegisters.CONFIG + offset, widthBytes);
    }

    @Override
    public void configWrite(int offset, int widthBytes, long value) {
        registers.write(MmioRegisters.CONFIG + offset, widthBytes, value);
    }
}
