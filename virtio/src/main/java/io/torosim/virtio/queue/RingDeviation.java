package io.torosim.virtio.queue;

/** Where real devices leave the specification when they read a ring; measured on or read from QEMU 7.2. */
public enum RingDeviation {
    /** {@code avail.idx} too far ahead is not noticed in time: slots are served again (hw/virtio/virtio.c, pop). */
    AVAIL_JUMP_UNCHECKED,
    /** A head that is in flight already is served again. */
    DUPLICATE_HEAD_SERVED,
    /** Elements outside memory are accepted; what is written there is lost. */
    UNMAPPED_BUFFER_ACCEPTED,
    /** A direct descriptor followed by an INDIRECT one, which is legal, is taken as plain. */
    TRAILING_INDIRECT_AS_PLAIN,
    /** INDIRECT inside a table is ignored. */
    NESTED_INDIRECT_AS_PLAIN,
    /** Tables longer than the queue are accepted, up to 1024 elements. */
    LONG_TABLE_ACCEPTED,
    /** INDIRECT is followed although it was not negotiated. */
    UNNEGOTIATED_INDIRECT_ACCEPTED,
    /** INDIRECT together with NEXT is accepted, NEXT ignored. */
    INDIRECT_WITH_NEXT_ACCEPTED,
    /** An element of zero bytes breaks the queue. */
    ZERO_LENGTH_REFUSED,
    /** Packed: the buffer id is taken from the first descriptor of a list, not the last. */
    PACKED_ID_FROM_FIRST,
    /** Packed: used descriptors never have WRITE, whatever was written (virtqueue_packed_fill_desc). */
    PACKED_WRITE_MISSING,
    /**
     * With EVENT_IDX the first used buffer, and the first after each wrap of a packed ring, interrupts whatever event the
     * driver named (signalled_used_valid).
     */
    FIRST_INTERRUPT_ALWAYS,
    /**
     * Split with EVENT_IDX: a device that wants no notifications leaves {@code avail_event} where it is, and one that wants
     * them names {@code avail.idx}, not how far it has read (virtio_queue_split_set_notification).
     */
    STALE_AVAIL_EVENT,
    /** A used length may be larger than the buffer: a console's message that was cut counts whole (send_control_msg). */
    LENGTH_BEYOND_BUFFER
}
