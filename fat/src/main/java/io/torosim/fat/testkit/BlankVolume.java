package io.torosim.fat.testkit;

import java.nio.charset.StandardCharsets;

/** Empty volumes with clusters of 512 bytes, made byte by byte: the kit trusts no formatter. */
public final class BlankVolume {
    private BlankVolume() {}

    /**
     * Makes an empty FAT12 volume.
     *
     * @param clusters data clusters, 1 to 4084
     * @param rootEntries slots of the root directory, a multiple of 16
     * @return its bytes
     */
    public static byte[] fat12(int clusters, int rootEntries) {
        return make(clusters, rootEntries, (3 * (clusters + 2) + 1) / 2, "FAT12   ");
    }

    /**
     * Makes an empty FAT16 volume.
     *
     * @param clusters data clusters, 4085 to 65524
     * @param rootEntries slots of the root directory, a multiple of 16
     * @return its bytes
     */
    public static byte[] fat16(int clusters, int rootEntries) {
        return make(clusters, rootEntries, 2 * (clusters + 2), "FAT16   ");
    }

    private static byte[] make(int clusters, int rootEntries, int fatBytes, String type) {
        int fatSectors = (fatBytes + 511) / 512;
        int total = 1 + 2 * fatSectors + rootEntries / 16 + clusters;
        byte[] disk = new byte[total * 512];
        byte[] start = "\u00eb<\u0090FATKIT  ".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(start, 0, disk, 0, start.length);
        put(disk, 11, 2, 512);
        put(disk, 13, 1, 1); // sectors per cluster
        put(disk, 14, 2, 1); // reserved
        put(disk, 16, 1, 2); // FATs
        put(disk, 17, 2, rootEntries);
        put(disk, total < 65536 ? 19 : 32, total < 65536 ? 2 : 4, total);
        put(disk, 21, 1, 0xf8);
        put(disk, 22, 2, fatSectors);
        put(disk, 24, 2, 63);
        put(disk, 26, 2, 16);
        put(disk, 36, 1, 0x80);
        put(disk, 38, 1, 0x29);
        byte[] label = ("NO NAME    " + type).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(label, 0, disk, 43, label.length);
        put(disk, 510, 2, 0xaa55);
        for (int copy = 0; copy < 2; copy++) {
            put(disk, 512 * (1 + copy * fatSectors), type.startsWith("FAT12") ? 3 : 4, 0xfffffff8);
        }
        return disk;
    }

    private static void put(byte[] disk, int at, int bytes, int value) {
        for (int i = 0; i < bytes; i++) {
            disk[at + i] = (byte) (value >> 8 * i);
        }
    }
}
