package io.torosim.fat.layout;

import static io.torosim.fat.layout.LittleEndian.u16;
import static io.torosim.fat.layout.LittleEndian.u32;
import static io.torosim.fat.layout.LittleEndian.u8;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import io.torosim.fat.rule.FatType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The boot sector of a FAT12 or FAT16 volume, checked ("Boot Sector and BPB Structure").
 *
 * <pre>
 * 00 jump (3)        0b BytsPerSec (2)   11 RootEntCnt (2)  16 FATSz16 (2)    20 TotSec32 (4)  27 VolID (4)
 * 03 OEMName (8)     0d SecPerClus (1)   13 TotSec16 (2)    18 SecPerTrk (2)  24 DrvNum (1)    2b VolLab (11)
 *                    0e RsvdSecCnt (2)   15 Media (1)       1a NumHeads (2)   25 state (1)     36 FilSysType (8)
 *                    10 NumFATs (1)                         1c HiddSec (4)    26 BootSig (1)   1fe 55 aa
 * </pre>
 *
 * <p>{@link io.torosim.fat.FatFormatter FatFormatter} writes one, {@link io.torosim.fat.volume.Partitions Partitions} looks for one; all else that reads
 * a volume ({@link FatEntries}, {@link io.torosim.fat.check.VolumeCheck VolumeCheck}) asks it where table, directory and clusters lie.
 * {@link ForeignVolume} tells what a sector is that is none.
 *
 * @param bytesPerSector 512, 1024, 2048 or 4096
 * @param sectorsPerCluster a power of two from 1 to 128
 * @param reservedSectors sectors before the first FAT, at least 1
 * @param fatCount number of FATs, at least 1
 * @param rootEntries slots of the root directory, at least 1
 * @param totalSectors sectors of the volume
 * @param media media byte, F8h for a hard disk
 * @param fatSectors sectors of one FAT, at least 1
 * @param hiddenSectors sectors before the volume on its disk, informative
 * @param state byte 25h: bit 0 is set while the volume is in use
 * @param extended whether byte 26h is 29h, so that serial and label exist
 * @param serial volume serial number, 0 if not extended
 * @param label volume label of the boot sector without trailing spaces, empty if not extended
 * @param signed whether the sector ends in 55 AA
 */
public record BootSector(
        int bytesPerSector,
        int sectorsPerCluster,
        int reservedSectors,
        int fatCount,
        int rootEntries,
        long totalSectors,
        int media,
        int fatSectors,
        long hiddenSectors,
        int state,
        boolean extended,
        long serial,
        String label,
        boolean signed) {

    /** Bytes of the boot sector that are looked at. */
    public static final int BYTES = 512;
    /** Offset of the state byte (dosfstools: "dirty bit"). */
    public static final int STATE_OFFSET = 0x25;

    /**
     * Reads and checks the boot sector of a volume.
     *
     * @param image name of the image, for errors
     * @param volume the volume, from its first sector on
     * @return the boot sector of a FAT12 or FAT16 volume
     * @throws FatException if it is another file system, or a rule of weight {@link FatRule.Weight#REFUSE} is broken
     * @throws IOException if the device fails
     */
    public static BootSector read(String image, BlockDevice volume) throws IOException {
        byte[] first = new byte[BYTES];
        volume.read(0, ByteBuffer.wrap(first));
        String other = ForeignVolume.name(first);
        require(image, other == null, FatRule.OTHER_FILE_SYSTEM, "the volume is " + other + ", not FAT12 or FAT16");
        return parse(image, first, volume.sectorCount() * BlockDevice.SECTOR_BYTES);
    }

    /**
     * Reads and checks a boot sector.
     *
     * @param image name of the image, for errors
     * @param bytes at least 512 bytes
     * @param deviceBytes size of the device the volume lies on
     * @return the boot sector of a FAT12 or FAT16 volume
     * @throws FatException if a rule of weight {@link FatRule.Weight#REFUSE} is broken, naming it
     */
    public static BootSector parse(String image, byte[] bytes, long deviceBytes) throws FatException {
        boolean extended = u8(bytes, 0x26) == 0x29;
        int total16 = u16(bytes, 0x13);
        var sector = new BootSector(
                u16(bytes, 0x0b),
                u8(bytes, 0x0d),
                u16(bytes, 0x0e),
                u8(bytes, 0x10),
                u16(bytes, 0x11),
                total16 != 0 ? total16 : u32(bytes, 0x20),
                u8(bytes, 0x15),
                u16(bytes, 0x16),
                u32(bytes, 0x1c),
                u8(bytes, STATE_OFFSET),
                extended,
                extended ? u32(bytes, 0x27) : 0,
                extended ? new String(bytes, 0x2b, 11, StandardCharsets.ISO_8859_1).stripTrailing() : "",
                u8(bytes, 510) == 0x55 && u8(bytes, 511) == 0xaa);
        sector.check(image, deviceBytes);
        return sector;
    }

    private void check(String image, long deviceBytes) throws FatException {
        require(
                image,
                bytesPerSector >= 512 && bytesPerSector <= 4096 && Integer.bitCount(bytesPerSector) == 1,
                FatRule.BYTES_PER_SECTOR,
                "bytesPerSector=" + bytesPerSector);
        require(
                image,
                sectorsPerCluster != 0 && Integer.bitCount(sectorsPerCluster) == 1,
                FatRule.SECTORS_PER_CLUSTER,
                "sectorsPerCluster=" + sectorsPerCluster);
        require(image, reservedSectors != 0, FatRule.RESERVED_SECTORS, "reservedSectors=0");
        require(image, fatCount != 0, FatRule.FAT_COUNT, "fatCount=0");
        require(image, fatSectors != 0, FatRule.FAT_SIZE, "fatSectors=0: not FAT16, perhaps FAT32");
        require(image, rootEntries != 0, FatRule.ROOT_ENTRIES, "rootEntries=0");
        require(
                image,
                totalSectors > dataStartSector(),
                FatRule.TOTAL_SECTORS,
                "totalSectors=" + totalSectors + ", first data sector=" + dataStartSector());
        long clusters = (totalSectors - dataStartSector()) / sectorsPerCluster;
        require(
                image,
                clusters >= 1 && clusters <= FatType.FAT16_MAX_CLUSTERS,
                FatRule.CLUSTER_COUNT,
                "clusterCount=" + clusters + (clusters > FatType.FAT16_MAX_CLUSTERS ? ": FAT32 by its count" : ""));
        long entryBytes = type() == FatType.FAT12 ? ((clusters + 2) * 3 + 1) / 2 : (clusters + 2) * 2;
        require(
                image,
                (long) fatSectors * bytesPerSector >= entryBytes,
                FatRule.FAT_SIZE,
                "fatSectors=" + fatSectors + " of " + bytesPerSector + " bytes, clusterCount=" + clusters);
        require(
                image,
                dataStartSector() * bytesPerSector <= deviceBytes,
                FatRule.METADATA_OUTSIDE_DEVICE,
                "FATs and root end at byte " + dataStartSector() * bytesPerSector + ", device bytes=" + deviceBytes);
    }

    private static void require(String image, boolean holds, FatRule rule, String found) throws FatException {
        if (!holds) {
            throw new FatException(image, null, rule, FatException.NO_CLUSTER, found);
        }
    }

    /**
     * Returns the type, which the cluster count alone decides.
     *
     * @return FAT12 or FAT16
     */
    public FatType type() {
        return clusterCount() < FatType.FAT16_MIN_CLUSTERS ? FatType.FAT12 : FatType.FAT16;
    }

    /**
     * Returns the number of data clusters. They are numbered from 2.
     *
     * @return at least 1
     */
    public int clusterCount() {
        return (int) ((totalSectors - dataStartSector()) / sectorsPerCluster);
    }

    /**
     * Returns the highest cluster number.
     *
     * @return {@code clusterCount() + 1}
     */
    public int lastCluster() {
        return clusterCount() + 1;
    }

    /**
     * Returns the size of a cluster.
     *
     * @return bytes, 512 to 524,288
     */
    public int clusterBytes() {
        return bytesPerSector * sectorsPerCluster;
    }

    /**
     * Returns the first sector of the root directory.
     *
     * @return in sectors of this volume
     */
    public long rootStartSector() {
        return reservedSectors + (long) fatCount * fatSectors;
    }

    /**
     * Returns the size of the root directory; its last sector may be partly unused.
     *
     * @return in sectors of this volume
     */
    public int rootSectors() {
        return (rootEntries * DirectorySlot.BYTES + bytesPerSector - 1) / bytesPerSector;
    }

    /**
     * Returns the first sector of cluster 2.
     *
     * @return in sectors of this volume
     */
    public long dataStartSector() {
        return rootStartSector() + rootSectors();
    }

    /**
     * Returns where a cluster begins.
     *
     * @param cluster in {@code [2, lastCluster()]}
     * @return bytes from the beginning of the volume
     */
    public long clusterOffset(int cluster) {
        assert cluster >= 2 && cluster <= lastCluster() : cluster;
        return (dataStartSector() + (long) (cluster - 2) * sectorsPerCluster) * bytesPerSector;
    }

    /**
     * Returns the size of the volume.
     *
     * @return bytes
     */
    public long volumeBytes() {
        return totalSectors * bytesPerSector;
    }

    /** Tells what else a first sector may be, so that an error can say it. */
    public static final class ForeignVolume {
        private ForeignVolume() {}

        /**
         * Names the file system whose mark stands in a first sector.
         *
         * @param sector at least 512 bytes
         * @return {@code "exFAT"}, {@code "NTFS"}, {@code "FAT32"}, or null if none is recognised
         */
        public static @Nullable String name(byte[] sector) {
            String oem = ascii(sector, 3, 8);
            if (oem.equals("EXFAT   ")) {
                return "exFAT";
            }
            if (oem.equals("NTFS    ")) {
                return "NTFS";
            }
            boolean noFat16 = LittleEndian.u16(sector, 0x16) == 0 && LittleEndian.u32(sector, 0x24) != 0;
            return noFat16 && ascii(sector, 0x52, 5).equals("FAT32") ? "FAT32" : null;
        }

        /**
         * Returns whether a first sector calls itself FAT12 or FAT16, however broken the rest is.
         *
         * @param sector at least 512 bytes
         * @return true if the type string says so
         */
        public static boolean claimsFat(byte[] sector) {
            String type = ascii(sector, 0x36, 5);
            return type.equals("FAT16") || type.equals("FAT12");
        }

        private static String ascii(byte[] bytes, int offset, int length) {
            return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        }
    }
}
