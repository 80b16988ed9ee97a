package io.torosim.guest.device;

/**
 * Cylinders, heads and sectors that QEMU invents for a disk: 16 heads of 63 sectors.
 *
 * <p>Not modelled: taking them from a partition table that was written with another geometry.
 */
record IdeGeometry(int cylinders, int heads, int sectors) {
    private static final int MOST_CYLINDERS = 16_383;
    private static final int LEAST_CYLINDERS = 2;

    static IdeGeometry of(long total) {
        long cylinders = total / (16 * 63);
        return new IdeGeometry((int) Math.max(LEAST_CYLINDERS, Math.min(MOST_CYLINDERS, cylinders)), 16, 63);
    }
}
