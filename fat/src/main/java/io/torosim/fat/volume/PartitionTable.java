package io.torosim.fat.volume;

import static io.torosim.fat.layout.LittleEndian.u32;
import static io.torosim.fat.layout.LittleEndian.u8;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockWindow;
import io.torosim.fat.layout.FatException;
import io.torosim.fat.layout.FatRule;
import io.torosim.fat.layout.ForeignVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The master boot record of a disk: four entries of 16 bytes from 1BEh (status, CHS, type at 4, CHS, first sector at 8,
 * sector count at 12), and the chain of extended boot records for the logical partitions.
 */
public final class PartitionTable {
    /** Logical partitions that are looked at. */
    public static final int MAX_LOGICAL = 60;

    private static final int ENTRIES_OFFSET = 0x1be;
    private static final int ENTRY_BYTES = 16;

    private PartitionTable() {}

    /**
     * A partition.
     *
     * @param number 1 to 4 for a primary, 5 and up for a logical partition
     * @param type type byte, such as 06h
     * @param firstSector first sector on the disk
     * @param sectorCount length in sectors
     */
    public record Partition(int number, int type, long firstSector, long sectorCount) {
        /**
         * Returns whether the type stands for FAT16 (04h, 06h, 0Eh).
         *
         * @return true for FAT16
         */
        public boolean isFat16() {
            return type == 0x04 || type == 0x06 || type == 0x0e;
        }

        boolean isFat12() {
            return type == 0x01;
        }

        boolean isExtended() {
            return type == 0x05 || type == 0x0f || type == 0x85;
        }
    }

    /**
     * Returns whether a first sector is a master boot record rather than a boot sector of a volume.
     *
     * @param sector the first sector of a disk
     * @return true if it is signed, all status bytes are 00h or 80h, a partition exists and no FAT boot sector is there
     */
    public static boolean isPresent(byte[] sector) {
        if (u8(sector, 510) != 0x55 || u8(sector, 511) != 0xaa || ForeignVolume.claimsFat(sector)) {
            return false;
        }
        boolean any = false;
        for (int i = 0; i < 4; i++) {
            int entry = ENTRIES_OFFSET + i * ENTRY_BYTES;
            if ((u8(sector, entry) & 0x7f) != 0) {
                return false;
            }
            any |= u8(sector, entry + 4) != 0 && u32(sector, entry + 8) != 0 && u32(sector, entry + 12) != 0;
        }
        return any;
    }

    /**
     * Lists the partitions of a disk, primary ones first.
     *
     * @param image name of the image, for errors
     * @param disk the disk
     * @return all entries with a type, extended ones left out
     * @throws FatException if the chain of logical partitions leaves the disk or does not end
     * @throws IOException if the disk fails
     */
    public static List<Partition> read(String image, BlockDevice disk) throws IOException {
        byte[] mbr = sector(disk, 0);
        var found = new ArrayList<Partition>();
        for (int i = 0; i < 4; i++) {
            Partition partition = entry(mbr, i, i + 1, 0);
            if (partition.isExtended()) {
                readLogical(image, disk, partition.firstSector(), found);
            } else if (partition.type() != 0) {
                found.add(partition);
            }
        }
        found.sort((a, b) -> Integer.compare(a.number(), b.number()));
        return found;
    }

    private static void readLogical(String image, BlockDevice disk, long extendedStart, List<Partition> found)
            throws IOException {
        long record = extendedStart;
        for (int i = 0; i < MAX_LOGICAL; i++) {
            if (record >= disk.sectorCount()) {
                throw error(image, "extended boot record at sector " + record + " lies outside the disk");
            }
            byte[] bytes = sector(disk, record);
            if (u8(bytes, 510) != 0x55 || u8(bytes, 511) != 0xaa) {
                throw error(image, "extended boot record at sector " + record + " is not signed 55 AA");
            }
            Partition partition = entry(bytes, 0, 5 + i, record);
            if (partition.type() != 0) {
                found.add(partition);
            }
            Partition next = entry(bytes, 1, 0, extendedStart);
            if (!next.isExtended()) {
                return;
            }
            if (next.firstSector() <= record) {
                throw error(image, "extended boot record at sector " + record + " leads back to " + next.firstSector());
            }
            record = next.firstSector();
        }
    }

    private static Partition entry(byte[] sector, int index, int number, long base) {
        int entry = ENTRIES_OFFSET + index * ENTRY_BYTES;
        return new Partition(number, u8(sector, entry + 4), base + u32(sector, entry + 8), u32(sector, entry + 12));
    }

    /**
     * Finds the volume on a disk.
     *
     * @param disk the disk
     * @param options says which partition, and names the image
     * @return the disk itself, or a window on a partition
     * @throws FatException if there is no such FAT partition, or the disk has no sector
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
        byte[] first = sector(disk, 0);
        if (!isPresent(first)) {
            if (options.partition() != 0) {
                throw error(options.image(), "partition " + options.partition() + " asked for, no partition table");
            }
            return disk;
        }
        List<Partition> partitions = read(options.image(), disk);
        for (Partition partition : partitions) {
            boolean chosen = options.partition() == 0
                    ? partition.isFat16() || options.fat12() && partition.isFat12()
                    : options.partition() == partition.number();
            if (chosen) {
                return window(options.image(), disk, partition);
            }
        }
        throw error(options.image(), "partition " + options.partition() + " not found among " + partitions);
    }

    private static BlockDevice window(String image, BlockDevice disk, Partition partition) throws FatException {
        if (partition.firstSector() >= disk.sectorCount()) {
            throw error(image, partition + " lies outside the disk of " + disk.sectorCount() + " sectors");
        }
        long length = Math.min(partition.sectorCount(), disk.sectorCount() - partition.firstSector());
        return new BlockWindow(disk, partition.firstSector(), length);
    }

    private static byte[] sector(BlockDevice disk, long sector) throws IOException {
        byte[] bytes = new byte[BlockDevice.SECTOR_BYTES];
        disk.read(sector, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static FatException error(String image, String found) {
        return new FatException(image, null, FatRule.PARTITION, FatException.NO_CLUSTER, found);
    }
}
