package io.torosim.fat.testkit;

import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bytes of a FAT12 or FAT16 volume: what is on it, and which rules it breaks. It is written from the
 * specification alone and shares no code with the rest of this module, so that the two check each other.
 */
public final class DiskOracle {
    /**
     * A file or directory.
     *
     * @param content the bytes of a file, null for a directory
     * @param shortName 8.3 name as it stands, ISO 8859-1, with a dot
     * @param attributes attribute byte
     * @param clusters its clusters in order
     * @param slot where its short entry is in the volume's bytes
     */
    public record Item(byte @Nullable [] content, String shortName, int attributes, List<Integer> clusters, int slot) {}

    final byte[] disk;
    final Charset codePage;
    private final List<Violation> violations = new ArrayList<>();
    private final TreeMap<String, Item> items = new TreeMap<>();
    private final ArrayDeque<Runnable> directories = new ArrayDeque<>();
    private int sectorBytes;
    private int clusterBytes;
    private int fatStart;
    private int fatBytes;
    private int rootStart;
    private int rootEntries;
    private int dataStart;
    private int clusters;
    private @Nullable String[] owner = {};

    private DiskOracle(byte[] disk, Charset codePage) {
        this.disk = disk;
        this.codePage = codePage;
    }

    /**
     * Reads a volume whose short names are in code page 437.
     *
     * @param disk its bytes
     * @return the oracle, with what it found
     */
    public static DiskOracle read(byte[] disk) {
        return read(disk, Charset.forName("IBM437"));
    }

    /**
     * Reads a volume.
     *
     * @param disk its bytes
     * @param codePage of its short names
     * @return the oracle, with what it found
     */
    public static DiskOracle read(byte[] disk, Charset codePage) {
        var oracle = new DiskOracle(disk, codePage);
        if (oracle.readBootSector()) {
            oracle.readFats();
            oracle.directories.add(() -> new DirectoryOracle(oracle, "", oracle.rootSlots(), 0, 0).read());
            while (!oracle.directories.isEmpty()) {
                oracle.directories.poll().run();
            }
            oracle.findLost();
        }
        return oracle;
    }

    /**
     * Returns the rules broken.
     *
     * @return in the order of the walk
     */
    public List<Violation> violations() {
        return Collections.unmodifiableList(violations);
    }

    /**
     * Returns what is on the volume.
     *
     * @return path, as {@code /DIR/Name}, to file or directory
     */
    public Map<String, Item> items() {
        return Collections.unmodifiableMap(items);
    }

    /**
     * Returns the number of data clusters.
     *
     * @return 1 to 65524, or 0 if the boot sector says nothing usable
     */
    public int clusterCount() {
        return clusters;
    }

    int rootStart() {
        return rootStart;
    }

    int u8(int at) {
        return disk[at] & 0xff;
    }

    int u16(int at) {
        return u8(at) | u8(at + 1) << 8;
    }

    long u32(int at) {
        return u16(at) | (long) u16(at + 2) << 16;
    }

    void broken(DiskRule rule, String where, String found) {
        violations.add(new Violation(rule, where.isEmpty() ? "/" : where, found));
    }

    private boolean readBootSector() {
        if (disk.length < 512) {
            broken(DiskRule.B6, "", "disk has " + disk.length + " bytes");
            return false;
        }
        sectorBytes = u16(11);
        int perCluster = u8(13);
        int reserved = u16(14);
        int fats = u8(16);
        rootEntries = u16(17);
        long total = u16(19) != 0 ? u16(19) : u32(32);
        int fatSectors = u16(22);
        int before = violations.size();
        if (sectorBytes != 512 && sectorBytes != 1024 && sectorBytes != 2048 && sectorBytes != 4096) {
            broken(DiskRule.B1, "", "" + sectorBytes);
        }
        if (perCluster == 0 || (perCluster & perCluster - 1) != 0) {
            broken(DiskRule.B2, "", "" + perCluster);
        }
        if (reserved == 0) {
            broken(DiskRule.B3, "", "0");
        }
        if (fats == 0) {
            broken(DiskRule.B4, "", "0");
        }
        if (rootEntries == 0) {
            broken(DiskRule.B5, "", "0");
        }
        if (u8(21) != 0xf0 && u8(21) < 0xf8) {
            broken(DiskRule.B9, "", Integer.toHexString(u8(21)) + "h");
        }
        if (u8(510) != 0x55 || u8(511) != 0xaa) {
            broken(DiskRule.B10, "", Integer.toHexString(u8(510)) + "h " + Integer.toHexString(u8(511)) + "h");
        }
        boolean usable =
                violations.stream().skip(before).allMatch(v -> v.rule() == DiskRule.B9 || v.rule() == DiskRule.B10);
        return usable && readSizes(perCluster, reserved, fats, total, fatSectors);
    }

    private boolean readSizes(int perCluster, int reserved, int fats, long total, int fatSectors) {
        long rootSectors = (rootEntries * 32L + sectorBytes - 1) / sectorBytes;
        long dataSector = reserved + (long) fats * fatSectors + rootSectors;
        if (total <= dataSector || total * sectorBytes > disk.length) {
            broken(
                    DiskRule.B6,
                    "",
                    total + " sectors, data from " + dataSector + ", disk of " + disk.length + " bytes");
            return false;
        }
        long count = (total - dataSector) / perCluster;
        if (count < 1 || count > 65524) {
            broken(DiskRule.B8, "", count + " clusters");
            return false;
        }
        clusters = (int) count;
        clusterBytes = sectorBytes * perCluster;
        fatStart = reserved * sectorBytes;
        fatBytes = fatSectors * sectorBytes;
        rootStart = fatStart + fats * fatBytes;
        dataStart = (int) dataSector * sectorBytes;
        long needed = isNarrow() ? (3L * (clusters + 2) + 1) / 2 : 2L * (clusters + 2);
        if (fatBytes < needed) {
            broken(DiskRule.B7, "", fatSectors + " sectors, " + needed + " bytes needed");
            return false;
        }
        owner = new String[clusters + 2];
        return true;
    }

    private boolean isNarrow() {
        return clusters < 4085;
    }

    /** Returns an entry of a FAT; the special values of FAT12 are returned as those of FAT16. */
    private int entry(int copy, int cluster) {
        int start = fatStart + copy * fatBytes;
        if (!isNarrow()) {
            return u16(start + 2 * cluster);
        }
        int pair = u16(start + cluster * 3 / 2);
        int value = cluster % 2 == 0 ? pair & 0xfff : pair >> 4;
        return value >= 0xff7 ? value + 0xf000 : value; // FF5h is a cluster where there are 4084
    }

    private void readFats() {
        int wanted = 0xff00 | u8(21);
        if (entry(0, 0) != wanted) {
            broken(DiskRule.F1, "", Integer.toHexString(entry(0, 0)) + "h, media " + Integer.toHexString(u8(21)) + "h");
        }
        for (int copy = 1; copy < u8(16); copy++) {
            for (int cluster = 0; cluster < clusters + 2; cluster++) {
                if (entry(copy, cluster) != entry(0, cluster)) {
                    broken(DiskRule.F2, "", "FAT " + (copy + 1) + " has another entry of cluster " + cluster);
                    break;
                }
            }
        }
    }

    private List<Integer> rootSlots() {
        var slots = new ArrayList<Integer>();
        for (int i = 0; i < rootEntries; i++) {
            slots.add(rootStart + 32 * i);
        }
        return slots;
    }

    /** Walks a chain and takes its clusters, as far as they can be read. */
    List<Integer> chain(int first, String path) {
        var chain = new ArrayList<Integer>();
        int cluster = first;
        while (true) {
            if (cluster < 2 || cluster > clusters + 1) {
                broken(DiskRule.F3, path, "leads to " + Integer.toHexString(cluster) + "h");
                return chain;
            }
            if (owner[cluster] != null) {
                boolean mine = owner[cluster].equals(path);
                broken(mine ? DiskRule.F6 : DiskRule.F7, path, "cluster " + cluster + " is " + owner[cluster] + "'s");
                return chain;
            }
            int next = entry(0, cluster);
            if (next == 0 || next == 0xfff7) {
                broken(next == 0 ? DiskRule.F4 : DiskRule.F5, path, "cluster " + cluster);
                return chain;
            }
            owner[cluster] = path;
            chain.add(cluster);
            if (next >= 0xfff8) {
                return chain;
            }
            cluster = next;
        }
    }

    int clusterStart(int cluster) {
        return dataStart + (cluster - 2) * clusterBytes;
    }

    int clusterBytes() {
        return clusterBytes;
    }

    void found(String path, Item item) {
        items.put(path, item);
    }

    void later(Runnable directory) {
        directories.add(directory);
    }

    private void findLost() {
        for (int cluster = 2; cluster < clusters + 2; cluster++) {
            int value = entry(0, cluster);
            if (value != 0 && value != 0xfff7 && owner[cluster] == null) {
                broken(DiskRule.F8, "", "cluster " + cluster);
                return;
            }
        }
    }

    /**
     * A rule broken on a disk.
     *
     * @param rule the rule
     * @param where a path, or {@code /} for the volume
     * @param found what stands there
     */
    public record Violation(DiskRule rule, String where, String found) {
        @Override
        public String toString() {
            return rule + " " + where + ": " + found + " (" + rule.text() + ")";
        }
    }
}
