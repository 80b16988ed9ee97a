package io.torosim.fat;

import static io.torosim.fat.layout.LittleEndian.put16;
import static io.torosim.fat.layout.LittleEndian.put32;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.FatEntries;
import io.torosim.fat.layout.FatTime;
import io.torosim.fat.layout.ShortName;
import io.torosim.fat.rule.FatType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Makes an empty FAT12 or FAT16 volume on a device ("Boot Sector and BPB Structure", "FAT Volume Initialization").
 *
 * <p>What it writes are a {@link BootSector}, the tables ({@link FatEntries}) and a root directory whose label is a {@link DirectorySlot}, onto a
 * {@link BlockDevice}; a {@link io.torosim.fat.nio.FatFileSystemProvider FatFileSystemProvider} mounts the result.
 */
public final class FatFormatter {
    private static final int SECTOR = BlockDevice.SECTOR_BYTES;

    private FatFormatter() {}

    /**
     * Formats a whole device. Old data clusters are left as they are.
     *
     * @param device the device
     * @param options the shape of the volume
     * @return the boot sector written
     * @throws IllegalArgumentException if no volume of that type and shape fits the device, naming the cluster count
     * @throws IOException if the device fails
     */
    @SuppressWarnings("exports") // the layout is the library's own
    public static BootSector format(BlockDevice device, FormatOptions options) throws IOException {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(options, "options");
        BootSector boot = plan(device.sectorCount(), options);
        clear(device, boot.dataStartSector() * (boot.bytesPerSector() / SECTOR));
        byte[] fat = new byte[SECTOR];
        FatEntries.put(fat, options.type(), 0, 0xff00 | boot.media());
        FatEntries.put(fat, options.type(), 1, 0xffff);
        for (int copy = 0; copy < boot.fatCount(); copy++) {
            long sector = boot.reservedSectors() + (long) copy * boot.fatSectors();
            device.write(sector * (boot.bytesPerSector() / SECTOR), ByteBuffer.wrap(fat));
        }
        if (!options.label().isEmpty()) {
            byte[] root = new byte[SECTOR];
            System.arraycopy(padded(options.label(), ShortName.BYTES), 0, root, 0, ShortName.BYTES);
            root[DirectorySlot.ATTRIBUTES_OFFSET] = DirectorySlot.VOLUME_ID;
            DirectorySlot.putTimes(root, 0, FatTime.MIN, FatTime.MIN, FatTime.MIN);
            device.write(boot.rootStartSector() * (boot.bytesPerSector() / SECTOR), ByteBuffer.wrap(root));
        }
        device.write(0, ByteBuffer.wrap(bytes(boot, options.type()))); // last: half a format must not mount
        device.flush();
        return boot;
    }

    private static void clear(BlockDevice device, long sectors) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(128 * SECTOR);
        for (long at = 0; at < sectors; at += zeros.capacity() / SECTOR) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), (sectors - at) * SECTOR));
            device.write(at, zeros);
        }
    }

    private static BootSector plan(long deviceSectors, FormatOptions options) {
        long total = Math.min(deviceSectors / (options.bytesPerSector() / SECTOR), 0xffff_ffffL);
        if (options.sectorsPerCluster() != 0) {
            return checked(plan(total, options, options.sectorsPerCluster()), options);
        }
        int sectorsPerCluster = Math.max(1, 2048 / options.bytesPerSector());
        while (sectorsPerCluster > 1 && clusters(plan(total, options, sectorsPerCluster)) < fewest(options)) {
            sectorsPerCluster /= 2;
        }
        return checked(plan(total, options, enough(total, options, sectorsPerCluster)), options);
    }

    private static int enough(long total, FormatOptions options, int atLeast) {
        int sectorsPerCluster = atLeast;
        while (sectorsPerCluster < 128 && clusters(plan(total, options, sectorsPerCluster)) > most(options)) {
            sectorsPerCluster *= 2;
        }
        return sectorsPerCluster;
    }

    /**
     * Returns the smallest clusters with which a device can be formatted.
     *
     * @param deviceBytes bytes of the device
     * @param options the other choices
     * @return the options with as many sectors in a cluster
     */
    public static FormatOptions withSmallestClusters(long deviceBytes, FormatOptions options) {
        Objects.requireNonNull(options, "options");
        long total = Math.min(deviceBytes / options.bytesPerSector(), 0xffff_ffffL);
        return options.withSectors(options.bytesPerSector(), enough(total, options, 1));
    }

    /** Finds the smallest FAT that holds an entry for every cluster that it leaves room for. */
    private static BootSector plan(long total, FormatOptions options, int sectorsPerCluster) {
        int fatSectors = 1;
        while (true) {
            var boot = new BootSector(
                    options.bytesPerSector(),
                    sectorsPerCluster,
                    options.reservedSectors(),
                    options.fatCount(),
                    options.rootEntries(),
                    total,
                    options.media(),
                    fatSectors,
                    options.hiddenSectors(),
                    0,
                    true,
                    options.serial(),
                    options.label().isEmpty() ? "NO NAME" : options.label(),
                    true);
            long entries = clusters(boot) + 2;
            long needed = options.type() == FatType.FAT12 ? (entries * 3 + 1) / 2 : entries * 2;
            if ((long) fatSectors * options.bytesPerSector() >= needed || fatSectors == 65535) {
                return boot;
            }
            fatSectors++;
        }
    }

    private static int fewest(FormatOptions options) {
        return options.type() == FatType.FAT12 ? 1 : FatType.FAT16_MIN_CLUSTERS;
    }

    private static int most(FormatOptions options) {
        return options.type() == FatType.FAT12 ? FatType.FAT16_MIN_CLUSTERS - 1 : FatType.FAT16_MAX_CLUSTERS;
    }

    private static long clusters(BootSector boot) {
        return Math.max(0, boot.totalSectors() - boot.dataStartSector()) / boot.sectorsPerCluster();
    }

    private static BootSector checked(BootSector boot, FormatOptions options) {
        long clusters = clusters(boot);
        if (clusters < fewest(options) || clusters > most(options)) {
            throw new IllegalArgumentException(options.type() + " has " + fewest(options) + " to " + most(options)
                    + " clusters, clusterCount=" + clusters
                    + ", totalSectors=" + boot.totalSectors() + ", " + options);
        }
        return boot;
    }

    private static byte[] bytes(BootSector boot, FatType type) {
        byte[] bytes = new byte[SECTOR];
        byte[] jump = {(byte) 0xeb, 0x3c, (byte) 0x90};
        System.arraycopy(jump, 0, bytes, 0, jump.length);
        System.arraycopy(padded("TOROSIM", 8), 0, bytes, 3, 8);
        put16(bytes, 0x0b, boot.bytesPerSector());
        bytes[0x0d] = (byte) boot.sectorsPerCluster();
        put16(bytes, 0x0e, boot.reservedSectors());
        bytes[0x10] = (byte) boot.fatCount();
        put16(bytes, 0x11, boot.rootEntries());
        boolean small = boot.totalSectors() < 65536;
        put16(bytes, 0x13, small ? (int) boot.totalSectors() : 0);
        bytes[0x15] = (byte) boot.media();
        put16(bytes, 0x16, boot.fatSectors());
        put16(bytes, 0x18, 63); // sectors per track, informative
        put16(bytes, 0x1a, 16); // heads, informative
        put32(bytes, 0x1c, boot.hiddenSectors());
        put32(bytes, 0x20, small ? 0 : boot.totalSectors());
        bytes[0x24] = (byte) (boot.media() == 0xf0 ? 0 : 0x80); // first floppy or hard disk
        bytes[0x26] = 0x29;
        put32(bytes, 0x27, boot.serial());
        System.arraycopy(padded(boot.label(), ShortName.BYTES), 0, bytes, 0x2b, ShortName.BYTES);
        System.arraycopy(padded(type.name(), 8), 0, bytes, 0x36, 8);
        bytes[510] = 0x55;
        bytes[511] = (byte) 0xaa;
        return bytes;
    }

    private static byte[] padded(String text, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) ' ');
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, bytes, 0, ascii.length);
        return bytes;
    }

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
}
