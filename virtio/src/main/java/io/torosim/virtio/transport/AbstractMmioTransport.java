package io.torosim.virtio.transport;

import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;

/** What the driver's ends of both versions of virtio over MMIO share. */
abstract class AbstractMmioTransport implements VirtioTransport {
    private final RegisterSpace registers;
    private final int deviceId;

    /**
     * Looks for the device.
     *
     * @throws IllegalStateException if there is no virtio device of {@code version}
     */
    AbstractMmioTransport(RegisterSpace registers, int version) {
        this.registers = registers;
        if (read(MmioLayout.MAGIC_VALUE) != MmioLayout.MAGIC || read(MmioLayout.VERSION) != version) {
            throw new IllegalStateException("no virtio-mmio device of version " + version);
        }
        deviceId = (int) read(MmioLayout.DEVICE_ID); // before any other register (section 4.2.3.1.1)
    }

    final long read(int offset) {
        return registers.read(offset, 4);
    }

    final void write(int offset, long value) {
        registers.write(offset, 4, value);
    }

    /** Returns one half of what the device offers. */
    final long deviceFeatures(int half) {
        write(MmioLayout.DEVICE_FEATURES_SEL, half);
        return read(MmioLayout.DEVICE_FEATURES) & 0xffff_ffffL;
    }

    /** Tells one half of what the driver accepts. */
    final void driverFeatures(int half, long word) {
        write(MmioLayout.DRIVER_FEATURES_SEL, half);
        write(MmioLayout.DRIVER_FEATURES, word & 0xffff_ffffL);
    }

    @Override
    public final int deviceId() {
        return deviceId;
    }

    @Override
    public final int status() {
        return (int) read(MmioLayout.STATUS);
    }

    @Override
    public final void status(int value) {
        write(MmioLayout.STATUS, value);
    }

    @Override
    public final int queueSizeMax(int queueIndex) {
        write(MmioLayout.QUEUE_SEL, queueIndex);
        return (int) read(MmioLayout.QUEUE_NUM_MAX);
    }

    @Override
    public final void notifyQueue(int queueIndex) {
        write(MmioLayout.QUEUE_NOTIFY, queueIndex);
    }

    @Override
    public final int interruptStatus() {
        int pending = (int) read(MmioLayout.INTERRUPT_STATUS);
        if (pending != 0) {
            write(MmioLayout.INTERRUPT_ACK, pending);
        }
        return pending;
    }

    @Override
    public final long configRead(int offset, int widthBytes) {
        return registers.read(MmioLayout.CONFIG + offset, widthBytes);
    }

    @Override
    public final void configWrite(int offset, int widthBytes, long value) {
        registers.write(MmioLayout.CONFIG + offset, widthBytes, value);
    }
}
