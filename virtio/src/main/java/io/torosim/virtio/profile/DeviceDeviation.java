package io.torosim.virtio.profile;

/** Where real devices leave the specification outside the ring itself; measured on QEMU 7.2.22. */
public enum DeviceDeviation {
    /** A notification before DRIVER_OK is served (section 3.1.1 forbids it for modern devices). */
    SERVES_BEFORE_DRIVER_OK,
    /** FEATURES_OK stays set although VERSION_1 was not accepted. */
    FEATURES_OK_WITHOUT_VERSION_1,
    /** FEATURES_OK stays set although features were accepted that were not offered. */
    UNOFFERED_FEATURES_ACCEPTED,
    /** virtio-net leaves {@code num_buffers} unwritten without MRG_RXBUF (hw/net/virtio-net.c). */
    NUM_BUFFERS_UNWRITTEN,
    /** A split queue size that is no power of two is accepted. */
    ANY_QUEUE_SIZE,
    /** virtio-blk GET_ID writes the name and its zero but reports 21 bytes. */
    GET_ID_OVERREPORTED
}
