package io.torosim.fat.layout;

import io.torosim.fat.rule.FatException.FatRule;
import io.torosim.fat.rule.FatType;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a FAT as 16-bit numbers ("FAT Data Structure"). A 12-bit table is widened: FF0h..FFFh become
 * FFF0h..FFFFh.
 */
public final class FatEntries {
    /** A free cluster. */
    public static final int FREE = 0;
    /** A cluster marked bad. */
    public static final int BAD = 0xfff7;
    /** Values from here on end a chain. */
    public static final int FIRST_END = 0xfff8;
    /** The value with which this module ends a chain. */
    public static final int END = 0xffff;
    /** Bit of entry 1: the volume was unmounted after the last write. */
    public static final int CLEAN_BIT = 0x8000;

    private static final int SECTOR = 512;

    private FatEntries() {}

    /**
     * Returns where a copy of the FAT begins.
     *
     * @param boot the volume's boot sector
     * @param copy 0 for the first
     * @return bytes from the beginning of the volume
     */
    public static long offset(BootSector boot, int copy) {
        return (boot.reservedSectors() + (long) copy * boot.fatSectors()) * boot.bytesPerSector();
    }

    /**
     * Returns how many bytes of a FAT have a meaning.
     *
     * @param boot the volume's boot sector
     * @return bytes, rounded up to 512
     */
    public static int bytes(BootSector boot) {
        int entries = boot.lastCluster() + 1;
        int bytes = boot.type() == FatType.FAT12 ? (entries * 3 + 1) / 2 : entries * 2;
        return (bytes + SECTOR - 1) / SECTOR * SECTOR;
    }

    /**
     * Decodes a FAT.
     *
     * @param raw at least {@link #bytes} bytes
     * @param boot the volume's boot sector
     * @return the entries of clusters 0 to the last
     */
    public static char[] decode(byte[] raw, BootSector boot) {
        char[] entries = new char[boot.lastCluster() + 1];
        boolean narrow = boot.type() == FatType.FAT12;
        for (int c = 0; c < entries.length; c++) {
            entries[c] = (char) (narrow ? widened(raw, c, entries.length - 1) : LittleEndian.u16(raw, c * 2));
        }
        return entries;
    }

    /**
     * Returns where an entry begins; it ends in the byte behind.
     *
     * @param type the width of the table
     * @param cluster the cluster
     * @return bytes from the beginning of the FAT
     */
    public static int at(FatType type, int cluster) {
        return type == FatType.FAT12 ? cluster + cluster / 2 : cluster * 2;
    }

    /**
     * Writes an entry.
     *
     * @param raw a FAT
     * @param type its width; of a 12-bit entry the low 12 bits of the value count
     * @param cluster the cluster
     * @param value the entry
     */
    public static void put(byte[] raw, FatType type, int cluster, int value) {
        int at = at(type, cluster);
        if (type == FatType.FAT16) {
            LittleEndian.put16(raw, at, value);
            return;
        }
        int pair = LittleEndian.u8(raw, at) | LittleEndian.u8(raw, at + 1) << 8;
        int entry = value & 0xfff;
        LittleEndian.put16(raw, at, (cluster & 1) == 0 ? pair & 0xf000 | entry : pair & 0xf | entry << 4);
    }

    /**
     * Returns whether an entry lies across two sectors of 512 bytes, which do not reach the medium at once.
     *
     * @param boot the volume's boot sector
     * @param cluster the cluster
     * @return never for FAT16
     */
    public static boolean straddles(BootSector boot, int cluster) {
        return boot.type() == FatType.FAT12 && at(FatType.FAT12, cluster) % SECTOR == SECTOR - 1;
    }

    private static int widened(byte[] table, int cluster, int last) {
        int at = cluster + cluster / 2;
        int pair = LittleEndian.u8(table, at) | LittleEndian.u8(table, at + 1) << 8;
        int value = (cluster & 1) == 0 ? pair & 0xfff : pair >>> 4;
        return value >= 0xff0 && value > last ? value | 0xf000 : value;
    }

    /**
     * Returns the rule that a value breaks as the successor of a cluster.
     *
     * @param value an entry
     * @param lastCluster highest cluster of the volume
     * @return the rule, or null for a link and an end of chain
     */
    public static @Nullable FatRule brokenBy(int value, int lastCluster) {
        if (value >= 2 && value <= lastCluster || value >= FIRST_END) {
            return null;
        }
        return switch (value) {
            case FREE -> FatRule.CHAIN_TO_FREE;
            case BAD -> FatRule.CHAIN_TO_BAD;
            default -> value == 1 || value >= 0xfff0 ? FatRule.CHAIN_TO_RESERVED : FatRule.CHAIN_OUT_OF_RANGE;
        };
    }
}
