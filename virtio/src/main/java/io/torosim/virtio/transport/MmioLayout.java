package io.torosim.virtio.transport;

/**
 * Offsets of the registers of virtio over MMIO, each 4 bytes wide (virtio 1.2 sections 4.2.2 and, for version 1, 4.2.4), by
 * their names there.
 */
final class MmioLayout {
    /** What {@link #MAGIC_VALUE} reads as: "virt". */
    static final int MAGIC = 0x74726976;

    static final int MAGIC_VALUE = 0x000;
    static final int VERSION = 0x004;
    static final int DEVICE_ID = 0x008;
    static final int VENDOR_ID = 0x00c;
    static final int DEVICE_FEATURES = 0x010;
    static final int DEVICE_FEATURES_SEL = 0x014;
    static final int DRIVER_FEATURES = 0x020;
    static final int DRIVER_FEATURES_SEL = 0x024;
    /** Version 1 only. */
    static final int GUEST_PAGE_SIZE = 0x028;

    static final int QUEUE_SEL = 0x030;
    static final int QUEUE_NUM_MAX = 0x034;
    static final int QUEUE_NUM = 0x038;
    /** Version 1 only. */
    static final int QUEUE_ALIGN = 0x03c;
    /** Version 1 only. */
    static final int QUEUE_PFN = 0x040;

    static final int QUEUE_READY = 0x044;
    static final int QUEUE_NOTIFY = 0x050;
    static final int INTERRUPT_STATUS = 0x060;
    static final int INTERRUPT_ACK = 0x064;
    static final int STATUS = 0x070;
    /** The lower halves of the three addresses; the upper halves lie 4 bytes on. */
    static final int QUEUE_DESC = 0x080;

    static final int QUEUE_DRIVER = 0x090;
    static final int QUEUE_DEVICE = 0x0a0;
    /** Length, low and high, and base of the shared memory region that was selected. */
    static final int SHM_LEN = 0x0b0;

    static final int QUEUE_RESET = 0x0c0;
    static final int CONFIG_GENERATION = 0x0fc;
    static final int CONFIG = 0x100;

    private MmioLayout() {}
}
