package io.torosim.virtio.testkit;

/** Who touched memory. */
public enum Side {
    /** The guest's driver. */
    DRIVER,
    /** The device. */
    DEVICE
}
