package io.torosim.fat.rule;

/** The two FAT types that this module reads; FAT32 is recognised and refused. */
public enum FatType {
    /** 12-bit entries, below 4,085 clusters. */
    FAT12,
    /** 16-bit entries, 4,085 to 65,524 clusters. */
    FAT16;

    /** The fewest clusters of a FAT16 volume ("FAT Type Determination"). */
    public static final int FAT16_MIN_CLUSTERS = 4085;
    /** The most clusters of a FAT16 volume ("FAT Type Determination"). */
    public static final int FAT16_MAX_CLUSTERS = 65524;
}
