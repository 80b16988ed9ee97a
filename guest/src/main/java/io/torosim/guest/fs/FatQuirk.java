package io.torosim.guest.fs;

import io.torosim.core.defect.Defects.Defect;

/** Defects of Toro's FAT driver of 2018 ({@code Fat.pas}, commit 2de6631), each on or repaired. */
public enum FatQuirk implements Defect {
    /** {@code FatLoadTable} keeps a pointer behind its copy of the table, where memory is zero. */
    TABLE_POINTER,
    /** {@code GetFatSector} decodes 12-bit entries from the 16-bit table. */
    TWELVE_BIT_ENTRIES,
    /** {@code FatReadFile} goes from cluster to cluster for every 512 bytes: only first sectors are visited. */
    FIRST_SECTOR_OF_CLUSTER,
    /** {@code FatReadFile} passes cluster numbers for sectors when a read begins behind the first 512 bytes. */
    CLUSTERS_AS_SECTORS,
    /** {@code FindDir} compares as many characters as were asked for: {@code /index} opens {@code index.html}. */
    PREFIX_MATCH,
    /** {@code FindDir} lets every slot of a long name overwrite the one before: 13 characters are usable. */
    LONG_NAME_OVERWRITTEN,
    /** {@code FindDir} folds by exclusive-or 20h on every character: 8.3-only names with a dot or digit never match. */
    XOR_FOLDING,
    /** {@code FatLookUpInode} scans the root one sector too far, into the first data sector. */
    ROOT_BOUNDS,
    /** {@code FatLoadTable} takes the table from block 1, however many sectors are reserved. */
    ONE_RESERVED_SECTOR,
    /** {@code FatReadSuper} takes two tables for granted. */
    TWO_TABLES,
    /** Sector numbers of the volume go to the buffer cache as they are, which counts in 512 bytes. */
    SECTOR_IS_BLOCK,
    /** {@code FatReadSuper} rounds the size of the root directory down to whole sectors. */
    ROOT_ROUNDED_DOWN,
    /** {@code GetFatSector} says end of chain by FFFFh, which is the number of a sector too. */
    END_IS_SECTOR
}
