package io.torosim.virtio.layout;

/** Bits of the device status field (virtio 1.2 section 2.1). */
public final class VirtioStatus {
    /** The guest has noticed the device. */
    public static final int ACKNOWLEDGE = 1;
    /** The guest has a driver for it. */
    public static final int DRIVER = 2;
    /** The driver is ready. */
    public static final int DRIVER_OK = 4;
    /** Features are agreed. */
    public static final int FEATURES_OK = 8;
    /** The device met an error from which only a reset recovers. */
    public static final int DEVICE_NEEDS_RESET = 0x40;
    /** The driver has given up. */
    public static final int FAILED = 0x80;

    private VirtioStatus() {}
}
