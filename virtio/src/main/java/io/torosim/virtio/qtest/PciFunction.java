package io.torosim.virtio.qtest;

import io.torosim.virtio.transport.LegacyPciTransport;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.RegisterSpace;
import io.torosim.virtio.transport.VirtioTransport;

/** A function on a QEMU's PCI bus 0, its BARs placed and enabled. */
public final class PciFunction {
    /** Vendor id of virtio functions (virtio 1.2 section 4.1.2). */
    public static final int VIRTIO_VENDOR = 0x1af4;

    private static final int SUBSYSTEM_ID = 0x2e;

    private final int slot;
    private final RegisterSpace config;
    private final RegisterSpace[] bars;

    PciFunction(int slot, RegisterSpace config, RegisterSpace[] bars) {
        this.slot = slot;
        this.config = config;
        this.bars = bars;
    }

    /** Returns the slot, in {@code [0, 31]}. */
    public int slot() {
        return slot;
    }

    /** Returns the configuration space. */
    public RegisterSpace config() {
        return config;
    }

    /** Returns the vendor id. */
    public int vendorId() {
        return (int) config.read(0, 2);
    }

    /**
     * Returns a BAR.
     *
     * @param index in {@code [0, 5]}
     * @throws IllegalArgumentException if the function does not have it
     */
    public RegisterSpace bar(int index) {
        if (index < 0 || index >= bars.length || bars[index] == null) {
            throw new IllegalArgumentException("slot " + slot + " has no BAR " + index);
        }
        return bars[index];
    }

    /** Returns the legacy interface of a transitional virtio device. */
    public VirtioTransport legacy() {
        return new LegacyPciTransport(bar(0), (int) config.read(SUBSYSTEM_ID, 2), false);
    }

    /** Returns the modern interface of a virtio device. */
    public VirtioTransport modern() {
        return new ModernPciTransport(config, this::bar);
    }
}
