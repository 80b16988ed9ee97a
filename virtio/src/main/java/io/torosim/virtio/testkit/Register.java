package io.torosim.virtio.testkit;

/** What a register is for, whatever the transport calls it (virtio 1.2 chapter 4). */
enum Register {
    DEVICE_FEATURES_SELECT,
    DEVICE_FEATURES,
    DRIVER_FEATURES_SELECT,
    DRIVER_FEATURES,
    STATUS,
    CONFIG_GENERATION,
    QUEUE_SELECT,
    /** MMIO has a register of its own for the largest size. */
    QUEUE_SIZE_MAX,
    QUEUE_SIZE,
    QUEUE_DESC,
    QUEUE_DRIVER,
    QUEUE_DEVICE,
    QUEUE_ENABLE,
    QUEUE_RESET,
    /** PCI: by which number the selected queue goes in notifications. */
    QUEUE_NOTIFY_DATA,
    /** Legacy: page frame number of the whole queue. */
    QUEUE_PFN,
    /** Legacy MMIO. */
    QUEUE_ALIGN,
    /** Legacy MMIO. */
    GUEST_PAGE_SIZE,
    NOTIFY,
    /** The device-specific configuration. */
    CONFIG,
    /** MMIO: why there was an interrupt. */
    INTERRUPT_STATUS,
    /** MMIO: what of it has been handled. */
    INTERRUPT_ACK,
    /** MMIO: MagicValue. */
    MAGIC,
    /** MMIO: Version. */
    VERSION,
    /** MMIO: DeviceID. */
    DEVICE_ID,
    /** PCI: the MSI-X vector of configuration changes. */
    CONFIG_VECTOR,
    /** PCI: the MSI-X vector of the selected queue. */
    QUEUE_VECTOR,
    /** Vendor, PCI's interrupt status: no rule is about them. */
    OTHER
}
