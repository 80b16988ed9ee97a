package io.torosim.fat.testkit;

import java.nio.charset.StandardCharsets;

/** Empty volumes with clusters of 512 bytes, made byte by byte: the kit trusts no formatter. */
final class BlankVolume {
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
        return make(clusters, rootEntries, 512, 1, 1, 2, fatBytes, type);
    }

    /** Makes an empty volume of another geometry; the count of clusters decides the type. */
    static byte[] make(int clusters, int rootEntries, int sectorBytes, int perCluster, int reserved, int fats) {
        boolean wide = clusters >= 4085;
        int fatBytes = wide ? 2 * (clusters + 2) : (3 * (clusters + 2) + 1) / 2;
        String type = wide ? "FAT16   " : "FAT12   ";
        return make(clusters, rootEntries, sectorBytes, perCluster, reserved, fats, fatBytes, type);
    }

    private static byte[] make(
            int clusters,
            int rootEntries,
            int sectorBytes,
            int perCluster,
            int reserved,
            int fats,
            int fatBytes,
            String type) {
        int fatSectors = (fatBytes + sectorBytes - 1) / sectorBytes;
        int total = reserved + fats * fatSectors + rootEntries * 32 / sectorBytes + clusters * perCluster;
        byte[] disk = new byte[total * sectorBytes];
        byte[] start = "\u00eb<\u0090FATKIT  ".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(start, 0, disk, 0, start.length);
        put(disk, 11, 2, sectorBytes);
        put(disk, 13, 1, perCluster);
        put(disk, 14, 2, reserved);
        put(disk, 16, 1, fats);
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
        for (int copy = 0; copy < fats; copy++) {
            put(disk, sectorBytes * (reserved + copy * fatSectors), type.startsWith("FAT12") ? 3 : 4, 0xfffffff8);
        }
        return disk;
    }

    static void put(byte[] disk, int at, int bytes, int value) {
        for (int i = 0; i < bytes; i++) {
            disk[at + i] = (byte) (value >> 8 * i);
        }
    }
}
