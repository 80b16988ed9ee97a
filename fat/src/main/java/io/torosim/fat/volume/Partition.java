package io.torosim.fat.volume;

/**
 * A place on a disk where a volume may lie.
 *
 * @param number what {@link MountOptions#partition} calls it: a primary partition's or a GPT entry's number, 5 and up for
 *     logical partitions, from {@value #FIRST_HYBRID} on for entries of a hybrid MBR that the GPT lacks, from
 *     {@value #FIRST_BOOT_IMAGE} on for the boot images of a CD; 0 for the disk itself
 * @param kind how it was found, such as {@code MBR type 0Eh}
 * @param firstSector first sector on the disk, of 512 bytes
 * @param sectorCount length in sectors of 512 bytes, not behind the end of the disk
 * @param content what the first sector there is: {@code FAT12}, {@code FAT16}, the name of another file system, a damaged
 *     FAT volume or nothing known
 */
public record Partition(int number, String kind, long firstSector, long sectorCount, String content) {
    /** Number of the first entry of a hybrid MBR. */
    public static final int FIRST_HYBRID = 501;
    /** Number of the first boot image of a CD. */
    public static final int FIRST_BOOT_IMAGE = 601;
    /** Content of a place whose first sector calls itself FAT12 or FAT16 but breaks a rule. */
    public static final String DAMAGED = "FAT, damaged";
    /** Content of a place that nobody recognises. */
    public static final String UNKNOWN = "no FAT volume";

    /**
     * Returns whether a FAT12 or FAT16 volume begins here.
     *
     * @return true if the boot sector keeps the rules
     */
    public boolean isFat() {
        return content.equals("FAT12") || content.equals("FAT16");
    }

    Partition withNumber(int newNumber) {
        return new Partition(newNumber, kind, firstSector, sectorCount, content);
    }

    @Override
    public String toString() {
        return number + " (" + kind + ", sectors " + firstSector + " to " + (firstSector + sectorCount - 1) + ": "
                + content + ")";
    }
}
