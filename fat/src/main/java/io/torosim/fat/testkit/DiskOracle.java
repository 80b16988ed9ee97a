package io.torosim.fat.testkit;

import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bytes of a FAT12 or FAT16 volume: what is on it, and which rules it breaks. It is written from the
 * specification alone and shares no code with the rest of this module, so that the two check each other.
 *
 * <p>{@link DirectoryOracle} reads directories for it. {@link Trial} asks it after each scenario; what is broken is a {@link Violation} of a
 * {@link DiskRule}.
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
        Objects.requireNonNull(disk, "disk");
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
        Objects.requireNonNull(disk, "disk");
        Objects.requireNonNull(codePage, "codePage");
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

    /**
     * The rules of the on-disk format, each with the heading of Microsoft's "FAT: General Overview of On-Disk Format" (version
     * 1.03, 2000) that it is read from.
     */
    public enum DiskRule {
        /** Boot sector. */
        B1("Boot Sector and BPB Structure", "bytes per sector is 512, 1024, 2048 or 4096"),
        /** Boot sector. */
        B2("Boot Sector and BPB Structure", "sectors per cluster is a power of two from 1 to 128"),
        /** Boot sector. */
        B3("Boot Sector and BPB Structure", "at least one sector is reserved"),
        /** Boot sector. */
        B4("Boot Sector and BPB Structure", "there is at least one FAT"),
        /** Boot sector. */
        B5("Boot Sector and BPB Structure", "the root directory has entries"),
        /** Boot sector. */
        B6("Boot Sector and BPB Structure", "the total sector count holds all parts and is not larger than the disk"),
        /** Boot sector. */
        B7("FAT Data Structure", "a FAT has an entry for every cluster"),
        /** Boot sector. */
        B8("FAT Type Determination", "there are 1 to 65524 clusters, and their count alone decides the type"),
        /** Boot sector. */
        B9("Boot Sector and BPB Structure", "the media byte is F0h or F8h to FFh"),
        /** Boot sector. */
        B10("Boot Sector and BPB Structure", "the sector ends in 55h AAh at byte 510"),
        /** FAT. */
        F1("FAT Data Structure", "the low byte of entry 0 is the media byte, its other bits are set"),
        /** FAT. */
        F2("FAT Data Structure", "all FATs are equal"),
        /** FAT. */
        F3("FAT Data Structure", "a chain leads to clusters of the volume and ends in an end mark"),
        /** FAT. */
        F4("FAT Data Structure", "a chain does not lead to a free cluster"),
        /** FAT. */
        F5("FAT Data Structure", "a chain does not lead to a bad cluster"),
        /** FAT. */
        F6("FAT Data Structure", "a chain does not come back to itself"),
        /** FAT. */
        F7("FAT Data Structure", "a cluster belongs to one file"),
        /** FAT. */
        F8("FAT Data Structure", "a used cluster belongs to a file"),
        /** FAT. */
        F9("FAT Directory Structure", "a chain has as many clusters as the file size asks for"),
        /** Directory. */
        D1("FAT Directory Structure", "an empty file starts at 0, another file and a directory at a cluster"),
        /** Directory. */
        D2("FAT Directory Structure", "the size field of a directory is 0"),
        /** Directory. */
        D3("FAT Directory Structure", "a directory begins with . for itself and .. for its parent, 0 for the root"),
        /** Directory. */
        D4("FAT Directory Structure", "no other entry is a dot entry"),
        /** Directory. */
        D5("FAT Directory Structure", "short names in a directory differ"),
        /** Directory. */
        D6("FAT Long Directory Entries", "long names in a directory differ in more than case"),
        /** Directory. */
        D7("FAT Directory Structure", "the upper two attribute bits are 0"),
        /** Directory. */
        D8("FAT Directory Structure", "a volume label stands in the root directory, once, without clusters and size"),
        /** Directory. */
        D9("FAT Directory Structure", "the high half of a start cluster is 0"),
        /** Directory. */
        D10("Date and Time Formats", "date and time of the last write exist, of creation and access exist or are 0"),
        /** Directory. */
        D11("FAT Directory Structure", "slots behind the end mark are free"),
        /** Names. */
        N1("Name Limits and Character Sets", "a short name has legal characters only"),
        /** Names. */
        N2("Name Limits and Character Sets", "a short name has no lower-case letters"),
        /** Names. */
        N3("FAT Directory Structure", "a short name does not begin with a space"),
        /** Long names. */
        L1("FAT Long Directory Entries", "slots count down to 1, the first marked 40h, right before their short entry"),
        /** Long names. */
        L2("FAT Long Directory Entries", "every slot has the checksum of the short name"),
        /** Long names. */
        L3("FAT Long Directory Entries", "type and start cluster of a slot are 0"),
        /** Long names. */
        L4("FAT Long Directory Entries", "a name ends in 0000h if it leaves room, then FFFFh"),
        /** Long names. */
        L5(
                "Name Limits and Character Sets",
                "a long name has legal characters, at most 255, and does not end in a dot or space");

        private final String section;
        private final String text;

        DiskRule(String section, String text) {
            this.section = section;
            this.text = text;
        }

        /**
         * Returns where the rule is written down.
         *
         * @return a heading of the specification
         */
        public String section() {
            return section;
        }

        /**
         * Returns the rule.
         *
         * @return a short sentence
         */
        public String text() {
            return text;
        }
    }
}
