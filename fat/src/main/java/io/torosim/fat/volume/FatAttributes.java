package io.torosim.fat.volume;

import io.torosim.fat.layout.DirectorySlot;
import org.jspecify.annotations.Nullable;

/**
 * What a directory entry says, at one moment.
 *
 * @param name the name shown: long name, or short name with its case flags
 * @param shortName the 8.3 name
 * @param bits attribute bits of {@link DirectorySlot}
 * @param size bytes, 0 for a directory
 * @param firstCluster first cluster, 0 for an empty file and the root
 * @param created packed {@link io.torosim.fat.layout.FatTime} of creation
 * @param accessed packed day of the last access
 * @param written packed time of the last write
 * @param takenName the long name of an entry that is shown by its short name, because an earlier entry has that name; else
 *     null
 * @param place a number that no other entry of the volume has: where its slot is; it changes when the entry is moved
 */
public record FatAttributes(
        String name,
        String shortName,
        int bits,
        long size,
        int firstCluster,
        long created,
        long accessed,
        long written,
        @Nullable String takenName,
        long place) {

    /**
     * Returns whether the entry is a directory.
     *
     * @return true for a directory
     */
    public boolean isDirectory() {
        return (bits & DirectorySlot.DIRECTORY) != 0;
    }

    /**
     * Returns whether any of some attribute bits is set.
     *
     * @param mask bits of {@link DirectorySlot}
     * @return true if one is set
     */
    public boolean has(int mask) {
        return (bits & mask) != 0;
    }
}
