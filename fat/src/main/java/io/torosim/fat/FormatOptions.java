package io.torosim.fat;

import io.torosim.fat.layout.ShortName;
import io.torosim.fat.rule.FatType;
import java.util.Objects;

/**
 * The shape of a new FAT12 or FAT16 volume.
 *
 * @param type FAT12 or FAT16, which the number of clusters must fit
 * @param bytesPerSector 512, 1024, 2048 or 4096
 * @param sectorsPerCluster a power of two from 1 to 128, or 0 to choose
 * @param reservedSectors sectors before the first FAT, 1 to 65535
 * @param fatCount copies of the FAT, 1 to 255
 * @param rootEntries slots of the root directory, 16 to 65520
 * @param media media byte, F0h or F8h to FFh
 * @param hiddenSectors sectors before the volume on its disk
 * @param serial volume serial number
 * @param label up to 11 characters of ASCII, empty for none
 */
public record FormatOptions(
        FatType type,
        int bytesPerSector,
        int sectorsPerCluster,
        int reservedSectors,
        int fatCount,
        int rootEntries,
        int media,
        long hiddenSectors,
        long serial,
        String label) {

    /** Checks the values. */
    public FormatOptions {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(label, "label");
        check(bytesPerSector >= 512 && bytesPerSector <= 4096, "bytesPerSector", "[512, 4096]", bytesPerSector);
        check(Integer.bitCount(bytesPerSector) == 1, "bytesPerSector", "a power of two", bytesPerSector);
        check(
                sectorsPerCluster >= 0 && sectorsPerCluster <= 128 && Integer.bitCount(sectorsPerCluster) <= 1,
                "sectorsPerCluster",
                "0 or a power of two up to 128",
                sectorsPerCluster);
        check(reservedSectors >= 1 && reservedSectors <= 65535, "reservedSectors", "[1, 65535]", reservedSectors);
        check(fatCount >= 1 && fatCount <= 255, "fatCount", "[1, 255]", fatCount);
        check(rootEntries >= 16 && rootEntries <= 65520, "rootEntries", "[16, 65520]", rootEntries);
        check(media == 0xf0 || media >= 0xf8 && media <= 0xff, "media", "F0h or F8h..FFh", media);
        check(serial >= 0 && serial <= 0xffff_ffffL, "serial", "[0, 2^32)", serial);
        check(hiddenSectors >= 0 && hiddenSectors <= 0xffff_ffffL, "hiddenSectors", "[0, 2^32)", hiddenSectors);
        if (label.length() > ShortName.BYTES || !label.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            throw new IllegalArgumentException("label must be up to 11 characters of ASCII, label=" + label);
        }
    }

    private static void check(boolean holds, String name, String range, long value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " must be in " + range + ", " + name + "=" + value);
        }
    }

    /**
     * Returns the usual shape: FAT16, sectors of 512 bytes, clusters by size, 1 reserved sector, 2 FATs, 512 root entries.
     *
     * @return the options
     */
    public static FormatOptions defaults() {
        return new FormatOptions(FatType.FAT16, 512, 0, 1, 2, 512, 0xf8, 0, 0, "");
    }

    /**
     * Returns these options with a type.
     *
     * @param type FAT12 or FAT16
     * @return a copy
     */
    public FormatOptions withType(FatType type) {
        return new FormatOptions(
                type,
                bytesPerSector,
                sectorsPerCluster,
                reservedSectors,
                fatCount,
                rootEntries,
                media,
                hiddenSectors,
                serial,
                label);
    }

    /**
     * Returns these options with other sizes.
     *
     * @param bytesPerSector 512, 1024, 2048 or 4096
     * @param sectorsPerCluster a power of two from 1 to 128, or 0 to choose
     * @return a copy
     */
    public FormatOptions withSectors(int bytesPerSector, int sectorsPerCluster) {
        return new FormatOptions(
                type,
                bytesPerSector,
                sectorsPerCluster,
                reservedSectors,
                fatCount,
                rootEntries,
                media,
                hiddenSectors,
                serial,
                label);
    }

    /**
     * Returns these options with another front part.
     *
     * @param reservedSectors sectors before the first FAT
     * @param fatCount copies of the FAT
     * @param rootEntries slots of the root directory
     * @return a copy
     */
    public FormatOptions withTables(int reservedSectors, int fatCount, int rootEntries) {
        return new FormatOptions(
                type,
                bytesPerSector,
                sectorsPerCluster,
                reservedSectors,
                fatCount,
                rootEntries,
                media,
                hiddenSectors,
                serial,
                label);
    }

    /**
     * Returns these options with a name.
     *
     * @param label up to 11 characters of ASCII
     * @param serial volume serial number
     * @return a copy
     */
    public FormatOptions withLabel(String label, long serial) {
        return new FormatOptions(
                type,
                bytesPerSector,
                sectorsPerCluster,
                reservedSectors,
                fatCount,
                rootEntries,
                media,
                hiddenSectors,
                serial,
                label);
    }
}
