package io.torosim.virtio.qtest;

/** The four interfaces of a transitional device. */
enum Way {
    LEGACY_PCI,
    MODERN_PCI,
    LEGACY_MMIO,
    MMIO;

    boolean legacy() {
        return this == LEGACY_PCI || this == LEGACY_MMIO;
    }

    boolean pci() {
        return this == LEGACY_PCI || this == MODERN_PCI;
    }
}
