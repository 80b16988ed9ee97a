package io.torosim.fat.rule;

import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * A FAT volume that breaks a rule, or an operation that FAT cannot carry out. It names the image, the path on the
 * volume, the cluster and the rule.
 *
 * <p>The rule is a {@link FatRule}, of some {@link FatRule.Weight}. Volumes throw it where {@link io.torosim.fat.check.VolumeCheck VolumeCheck} lists a
 * finding.
 */
public final class FatException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    /** The value of {@link #cluster()} when no cluster is concerned. */
    public static final int NO_CLUSTER = -1;

    /** Name of the image. */
    private final String image;

    /** Rule broken. */
    private final FatRule rule;

    /** Cluster concerned, or -1. */
    private final int cluster;

    /**
     * Makes the exception.
     *
     * @param image the image, as the user named it
     * @param path the path on the volume, or null when the whole volume is meant
     * @param rule the rule broken
     * @param cluster the cluster at which it is broken, or {@link #NO_CLUSTER}
     * @param detail what was found: names and values
     */
    public FatException(String image, @Nullable String path, FatRule rule, int cluster, String detail) {
        super(path == null ? image : path, null, detail);
        this.image = image;
        this.rule = rule;
        this.cluster = cluster;
    }

    /**
     * Returns the rule broken.
     *
     * @return the rule
     */
    public FatRule rule() {
        return rule;
    }

    /**
     * Returns the image.
     *
     * @return its name
     */
    public String image() {
        return image;
    }

    /**
     * Returns the cluster at which the rule is broken.
     *
     * @return the cluster, or {@link #NO_CLUSTER}
     */
    public int cluster() {
        return cluster;
    }

    /**
     * Returns what was found.
     *
     * @return names and values, without the rule
     */
    public String detail() {
        return super.getReason();
    }

    @Override
    public String getReason() {
        String where = getFile().equals(image) ? "" : " in " + image;
        return super.getReason() + where + " [" + rule + ": " + rule.text() + "; " + rule.section() + "]";
    }

    @Override
    public String getMessage() {
        return getFile() + ": " + getReason();
    }

    /**
     * The rules that a FAT12 or FAT16 volume keeps. A rule names itself in every error and in every finding of a check, with the
     * heading of Microsoft's "FAT: General Overview of On-Disk Format" (version 1.03, 2000) it comes from.
     */
    public enum FatRule {
        /** BPB_BytsPerSec is 512, 1024, 2048 or 4096. */
        BYTES_PER_SECTOR(Weight.REFUSE, "Boot Sector and BPB Structure", "bytes per sector is 512, 1024, 2048 or 4096"),
        /** BPB_SecPerClus is a power of two from 1 to 128. */
        SECTORS_PER_CLUSTER(
                Weight.REFUSE, "Boot Sector and BPB Structure", "sectors per cluster is a power of two from 1 to 128"),
        /** BPB_RsvdSecCnt is not 0. */
        RESERVED_SECTORS(Weight.REFUSE, "Boot Sector and BPB Structure", "at least one sector is reserved"),
        /** BPB_NumFATs is not 0. */
        FAT_COUNT(Weight.REFUSE, "Boot Sector and BPB Structure", "there is at least one FAT"),
        /** BPB_RootEntCnt is not 0. */
        ROOT_ENTRIES(Weight.REFUSE, "Boot Sector and BPB Structure", "the root directory has entries"),
        /** The total sector count holds the reserved sectors, the FATs and the root directory. */
        TOTAL_SECTORS(
                Weight.REFUSE, "Boot Sector and BPB Structure", "total sectors hold reserved sectors, FATs and root"),
        /** BPB_FATSz16 is not 0 and holds an entry for every cluster. */
        FAT_SIZE(Weight.REFUSE, "FAT Data Structure", "a FAT holds an entry for every cluster"),
        /** There are 1 to 65,524 clusters: the count alone decides the type, FAT12 up to 4,084. */
        CLUSTER_COUNT(Weight.REFUSE, "FAT Type Determination", "FAT12 has 1 to 4084 clusters, FAT16 4085 to 65524"),
        /** The FATs and the root directory lie inside the device. */
        METADATA_OUTSIDE_DEVICE(Weight.REFUSE, "FAT Data Structure", "FATs and root directory lie inside the device"),
        /** The device holds FAT and not another file system. */
        OTHER_FILE_SYSTEM(
                Weight.REFUSE, "FAT Type Determination", "the volume is FAT12 or FAT16 and not another file system"),
        /** The partition asked for exists, or one alone holds a FAT12 or FAT16 volume. */
        PARTITION(Weight.REFUSE, "Master boot record, GPT, El Torito", "the partition exists, or one alone holds FAT"),

        /** No cluster occurs twice in one chain. */
        CHAIN_LOOP(Weight.DAMAGE, "FAT Data Structure", "a cluster chain does not loop"),
        /** No chain leads to a free cluster. */
        CHAIN_TO_FREE(Weight.DAMAGE, "FAT Data Structure", "a cluster chain does not lead to a free cluster"),
        /** No chain leads to a cluster marked bad. */
        CHAIN_TO_BAD(Weight.DAMAGE, "FAT Data Structure", "a cluster chain does not lead to a bad cluster"),
        /** No chain leads to a reserved value, FFF0h to FFF6h or 1. */
        CHAIN_TO_RESERVED(Weight.DAMAGE, "FAT Data Structure", "a cluster chain does not lead to a reserved value"),
        /** No chain leads past the last cluster. */
        CHAIN_OUT_OF_RANGE(Weight.DAMAGE, "FAT Data Structure", "a cluster chain stays inside the volume"),
        /** A chain has a cluster for every byte of the file. */
        CHAIN_TOO_SHORT(Weight.DAMAGE, "FAT Directory Structure", "a cluster chain covers the file size"),
        /** A chain has no cluster behind the end of the file. */
        CHAIN_TOO_LONG(Weight.DAMAGE, "FAT Directory Structure", "a cluster chain ends with the file"),
        /** A file that has bytes starts at a data cluster, an empty one at 0. */
        START_CLUSTER(Weight.DAMAGE, "FAT Directory Structure", "a file with bytes starts at a data cluster"),
        /** No cluster belongs to two files. */
        CROSS_LINKED(Weight.DAMAGE, "FAT Data Structure", "a cluster belongs to one file only"),
        /** Every cluster in use belongs to a file. */
        LOST_CLUSTERS(Weight.DAMAGE, "FAT Data Structure", "every used cluster belongs to a file"),
        /** The file's clusters lie inside the device. */
        DATA_OUTSIDE_DEVICE(Weight.DAMAGE, "Boot Sector and BPB Structure", "the data lies inside the device"),
        /** A directory is reached by one entry only and never by one below itself. */
        DIRECTORY_LOOP(Weight.DAMAGE, "FAT Directory Structure", "a directory has one parent and is not below itself"),
        /** A directory starts at a data cluster. */
        DIRECTORY_START(Weight.DAMAGE, "FAT Directory Structure", "a directory starts at a data cluster"),
        /** A directory has at most 65,536 entries (2 MiB) and its entry a size of 0. */
        DIRECTORY_SIZE(
                Weight.DAMAGE, "FAT Directory Structure", "a directory holds at most 65536 slots, its size field 0"),
        /** A directory begins with its own {@code .} and {@code ..}. */
        DOT_ENTRIES(Weight.DAMAGE, "FAT Directory Structure", "a directory begins with . and .. that tell the truth"),
        /** No two entries of one directory have the same name. */
        DUPLICATE_NAME(Weight.DAMAGE, "FAT Directory Structure", "names in a directory differ"),
        /** A short name has only the characters that it may have. */
        SHORT_NAME(Weight.DAMAGE, "Name Limits and Character Sets", "a short name has legal characters only"),
        /** Long-name slots run down to 1, carry the checksum of the short name and stand right before it. */
        LONG_NAME(Weight.DAMAGE, "FAT Long Directory Entries", "long-name slots form one run before their short entry"),
        /** A long name has only the characters that it may have, and ends in no dot or space; it is read all the same. */
        LONG_NAME_CHARACTERS(
                Weight.DAMAGE,
                "Name Limits and Character Sets",
                "a long name has legal characters and ends in no dot or space"),
        /** All FATs are equal. */
        FATS_DIFFER(Weight.DAMAGE, "FAT Data Structure", "all FATs are equal"),
        /** The volume label stands in the root directory, once. */
        VOLUME_LABEL(Weight.DAMAGE, "FAT Directory Structure", "a volume label stands in the root directory, once"),
        /** The volume is not larger than its device. */
        LARGER_THAN_DEVICE(Weight.DAMAGE, "Boot Sector and BPB Structure", "the volume lies inside the device"),
        /** The boot sector ends in 55 AA. */
        BOOT_SIGNATURE(Weight.DAMAGE, "Boot Sector and BPB Structure", "the boot sector ends in 55 AA"),
        /** BPB_Media is F0h or F8h to FFh and stands in the first FAT entry too. */
        MEDIA_BYTE(Weight.DAMAGE, "Boot Sector and BPB Structure", "the media byte is F0 or F8..FF, in the FAT too"),
        /** The volume was closed after the last write. */
        DIRTY(Weight.NOTE, "FAT Data Structure", "the volume was unmounted after the last write"),
        /** The boot sector's label is the root directory's. */
        LABELS_DIFFER(Weight.NOTE, "Boot Sector and BPB Structure", "the boot sector's label is the root directory's"),
        /** Slots behind the end mark are zero. */
        STALE_SLOTS(Weight.NOTE, "FAT Directory Structure", "slots behind the end mark are free"),

        /** A new name is one that FAT can hold. */
        NEW_NAME(Weight.CALLER, "Name Limits and Character Sets", "a new name is legal and at most 255 UTF-16 units"),
        /** The directory has room for another entry. */
        DIRECTORY_FULL(Weight.CALLER, "FAT Directory Structure", "the directory has room for the entry"),
        /** The volume has room. */
        VOLUME_FULL(Weight.CALLER, "FAT Data Structure", "the volume has enough free clusters"),
        /** A file is below 4 GiB. */
        FILE_SIZE(Weight.CALLER, "FAT Directory Structure", "a file has at most 4294967295 bytes"),
        /** An image is open for writing once at a time. */
        IMAGE_IN_USE(Weight.CALLER, "java.nio.channels.FileLock", "an image is open for writing once at a time"),
        /** The host file behind a virtual disk is still as it was when the disk was made. */
        HOST_CHANGED(Weight.CALLER, "QEMU block/vvfat.c", "the host directory does not change while it is a disk");

        /** What it means when a rule is broken. */
        public enum Weight {
            /** The volume is not mounted. */
            REFUSE,
            /** The volume is damaged; an operation that meets the place fails or works around it. */
            DAMAGE,
            /** Worth knowing, no data is at stake. */
            NOTE,
            /** The caller asks for what FAT or the moment does not allow. */
            CALLER
        }

        private final Weight weight;
        private final String section;
        private final String text;

        FatRule(Weight weight, String section, String text) {
            this.weight = weight;
            this.section = section;
            this.text = text;
        }

        /**
         * Returns what it means when the rule is broken.
         *
         * @return the weight
         */
        public Weight weight() {
            return weight;
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
         * Returns the rule itself.
         *
         * @return a short sentence
         */
        public String text() {
            return text;
        }
    }
}
