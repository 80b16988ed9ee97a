package io.torosim.virtio.transport;

/** Offsets of the modern PCI interface (virtio 1.2 section 4.1.4), for both ends. */
final class PciCommon {
    static final int VENDOR = 0x1af4;
    static final int CAPABILITY_VENDOR = 0x09;
    static final int CAPABILITY_MSIX = 0x11;
    static final int CAPABILITY_POINTER = 0x34;
    static final int CFG_COMMON = 1;
    static final int CFG_NOTIFY = 2;
    static final int CFG_ISR = 3;
    static final int CFG_DEVICE = 4;
    static final int CFG_PCI = 5;

    static final int DEVICE_FEATURE_SELECT = 0;
    static final int DEVICE_FEATURE = 4;
    static final int DRIVER_FEATURE_SELECT = 8;
    static final int DRIVER_FEATURE = 12;
    static final int CONFIG_MSIX_VECTOR = 16;
    static final int NUM_QUEUES = 18;
    static final int DEVICE_STATUS = 20;
    static final int CONFIG_GENERATION = 21;
    static final int QUEUE_SELECT = 22;
    static final int QUEUE_SIZE = 24;
    static final int QUEUE_MSIX_VECTOR = 26;
    static final int QUEUE_ENABLE = 28;
    static final int QUEUE_NOTIFY_OFF = 30;
    static final int QUEUE_DESC = 32;
    static final int QUEUE_DRIVER = 40;
    static final int QUEUE_DEVICE = 48;
    static final int QUEUE_NOTIFY_DATA = 56;
    static final int QUEUE_RESET = 58;

    private PciCommon() {}
}
