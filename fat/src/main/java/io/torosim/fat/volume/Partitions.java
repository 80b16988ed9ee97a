package io.torosim.fat.volume;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.BootSector.ForeignVolume;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the FAT volume on a disk: the disk itself, a partition of its MBR (logical ones too) or GPT, or a boot image of a
 * CD. The boot sector found there decides, never a type byte or a partition's name.
 *
 * <p>{@link MasterBootRecord}, {@link GuidPartitions} and {@link BootCatalog} each know one kind of table, a {@link BootSector} decides;
 * {@link FatVolume} and {@link io.torosim.fat.check.VolumeCheck VolumeCheck} open what is found.
 */
public final class Partitions {
    private Partitions() {}

    /**
     * Lists the partitions of a disk and the boot images of a CD. A place that two tables name is listed once. A table
     * that is damaged gives what can be read of it.
     *
     * @param disk the disk
     * @return in the order of GPT, MBR, boot images; empty if the disk has no table
     * @throws IOException if the disk fails
     */
    public static List<Partition> list(BlockDevice disk) throws IOException {
        var all = new ArrayList<>(GuidPartitions.read(disk));
        boolean hybrid = !all.isEmpty();
        int next = Partition.FIRST_HYBRID;
        for (Partition partition : MasterBootRecord.read(disk)) {
            if (isNew(partition, all)) {
                all.add(hybrid ? partition.withNumber(next++) : partition);
            }
        }
        for (Partition image : BootCatalog.read(disk)) {
            if (isNew(image, all)) {
                all.add(image);
            }
        }
        return all;
    }

    private static boolean isNew(Partition partition, List<Partition> known) {
        return known.stream().noneMatch(other -> other.firstSector() == partition.firstSector());
    }

    /**
     * Finds the volume on a disk.
     *
     * @param disk the disk
     * @param options says which partition, and names the image
     * @return the disk itself, or a window on a partition
     * @throws FatException if there is no such partition, if none or several hold a FAT12 or FAT16 volume and none was
     *     asked for, naming what is there, or if the disk has no sector
     * @throws IOException if the disk fails
     */
    public static BlockDevice volumeOn(BlockDevice disk, MountOptions options) throws IOException {
        if (disk.sectorCount() == 0) {
            throw new FatException(
                    options.image(),
                    null,
                    FatRule.METADATA_OUTSIDE_DEVICE,
                    FatException.NO_CLUSTER,
                    "there is no sector for a boot sector");
        }
        String whole = content(disk, 0, disk.sectorCount());
        boolean isVolume = whole.equals("FAT12") || whole.equals("FAT16");
        if (options.partition() == 0 && isVolume) {
            return disk;
        }
        List<Partition> all = list(disk);
        if (options.partition() != 0) {
            for (Partition partition : all) {
                if (partition.number() == options.partition()) {
                    return window(disk, partition);
                }
            }
            throw error(options, "partition " + options.partition() + " not found; " + described(all));
        }
        List<Partition> fitting = all.stream().filter(Partition::isFat).collect(Collectors.toList());
        if (fitting.isEmpty() && whole.equals(Partition.UNKNOWN)) {
            fitting = all.stream()
                    .filter(partition -> partition.content().equals(Partition.DAMAGED))
                    .collect(Collectors.toList());
        }
        if (fitting.size() == 1) {
            return window(disk, fitting.get(0));
        }
        if (fitting.size() > 1) {
            throw error(
                    options,
                    fitting.size() + " FAT volumes, choose one with --partition N or the key partition; "
                            + described(all));
        }
        if (all.isEmpty() && whole.equals(Partition.UNKNOWN)) {
            throw nothingFound(disk, options);
        }
        if (!whole.equals(Partition.UNKNOWN)) {
            return disk; // its own boot sector says what is wrong
        }
        throw new FatException(
                options.image(),
                null,
                FatRule.OTHER_FILE_SYSTEM,
                FatException.NO_CLUSTER,
                "no partition has a FAT12 or FAT16 volume; " + described(all));
    }

    /** Returns the rule that the first sector breaks, with all that was looked for. */
    private static FatException nothingFound(BlockDevice disk, MountOptions options) throws IOException {
        byte[] first = sector(disk, 0);
        boolean zero = true;
        for (byte b : first) {
            zero &= b == 0;
        }
        String seen = zero
                ? "; sector 0 is all zero"
                : first[0] == 'E' && first[1] == 'R'
                        ? "; sector 0 is that of an Apple partition map, which is not read"
                        : "";
        try {
            BootSector.parse(options.image(), first, disk.sectorCount() * BlockDevice.SECTOR_BYTES);
        } catch (FatException e) {
            return new FatException(
                    options.image(),
                    null,
                    e.rule(),
                    FatException.NO_CLUSTER,
                    e.detail() + seen + "; looked for a FAT boot sector in sector 0, for MBR and GPT partitions and for"
                            + " boot images of a CD");
        }
        throw new IllegalStateException("a sector that is no boot sector is one now, image=" + options.image());
    }

    private static String described(List<Partition> all) {
        return all.isEmpty()
                ? "there is no partition table"
                : "partitions: " + all.stream().map(Partition::toString).collect(Collectors.joining(", "));
    }

    private static BlockDevice window(BlockDevice disk, Partition partition) {
        return disk.window(partition.firstSector(), partition.sectorCount());
    }

    private static FatException error(MountOptions options, String found) {
        return new FatException(options.image(), null, FatRule.PARTITION, FatException.NO_CLUSTER, found);
    }

    /** Makes a partition of a place, cut at the end of the disk; null if it begins behind it. */
    static @Nullable Partition at(BlockDevice disk, int number, String kind, long firstSector, long sectorCount)
            throws IOException {
        if (firstSector <= 0 || firstSector >= disk.sectorCount() || sectorCount <= 0) {
            return null;
        }
        long length = Math.min(sectorCount, disk.sectorCount() - firstSector);
        return new Partition(number, kind, firstSector, length, content(disk, firstSector, length));
    }

    /** Says what the first sector of a place is. */
    static String content(BlockDevice disk, long firstSector, long sectorCount) throws IOException {
        byte[] first = sector(disk, firstSector);
        String other = ForeignVolume.name(first);
        if (other != null) {
            return other;
        }
        try {
            BootSector boot = BootSector.parse("", first, sectorCount * BlockDevice.SECTOR_BYTES);
            return boot.type().name();
        } catch (FatException e) {
            return ForeignVolume.claimsFat(first) ? Partition.DAMAGED : Partition.UNKNOWN;
        }
    }

    static byte[] sector(BlockDevice disk, long sector) throws IOException {
        byte[] bytes = new byte[BlockDevice.SECTOR_BYTES];
        disk.read(sector, ByteBuffer.wrap(bytes));
        return bytes;
    }

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
}
