package io.torosim.virtio.transport;

import io.torosim.virtio.queue.QueueLayout;

/** The driver's end of virtio over MMIO, version 2 (virtio 1.2 section 4.2). */
public final class MmioTransport implements VirtioTransport {
    /** Offset of the notification register. */
    public static final int QUEUE_NOTIFY = 0x50;

    private final RegisterSpace registers;

    /**
     * Creates the transport.
     *
     * @throws IllegalStateException if there is no virtio device of version 2
     */
    public MmioTransport(RegisterSpace registers) {
        if (registers.read(0, 4) != MmioRegisters.MAGIC || registers.read(4, 4) != 2) {
            throw new IllegalStateException("no virtio-mmio device of version 2");
        }
        this.registers = registers;
    }

    @Override
    public int deviceId() {
        return (int) registers.read(8, 4);
    }

    @Override
    public boolean legacy() {
        return false;
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
        long low = registers.read(0x10, 4);
        registers.write(0x14, 4, 1);
        return low & 0xffff_ffffL | registers.read(0x10, 4) << 32;
    }

    @Override
    public void driverFeatures(long features) {
        registers.write(0x24, 4, 0);
        registers.write(0x20, 4, features & 0xffff_ffffL);
        registers.write(0x24, 4, 1);
        registers.write(0x20, 4, features >>> 32);
    }

    @Override
    public int queueSizeMax(int queueIndex) {
        registers.write(0x30, 4, queueIndex);
        return (int) registers.read(0x34, 4);
    }

    @Override
    public void enableQueue(int queueIndex, QueueLayout layout) {
        registers.write(0x30, 4, queueIndex);
        registers.write(0x38, 4, layout.size());
        address(0x80, layout.descAddr());
        address(0x90, layout.driverAddr());
        address(0xa0, layout.deviceAddr());
        registers.write(0x44, 4, 1);
    }

    private void address(int offset, long address) {
        registers.write(offset, 4, address & 0xffff_ffffL);
        registers.write(offset + 4, 4, address >>> 32);
    }

    @Override
    public void notifyQueue(int queueIndex) {
        registers.write(QUEUE_NOTIFY, 4, queueIndex);
    }

    @Override
    public void notifyQueue(int queueIndex, int nextAvailable) {
        registers.write(QUEUE_NOTIFY, 4, queueIndex | (nextAvailable & 0xffffL) << 16); // section 4.2.3.3
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
        return (int) registers.read(0xfc, 4);
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
