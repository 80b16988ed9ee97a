package io.torosim.fat.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A volume filled byte by byte, as other systems may leave one, with files in the root directory. */
final class HandMade {
    /** Archive, the attribute of a plain file. */
    static final int PLAIN = 0x20;

    private static final int DATE = 34 << 9 | 5 << 5 | 6; // 2014-05-06
    private static final int TIME = 12 << 11 | 34 << 5 | 28; // 12:34:56

    private final byte[] disk;
    private final boolean wide;
    private final int clusterBytes;
    private final int fatStart;
    private final int fatBytes;
    private final int fats;
    private final int rootStart;
    private final int dataStart;
    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private int slots;

    HandMade(int clusters, int rootEntries, int sectorBytes, int perCluster, int reserved, int fats) {
        this.disk = BlankVolume.make(clusters, rootEntries, sectorBytes, perCluster, reserved, fats);
        this.wide = clusters >= 4085;
        this.clusterBytes = sectorBytes * perCluster;
        this.fats = fats;
        this.fatStart = reserved * sectorBytes;
        this.fatBytes = ((disk[22] & 0xff) + (disk[23] & 0xff) * 256) * sectorBytes;
        this.rootStart = fatStart + fats * fatBytes;
        this.dataStart = rootStart + rootEntries * 32;
    }

    /** Makes a volume of the usual geometry. */
    static HandMade usual(boolean wide) {
        return new HandMade(wide ? 4200 : 1000, 512, 512, 1, 1, 2);
    }

    byte[] disk() {
        return disk;
    }

    /** Returns the files made, by path. */
    Map<String, byte[]> files() {
        return files;
    }

    /** Sets an entry of all FATs; for FAT12 the lower 12 bits. */
    void entry(int cluster, int value) {
        for (int copy = 0; copy < fats; copy++) {
            int start = fatStart + copy * fatBytes;
            if (wide) {
                BlankVolume.put(disk, start + 2 * cluster, 2, value);
                continue;
            }
            int at = start + cluster * 3 / 2;
            int pair = (disk[at] & 0xff) | (disk[at + 1] & 0xff) << 8;
            int next = cluster % 2 == 0 ? pair & 0xf000 | value & 0xfff : pair & 0xf | (value & 0xfff) << 4;
            BlankVolume.put(disk, at, 2, next);
        }
    }

    /**
     * Adds a file.
     *
     * @param shown its path as it is shown
     * @param raw 11 bytes
     * @param attributes attribute byte
     * @param endMark the last entry of its chain
     * @param chain its clusters; it fills them but for three bytes
     * @return where its slot is
     */
    int file(String shown, String raw, int attributes, int endMark, int... chain) {
        byte[] content = Trial.bytes(chain.length * clusterBytes - 3, shown.hashCode());
        for (int i = 0; i < chain.length; i++) {
            int at = i * clusterBytes;
            int count = Math.min(clusterBytes, content.length - at);
            System.arraycopy(content, at, disk, dataStart + (chain[i] - 2) * clusterBytes, count);
            entry(chain[i], i + 1 < chain.length ? chain[i + 1] : endMark);
        }
        files.put(shown, content);
        return slot(raw, attributes, chain[0], content.length);
    }

    /** Adds a short entry. */
    int slot(String raw, int attributes, int cluster, int size) {
        return slotAt(rootStart + 32 * slots++, raw, attributes, cluster, size);
    }

    /** Adds a directory of one cluster in the root directory, empty. Returns where its slot is. */
    int directory(String shown, String raw, int attributes, int cluster) {
        files.put(shown, null);
        entry(cluster, 0xffff);
        dots(dataStart + (cluster - 2) * clusterBytes, cluster);
        return slot(raw, attributes, cluster, 0);
    }

    private void dots(int at, int cluster) {
        slotAt(at, ".          ", 0x10, cluster, 0);
        slotAt(at + 32, "..         ", 0x10, 0, 0);
    }

    /** Adds a directory of clusters that are full to the last slot, with empty files. */
    void fullDirectory(String shown, String raw, int endMark, int... chain) {
        files.put(shown, null);
        slot(raw, 0x10, chain[0], 0);
        dots(dataStart + (chain[0] - 2) * clusterBytes, chain[0]);
        for (int i = 2; i < chain.length * clusterBytes / 32; i++) {
            int at = dataStart + (chain[i * 32 / clusterBytes] - 2) * clusterBytes + i * 32 % clusterBytes;
            slotAt(at, ("F" + i + "          ").substring(0, 11), PLAIN, 0, 0);
            files.put(shown + "/F" + i, new byte[0]);
        }
        for (int i = 0; i < chain.length; i++) {
            entry(chain[i], i + 1 < chain.length ? chain[i + 1] : endMark);
        }
    }

    private int slotAt(int slot, String raw, int attributes, int cluster, int size) {
        System.arraycopy(raw.getBytes(StandardCharsets.US_ASCII), 0, disk, slot, 11);
        BlankVolume.put(disk, slot + 11, 1, attributes);
        BlankVolume.put(disk, slot + 14, 2, attributes == 8 ? 0 : TIME);
        BlankVolume.put(disk, slot + 16, 2, attributes == 8 ? 0 : DATE);
        BlankVolume.put(disk, slot + 18, 2, attributes == 8 ? 0 : DATE);
        BlankVolume.put(disk, slot + 22, 2, TIME);
        BlankVolume.put(disk, slot + 24, 2, DATE);
        BlankVolume.put(disk, slot + 26, 2, cluster);
        BlankVolume.put(disk, slot + 28, 4, size);
        return slot;
    }

    /** Adds the one slot of a long name of at most 13 units, for the short entry that is added next. */
    void longName(String name, String raw, int checksumOff) {
        int slot = rootStart + 32 * slots++;
        int sum = 0;
        for (int i = 0; i < 11; i++) {
            sum = (sum >> 1) + ((sum & 1) << 7) + raw.charAt(i) & 0xff;
        }
        disk[slot] = 0x41;
        disk[slot + 11] = 0x0f;
        disk[slot + 13] = (byte) (sum + checksumOff);
        int[] units = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
        for (int i = 0; i < units.length; i++) {
            BlankVolume.put(
                    disk, slot + units[i], 2, i < name.length() ? name.charAt(i) : i == name.length() ? 0 : 0xffff);
        }
    }
}
