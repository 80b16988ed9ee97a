package io.torosim.guest.boot;

/** A way of getting a Toro kernel to run. */
public enum BootPath {
    /** A raw disk image: SeaBIOS, then Toro's own loader, one sector for each BIOS call. */
    BIOS("Raw image (BIOS and bootloader)"),
    /** A Multiboot kernel that QEMU loads; the firmware still runs. */
    MULTIBOOT("Multiboot on QEMU"),
    /** QEMU-Lite: no firmware, no loader, entry in 64-bit mode. */
    QEMU_LITE("QEMU-Lite"),
    /** QEMU's microvm machine with a PVH entry, for comparison: later than the published kernel, which never ran on it. */
    MICROVM("microvm (PVH)"),
    /** Firecracker, for comparison: the same. */
    FIRECRACKER("Firecracker");

    private final String label;

    BootPath(String label) {
        this.label = label;
    }

    /** Returns whether a firmware and a VGA device are there. */
    boolean isPc() {
        return this == BIOS || this == MULTIBOOT;
    }

    /** Returns the parameter of the cost model for the time until the monitor enters the guest. */
    String startParameter() {
        return switch (this) {
            case BIOS, MULTIBOOT -> "boot.qemu_start_default";
            case QEMU_LITE -> "boot.qemu_start_lite";
            case MICROVM -> "boot.qemu_start_microvm";
            case FIRECRACKER -> "boot.firecracker_start";
        };
    }

    /** Returns the name for people. */
    public String label() {
        return label;
    }
}
