package io.torosim.mem.map;

/**
 * One range of the firmware's memory map (ACPI specification, "INT 15H, E820H - Query System Address Map").
 *
 * @param base guest-physical address of the first byte, at least 0
 * @param lengthBytes at least 1
 * @param type 1 = RAM the kernel may use, 2 = reserved, 3 = ACPI tables, 4 = ACPI NVS; others as found
 */
public record E820Entry(long base, long lengthBytes, int type) {
    /** RAM that the kernel may use. */
    public static final int USABLE = 1;
    /** Not to be used. */
    public static final int RESERVED = 2;

    /** Checks the range. */
    public E820Entry {
        if (base < 0 || lengthBytes < 1 || base + lengthBytes < 0) {
            throw new IllegalArgumentException("E820 range must lie in [0, 2^63) and not be empty, base=0x"
                    + Long.toHexString(base) + ", lengthBytes=" + lengthBytes);
        }
    }

    /** Returns the address of the first byte behind the range. */
    public long end() {
        return base + lengthBytes;
    }
}
