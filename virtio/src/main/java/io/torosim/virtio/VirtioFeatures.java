package io.torosim.virtio;

/** Feature bits that do not belong to one device type, as masks (virtio 1.2 sections 6 and 6.3). */
public final class VirtioFeatures {
    /** Legacy: interrupt when the device runs out of buffers even if suppressed (bit 24). */
    public static final long NOTIFY_ON_EMPTY = 1L << 24;
    /** Legacy: the device accepts arbitrary descriptor layouts (bit 27). */
    public static final long ANY_LAYOUT = 1L << 27;
    /** Indirect descriptor tables (bit 28). */
    public static final long INDIRECT_DESC = 1L << 28;
    /** {@code used_event} and {@code avail_event}, or descriptor event offsets (bit 29). */
    public static final long EVENT_IDX = 1L << 29;
    /** The device follows version 1 of the specification, not the legacy interface (bit 32). */
    public static final long VERSION_1 = 1L << 32;
    /** Packed virtqueues (bit 34). */
    public static final long RING_PACKED = 1L << 34;
    /** Buffers are used in the order in which they were made available (bit 35). */
    public static final long IN_ORDER = 1L << 35;
    /** Notifications carry the place of the next available entry (bit 38, section 2.9). */
    public static final long NOTIFICATION_DATA = 1L << 38;
    /**
     * The device says by which number each queue goes in notifications over PCI (bit 39, section 4.1.5.2); other transports have
     * no register for it.
     */
    public static final long NOTIF_CONFIG_DATA = 1L << 39;
    /** A single queue can be reset (bit 40). */
    public static final long RING_RESET = 1L << 40;
    /** Everything that the queues of this library handle. */
    public static final long ALL_RING_FEATURES =
            NOTIFY_ON_EMPTY | ANY_LAYOUT | INDIRECT_DESC | EVENT_IDX | VERSION_1 | RING_PACKED | IN_ORDER;

    /** {@link #ALL_RING_FEATURES} and what goes with them in this library's transports; what a driver of it may accept. */
    public static final long ALL_QUEUE_FEATURES =
            ALL_RING_FEATURES | NOTIFICATION_DATA | NOTIF_CONFIG_DATA | RING_RESET;

    /** Returns whether all bits of {@code mask} are in {@code features}. */
    public static boolean has(long features, long mask) {
        return (features & mask) == mask;
    }

    private VirtioFeatures() {}
}
