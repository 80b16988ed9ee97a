package io.torosim.virtio.transport;

import io.torosim.virtio.queue.QueueLayout;

/** What a driver can do with its device, whatever the bus (virtio 1.2 chapter 4). Each method is a few accesses. */
public interface VirtioTransport {
    /** Returns the virtio device id, 0 if there is no device. */
    int deviceId();

    /** Returns whether this is the legacy interface: 32 features, no FEATURES_OK, fixed queue size and layout. */
    boolean legacy();

    /** Returns whether the device can say here by which number each queue goes in notifications (NOTIF_CONFIG_DATA). */
    default boolean namesQueues() {
        return false;
    }

    /** Returns the status field. */
    int status();

    /** Writes the status field; 0 resets. */
    void status(int value);

    /** Returns the features offered. */
    long deviceFeatures();

    /** Writes the features accepted. */
    void driverFeatures(long features);

    /** Returns the largest size of a queue, 0 if there is no such queue. */
    int queueSizeMax(int queueIndex);

    /** Tells the device where a queue lies and puts it into use. */
    void enableQueue(int queueIndex, QueueLayout layout);

    /** Notifies a queue. */
    void notifyQueue(int queueIndex);

    /**
     * Notifies a queue where NOTIFICATION_DATA was negotiated (section 2.9).
     *
     * @param queueIndex its number
     * @param nextAvailable its next available entry, see {@link io.torosim.virtio.queue.DriverQueue#nextAvailable}
     * @throws UnsupportedOperationException on the legacy interface, which has no such feature
     */
    default void notifyQueue(int queueIndex, int nextAvailable) {
        throw new UnsupportedOperationException("NOTIFICATION_DATA");
    }

    /** Returns why the device interrupted, and clears that: bit 0 a queue, bit 1 the configuration. */
    int interruptStatus();

    /** Returns the configuration generation; 0 always on the legacy interface. */
    int configGeneration();

    /** Reads 1, 2, 4 or 8 bytes of the device configuration in one access; may tear with a change: see {@link #configRead64}. */
    long configRead(int offset, int widthBytes);

    /**
     * Reads a 64-bit field of the device configuration without tearing: between two equal generations, or on the legacy interface until
     * two reads agree (virtio 1.2 section 2.5).
     *
     * @throws IllegalStateException if it changes for ever
     */
    default long configRead64(int offset) {
        return DeviceConfig.read64(this, offset);
    }

    /**
     * Reads bytes of the device configuration that belong together, such as an address, without tearing.
     *
     * @param offset of the first
     * @param length how many
     * @throws IllegalStateException if they change for ever
     */
    default byte[] configBytes(int offset, int length) {
        return DeviceConfig.readBytes(this, offset, length);
    }

    /** Writes to the device configuration. */
    void configWrite(int offset, int widthBytes, long value);

    /** Lets time pass while a driver waits for its device: runs the simulation on, halts the vCPU, or sleeps. */
    @FunctionalInterface
    public interface DeviceWait {
        /** A device that answers within its notification: nothing to wait for. */
        DeviceWait NONE = () -> {};

        /** Waits a little. */
        void await();
    }

    /**
     * A window of device registers: the ports of an I/O BAR, the memory of an MMIO BAR, the configuration space of a PCI
     * function. Little-endian; reads zero-extend. Registers that do not exist read as 0 and ignore writes.
     */
    interface RegisterSpace {
        /** Reads a register of 1, 2, 4 or 8 bytes. */
        long read(int offset, int widthBytes);

        /** Writes a register of 1, 2, 4 or 8 bytes. */
        void write(int offset, int widthBytes, long value);
    }
}
