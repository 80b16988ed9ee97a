package io.torosim.guest.boot;

/** A way of getting a Toro kernel to run. */
public enum BootPath {
    /** A raw disk image: SeaBIOS, then Toro's own loader, one sector for each BIOS call. */
    BIOS("Raw image (BIOS and bootloader)"),
    /** A Multiboot kernel that QEMU loads; the firmware still runs. */
    MULTIBOOT("Multiboot on QEMU"),
    /** QEMU-Lite: no firmware, no loader, entry in 64-bit mode. */
    QEMU_LITE("QEMU-Lite");

    private final String label;

    BootPath(String label) {
        this.label = label;
    }

    /** Returns the name for people. */
    public String label() {
        return label;
    }
}
