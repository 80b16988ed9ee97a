package io.torosim.fat.volume;

import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.FatEntries;
import io.torosim.fat.rule.FatException.FatRule;
import io.torosim.fat.rule.FatType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The file allocation table, held in memory (at most 256 KiB) and written through to every copy, first copy first ("FAT
 * Data Structure"). A 12-bit table is widened on reading: FF0h..FFFh become FFF0h..FFFFh.
 *
 * <p>There are two views of it: what holds now, and what the disk is to hold. They differ where a chain was cut or freed
 * after the last barrier: the directory entry that no longer needs the clusters must be on the medium before the table
 * says so, and until then nobody else gets them. {@link #settle} then writes first the new ends, then the freed clusters.
 *
 * <p>An entry of a 12-bit table may lie across two sectors, which do not reach the medium at once. A chain is therefore
 * led on from such a cluster to one whose number makes the half-written entry an end of chain too, and such a cluster
 * ends a chain only if no other is free. When no cluster may follow, a directory is refused one, and a file gets any if
 * the volume is so small that no cluster has a number such as a half-written entry may hold: behind the end of the file
 * the chain then may go on to nowhere.
 *
 * <p>{@link FileContent} takes and frees clusters in it; what lies on the disk is {@link FatEntries}, written by {@link VolumeDisk} when
 * {@link WriteOrder} says that it may.
 */
final class FatTable {
    static final int FREE = FatEntries.FREE;
    static final int BAD = FatEntries.BAD;
    static final int END = FatEntries.END;
    static final int FIRST_END = FatEntries.FIRST_END;
    static final int CLEAN_BIT = FatEntries.CLEAN_BIT;

    private static final int SECTOR = 512;
    private static final int FIRST_HALF_WRITTEN = 0xf00; // a half-written end of chain is this or more

    private final VolumeDisk disk;
    private final BootSector boot;
    private final boolean narrow;
    private final char[] entries;
    private final byte[] raw; // what the first copy on the disk is to hold
    private final ByteBuffer rawBuffer; // the same
    private final BitSet changedSectors = new BitSet();
    private final BitSet cuts = new BitSet(); // clusters that end a chain once the disk has been flushed
    private final BitSet frees = new BitSet(); // clusters that are free once the cuts are on the disk
    private int freeCount;
    private int searchFrom = 2;

    private FatTable(VolumeDisk disk, BootSector boot, byte[] raw) {
        this.disk = disk;
        this.boot = boot;
        this.narrow = boot.type() == FatType.FAT12;
        this.raw = raw;
        this.rawBuffer = ByteBuffer.wrap(raw);
        this.entries = FatEntries.decode(raw, boot);
        for (int c = 2; c < entries.length; c++) {
            freeCount += entries[c] == FREE ? 1 : 0;
        }
    }

    static FatTable load(VolumeDisk disk, BootSector boot) throws IOException {
        ByteBuffer raw = ByteBuffer.allocate(FatEntries.bytes(boot));
        disk.read(FatEntries.offset(boot, 0), raw);
        return new FatTable(disk, boot, raw.array());
    }

    int get(int cluster) {
        return entries[cluster];
    }

    int lastCluster() {
        return entries.length - 1;
    }

    /** Returns the free clusters, those that the disk does not know to be free yet among them. */
    int freeCount() {
        return freeCount;
    }

    /** Returns whether a chain may begin here: a cluster of the volume, marked neither free nor bad. */
    boolean isWhole(int cluster) {
        return isLink(cluster) && entries[cluster] != FREE && (entries[cluster] != BAD || isLink(BAD));
    }

    boolean isLink(int value) {
        return value >= 2 && value < entries.length;
    }

    /** Returns the rule that a value breaks as the successor of a cluster, or null for a link and an end. */
    @Nullable
    FatRule brokenBy(int value) {
        return FatEntries.brokenBy(value, lastCluster());
    }

    /** Returns whether the volume was marked as unmounted after the last write: entry 1 of a 16-bit table only. */
    boolean isMarkedClean() {
        return narrow || (entries[1] & CLEAN_BIT) != 0;
    }

    /** Sets or clears the mark, where there is one. */
    void markClean(boolean clean) {
        if (!narrow) {
            set(1, clean ? entries[1] | CLEAN_BIT : entries[1] & ~CLEAN_BIT);
        }
    }

    /** Sets an entry, to be written with the next {@link #flush}. */
    void set(int cluster, int value) {
        remember(cluster, value);
        store(cluster);
    }

    private void remember(int cluster, int value) {
        if (cluster >= 2) {
            freeCount += (value == FREE ? 1 : 0) - (entries[cluster] == FREE ? 1 : 0);
        }
        entries[cluster] = (char) value;
    }

    /** Makes the disk's view of an entry the one that holds. */
    private void store(int cluster) {
        FatEntries.put(raw, boot.type(), cluster, entries[cluster]);
        changedSectors.set(firstSector(cluster), lastSector(cluster) + 1);
    }

    private int firstSector(int cluster) {
        return FatEntries.at(boot.type(), cluster) / SECTOR;
    }

    private int lastSector(int cluster) {
        return (FatEntries.at(boot.type(), cluster) + 1) / SECTOR;
    }

    private boolean straddles(int cluster) {
        return narrow && FatEntries.straddles(boot, cluster);
    }

    /** Returns whether an entry that ends a chain may be led on to {@code next}: half written it still is an end. */
    private boolean canFollow(int cluster, int next) {
        return cluster < 2 || !straddles(cluster) || halfIsEnd(cluster, next);
    }

    private static boolean halfIsEnd(int cluster, int next) {
        return (cluster & 1) == 0 ? (next & 0xff) >= 0xf8 : (next & 0xf) >= 8;
    }

    /**
     * Takes free clusters, as far as possible in one piece behind {@code near}, and chains them; the last one ends the
     * chain. The caller links and flushes.
     *
     * @param near the end of the chain that they are for, 0 if it begins with them
     * @param wholeOnly whether {@code near} may be led on only where its half-written entry is an end of chain: for
     *     directories, whose names a broken chain would hide
     * @return the clusters, or null if there are not enough
     */
    int @Nullable [] allocate(int count, int near, boolean wholeOnly, WriteOrder order) throws IOException {
        if (count > freeCount) {
            return null;
        }
        if (count > freeCount - frees.cardinality()) {
            order.force(); // what was freed since the last barrier is needed
        }
        if (near >= 2 && !canFollowSafely(near, count == 1)) {
            order.force(); // perhaps one of those freed can
            if ((wholeOnly || lastCluster() >= FIRST_HALF_WRITTEN) && !canFollowSafely(near, count == 1)) {
                return null;
            }
        }
        int[] taken = new int[count];
        int at = near >= 2 ? near + 1 : searchFrom;
        int before = near;
        for (int i = 0; i < count; i++) {
            at = nextFree(at, before, i == count - 1);
            set(at, END);
            if (i > 0) {
                set(before, at);
            }
            taken[i] = at;
            before = at++;
        }
        searchFrom = at > lastCluster() ? 2 : at;
        return taken;
    }

    private boolean canFollowSafely(int near, boolean last) {
        return !straddles(near) || canFollow(near, nextFree(near + 1, near, last));
    }

    /**
     * Finds a free cluster: best one that may follow, and that is not to end a chain while its own entry lies across two
     * sectors; else one that may follow; else any.
     */
    private int nextFree(int from, int before, boolean last) {
        for (int round = 0; round < 3; round++) {
            int at = from;
            for (int i = 2; i < entries.length; i++, at++) {
                if (at > lastCluster()) {
                    at = 2;
                }
                if (entries[at] == FREE
                        && !frees.get(at)
                        && (round == 2 || canFollow(before, at) && (round == 1 || !last || !straddles(at)))) {
                    return at;
                }
            }
        }
        throw new AssertionError("free clusters counted, none found");
    }

    /** Ends a chain at a cluster once everything written so far is on the medium. */
    void cut(int cluster) {
        remember(cluster, END);
        cuts.set(cluster);
    }

    /**
     * Frees a chain, stopping at whatever is not a link to a used cluster, once everything written so far and all cuts
     * are on the medium. At most every cluster once.
     */
    void free(int first) {
        int cluster = first;
        while (isLink(cluster) && entries[cluster] != FREE && entries[cluster] != BAD) {
            int next = entries[cluster];
            remember(cluster, FREE);
            cuts.clear(cluster);
            frees.set(cluster);
            cluster = next;
        }
    }

    /** Writes what waited for the flush that has just been done. */
    void settle(WriteOrder order) throws IOException {
        if (!cuts.isEmpty()) {
            for (int c = cuts.nextSetBit(0); c >= 0; c = cuts.nextSetBit(c + 1)) {
                settleCut(c, order);
            }
            cuts.clear();
            flush(0, order);
            if (order.hasBarriers() && !frees.isEmpty()) {
                disk.flush();
            }
        }
        if (!frees.isEmpty()) {
            for (int c = frees.nextSetBit(0); c >= 0; c = frees.nextSetBit(c + 1)) {
                store(c);
            }
            frees.clear();
            flush(0, order);
        }
    }

    private void settleCut(int cluster, WriteOrder order) throws IOException {
        store(cluster);
        if (straddles(cluster)) { // the other way round than a link: high half first
            writeSector(lastSector(cluster));
            if (order.hasBarriers()) {
                disk.flush();
            }
            writeSector(firstSector(cluster));
        }
    }

    /**
     * Writes the changed sectors to every copy. The sectors of {@code linkCluster}, if changed, come last: a power cut
     * before them leaves the new clusters unreachable, not half a chain.
     */
    void flush(int linkCluster, WriteOrder order) throws IOException {
        int first = linkCluster >= 2 ? firstSector(linkCluster) : -1;
        int last = linkCluster >= 2 ? lastSector(linkCluster) : -1;
        boolean others = false;
        for (int s = changedSectors.nextSetBit(0); s >= 0; s = changedSectors.nextSetBit(s + 1)) {
            if (s < first || s > last) {
                writeSector(s);
                others = true;
            }
        }
        boolean link = first >= 0 && changedSectors.nextSetBit(first) >= 0 && changedSectors.nextSetBit(first) <= last;
        changedSectors.clear();
        if (!link) {
            return;
        }
        if (others && order.hasBarriers()) {
            disk.flush();
        }
        writeSector(first);
        if (last > first) {
            if (order.hasBarriers()) {
                disk.flush();
            }
            writeSector(last);
        }
    }

    private void writeSector(int index) throws IOException {
        for (int copy = 0; copy < boot.fatCount(); copy++) {
            rawBuffer.limit((index + 1) * SECTOR).position(index * SECTOR);
            disk.writeSectors(FatEntries.offset(boot, copy) + (long) index * SECTOR, rawBuffer);
        }
    }
}
