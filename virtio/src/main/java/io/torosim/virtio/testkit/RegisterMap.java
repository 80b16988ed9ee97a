package io.torosim.virtio.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * Which register lies where in one window of a transport, and what may be done with it. Written from the tables of virtio 1.4
 * chapter 4, apart from the register files and transports of this library: a mistake there is not repeated here.
 */
final class RegisterMap {
    /** Which way a register goes. */
    enum Direction {
        R,
        W,
        RW
    }

    /**
     * One register, or one structure of a PCI device.
     *
     * @param width the only width that the driver may use, 0: not judged here
     */
    record Entry(Register register, int offset, int bytes, String name, Direction direction, int width) {
        /** Returns whether this is none of the registers. */
        boolean nothing() {
            return bytes == 0;
        }
    }

    private static final Entry UNKNOWN = new Entry(Register.OTHER, 0, 0, "reserved", Direction.RW, 0);
    private static final int MMIO_WIDTH = 4;

    private final List<Entry> entries = new ArrayList<>();

    /** Returns the register at an offset. */
    Entry at(int offset) {
        for (Entry entry : entries) {
            if (offset >= entry.offset && offset - entry.offset < entry.bytes) {
                return entry;
            }
        }
        return UNKNOWN;
    }

    private RegisterMap put(Register register, int offset, int bytes, String name) {
        entries.add(new Entry(register, offset, bytes, name, Direction.RW, 0));
        return this;
    }

    private RegisterMap word(Direction direction, Register register, int offset, String name) {
        return words(direction, register, offset, MMIO_WIDTH, name);
    }

    private RegisterMap words(Direction direction, Register register, int offset, int bytes, String name) {
        entries.add(new Entry(register, offset, bytes, name, direction, MMIO_WIDTH));
        return this;
    }

    /** I/O BAR 0 of a legacy PCI device (section 4.1.4.10). */
    static RegisterMap legacyPci(boolean msixEnabled) {
        int config = msixEnabled ? 24 : 20;
        return new RegisterMap()
                .put(Register.DEVICE_FEATURES, 0, 4, "Device Features")
                .put(Register.DRIVER_FEATURES, 4, 4, "Driver Features")
                .put(Register.QUEUE_PFN, 8, 4, "Queue Address")
                .put(Register.QUEUE_SIZE, 12, 2, "queue_size")
                .put(Register.QUEUE_SELECT, 14, 2, "queue_select")
                .put(Register.NOTIFY, 16, 2, "Queue Notify")
                .put(Register.STATUS, 18, 1, "Device Status")
                .put(Register.OTHER, 19, config - 19, "ISR Status")
                .put(Register.CONFIG, config, Integer.MAX_VALUE, "config");
    }

    /** Adds the common configuration structure of a modern PCI device (section 4.1.4.3). */
    RegisterMap pciCommon(int base) {
        return put(Register.DEVICE_FEATURES_SELECT, base, 4, "device_feature_select")
                .put(Register.DEVICE_FEATURES, base + 4, 4, "device_feature")
                .put(Register.DRIVER_FEATURES_SELECT, base + 8, 4, "driver_feature_select")
                .put(Register.DRIVER_FEATURES, base + 12, 4, "driver_feature")
                .put(Register.CONFIG_VECTOR, base + 16, 2, "config_msix_vector")
                .put(Register.STATUS, base + 20, 1, "device_status")
                .put(Register.CONFIG_GENERATION, base + 21, 1, "config_generation")
                .put(Register.QUEUE_SELECT, base + 22, 2, "queue_select")
                .put(Register.QUEUE_SIZE, base + 24, 2, "queue_size")
                .put(Register.QUEUE_VECTOR, base + 26, 2, "queue_msix_vector")
                .put(Register.QUEUE_ENABLE, base + 28, 2, "queue_enable")
                .put(Register.QUEUE_DESC, base + 32, 8, "queue_desc")
                .put(Register.QUEUE_DRIVER, base + 40, 8, "queue_driver")
                .put(Register.QUEUE_DEVICE, base + 48, 8, "queue_device")
                .put(Register.QUEUE_NOTIFY_DATA, base + 56, 2, "queue_notify_data")
                .put(Register.QUEUE_RESET, base + 58, 2, "queue_reset");
    }

    /** Adds the notification structure of a modern PCI device. */
    RegisterMap pciNotify(int base, int bytes) {
        return put(Register.NOTIFY, base, bytes, "Queue Notify");
    }

    /** Adds the device-specific structure of a modern PCI device. */
    RegisterMap pciDevice(int base, int bytes) {
        return put(Register.CONFIG, base, bytes, "config");
    }

    /** Virtio over MMIO, version 2 (section 4.2.2). */
    static RegisterMap mmio() {
        return new RegisterMap()
                .identity()
                .word(Direction.R, Register.DEVICE_FEATURES, 0x010, "DeviceFeatures")
                .word(Direction.W, Register.DEVICE_FEATURES_SELECT, 0x014, "DeviceFeaturesSel")
                .word(Direction.W, Register.DRIVER_FEATURES, 0x020, "DriverFeatures")
                .word(Direction.W, Register.DRIVER_FEATURES_SELECT, 0x024, "DriverFeaturesSel")
                .word(Direction.W, Register.QUEUE_SELECT, 0x030, "QueueSel")
                .word(Direction.R, Register.QUEUE_SIZE_MAX, 0x034, "QueueNumMax")
                .word(Direction.W, Register.QUEUE_SIZE, 0x038, "QueueNum")
                .word(Direction.RW, Register.QUEUE_ENABLE, 0x044, "QueueReady")
                .notifications()
                .words(Direction.W, Register.QUEUE_DESC, 0x080, 8, "QueueDesc")
                .words(Direction.W, Register.QUEUE_DRIVER, 0x090, 8, "QueueDriver")
                .words(Direction.W, Register.QUEUE_DEVICE, 0x0a0, 8, "QueueDevice")
                .word(Direction.W, Register.OTHER, 0x0ac, "SHMSel")
                .words(Direction.R, Register.OTHER, 0x0b0, 16, "SHMLen and SHMBase")
                .word(Direction.RW, Register.QUEUE_RESET, 0x0c0, "QueueReset")
                .word(Direction.R, Register.CONFIG_GENERATION, 0x0fc, "ConfigGeneration")
                .put(Register.CONFIG, 0x100, Integer.MAX_VALUE, "Config");
    }

    private RegisterMap identity() {
        return word(Direction.R, Register.MAGIC, 0x000, "MagicValue")
                .word(Direction.R, Register.VERSION, 0x004, "Version")
                .word(Direction.R, Register.DEVICE_ID, 0x008, "DeviceID")
                .word(Direction.R, Register.OTHER, 0x00c, "VendorID");
    }

    private RegisterMap notifications() {
        return word(Direction.W, Register.NOTIFY, 0x050, "QueueNotify")
                .word(Direction.R, Register.INTERRUPT_STATUS, 0x060, "InterruptStatus")
                .word(Direction.W, Register.INTERRUPT_ACK, 0x064, "InterruptACK")
                .word(Direction.RW, Register.STATUS, 0x070, "Status");
    }

    /** Virtio over MMIO, version 1 (section 4.2.4). */
    static RegisterMap legacyMmio() {
        return new RegisterMap()
                .identity()
                .word(Direction.R, Register.DEVICE_FEATURES, 0x010, "HostFeatures")
                .word(Direction.W, Register.DEVICE_FEATURES_SELECT, 0x014, "HostFeaturesSel")
                .word(Direction.W, Register.DRIVER_FEATURES, 0x020, "GuestFeatures")
                .word(Direction.W, Register.DRIVER_FEATURES_SELECT, 0x024, "GuestFeaturesSel")
                .word(Direction.W, Register.GUEST_PAGE_SIZE, 0x028, "GuestPageSize")
                .word(Direction.W, Register.QUEUE_SELECT, 0x030, "QueueSel")
                .word(Direction.R, Register.QUEUE_SIZE_MAX, 0x034, "QueueNumMax")
                .word(Direction.W, Register.QUEUE_SIZE, 0x038, "QueueNum")
                .word(Direction.W, Register.QUEUE_ALIGN, 0x03c, "QueueAlign")
                .word(Direction.RW, Register.QUEUE_PFN, 0x040, "QueuePFN")
                .notifications()
                .put(Register.CONFIG, 0x100, Integer.MAX_VALUE, "Config");
    }
}
