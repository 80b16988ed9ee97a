package io.torosim.fat.volume;

import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.FatEntries;
import io.torosim.fat.layout.FatRule;
import io.torosim.fat.layout.FatType;
import io.torosim.fat.layout.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * The file allocation table, held in memory (at most 128 KiB) and written through to every copy, first copy first
 * ("FAT Data Structure"). A 12-bit table is widened on reading: FF0h..FFFh become FFF0h..FFFFh.
 */
final class FatTable {
    static final int FREE = FatEntries.FREE;
    static final int BAD = FatEntries.BAD;
    static final int END = FatEntries.END;
    static final int FIRST_END = FatEntries.FIRST_END;
    static final int CLEAN_BIT = FatEntries.CLEAN_BIT;

    private static final int SECTOR = 512;
    private static final int ENTRIES_PER_SECTOR = SECTOR / 2;

    private final VolumeDisk disk;
    private final BootSector boot;
    private final char[] entries;
    private final BitSet changedSectors = new BitSet();
    private int freeCount;
    private int searchFrom = 2;

    private FatTable(VolumeDisk disk, BootSector boot, char[] entries) {
        this.disk = disk;
        this.boot = boot;
        this.entries = entries;
        for (int c = 2; c < entries.length; c++) {
            freeCount += entries[c] == FREE ? 1 : 0;
        }
    }

    static FatTable load(VolumeDisk disk, BootSector boot) throws IOException {
        ByteBuffer raw = ByteBuffer.allocate(FatEntries.bytes(boot));
        disk.read(FatEntries.offset(boot, 0), raw);
        return new FatTable(disk, boot, FatEntries.decode(raw.array(), boot));
    }

    int get(int cluster) {
        return entries[cluster];
    }

    int lastCluster() {
        return entries.length - 1;
    }

    int freeCount() {
        return freeCount;
    }

    boolean isLink(int value) {
        return value >= 2 && value < entries.length;
    }

    /** Returns the rule that a value breaks as the successor of a cluster, or null for a link and an end. */
    FatRule brokenBy(int value) {
        return FatEntries.brokenBy(value, lastCluster());
    }

    void set(int cluster, int value) {
        assert boot.type() == FatType.FAT16 : "FAT12 is only read";
        if (cluster >= 2) {
            freeCount += (value == FREE ? 1 : 0) - (entries[cluster] == FREE ? 1 : 0);
        }
        entries[cluster] = (char) value;
        changedSectors.set(cluster / ENTRIES_PER_SECTOR);
    }

    /**
     * Takes free clusters, as far as possible in one piece behind {@code near}, and chains them; the last one ends the
     * chain. The caller links and flushes.
     *
     * @return the clusters, or null if there are not enough
     */
    int[] allocate(int count, int near) {
        if (count > freeCount) {
            return null;
        }
        int[] taken = new int[count];
        int at = near >= 2 ? near + 1 : searchFrom;
        for (int i = 0; i < count; at++) {
            if (at > lastCluster()) {
                at = 2;
            }
            if (entries[at] == FREE) {
                set(at, END);
                if (i > 0) {
                    set(taken[i - 1], at);
                }
                taken[i++] = at;
            }
        }
        searchFrom = at > lastCluster() ? 2 : at;
        return taken;
    }

    /** Frees a chain, stopping at whatever is not a link to a used cluster. At most every cluster once. */
    void free(int first) {
        int cluster = first;
        while (isLink(cluster) && entries[cluster] != FREE && entries[cluster] != BAD) {
            int next = entries[cluster];
            set(cluster, FREE);
            cluster = next;
        }
    }

    /**
     * Writes the changed sectors to every copy. The sector of {@code linkCluster}, if changed, comes last: a power cut
     * before it leaves the new clusters unreachable, not half a chain.
     */
    void flush(int linkCluster) throws IOException {
        int last = linkCluster >= 2 ? linkCluster / ENTRIES_PER_SECTOR : -1;
        for (int s = changedSectors.nextSetBit(0); s >= 0; s = changedSectors.nextSetBit(s + 1)) {
            if (s != last) {
                writeSector(s);
            }
        }
        if (last >= 0 && changedSectors.get(last)) {
            writeSector(last);
        }
        changedSectors.clear();
    }

    private void writeSector(int index) throws IOException {
        for (int copy = 0; copy < boot.fatCount(); copy++) {
            long offset = FatEntries.offset(boot, copy) + (long) index * SECTOR;
            int from = index * ENTRIES_PER_SECTOR;
            int count = Math.min(ENTRIES_PER_SECTOR, entries.length - from);
            byte[] sector = count == ENTRIES_PER_SECTOR ? new byte[SECTOR] : disk.sector(offset);
            for (int i = 0; i < count; i++) {
                LittleEndian.put16(sector, i * 2, entries[from + i]);
            }
            disk.writeSector(offset, sector);
        }
    }
}
