package io.torosim.fat.nio;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.rule.FatType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Volumes in memory, in one line, for tests and for programs that need a file system for a while; images as devices. */
public final class FatVolumes {
    private static final long SMALLEST_FAT16 = 4L << 20;

    private FatVolumes() {}

    /**
     * Makes an empty volume in memory: FAT12 below 4 MiB, FAT16 from there, with clusters as small as its size allows, so
     * that small files take little. Memory is taken as it is written. Its clock stands at 1980-01-01, so that equal runs
     * give equal bytes.
     *
     * @param size bytes, with {@code K}, {@code M} or {@code G} for powers of 1024, from 16K to 2G
     * @return the file system; closing it ends it
     * @throws IllegalArgumentException if the size is none or no volume of that size can be made
     */
    public static FileSystem inMemory(String size) {
        return inMemory(size, MountOptions.of("memory"));
    }

    /**
     * Makes an empty volume in memory, mounted with options.
     *
     * @param size bytes, with {@code K}, {@code M} or {@code G} for powers of 1024, from 16K to 2G
     * @param options how to mount it
     * @return the file system; closing it ends it
     * @throws IllegalArgumentException if the size is none or no volume of that size can be made
     */
    public static FileSystem inMemory(String size, MountOptions options) {
        long bytes = bytes(size);
        var device = new MemoryImage(bytes / BlockDevice.SECTOR_BYTES);
        FormatOptions format = FormatOptions.defaults();
        try {
            format = bytes < SMALLEST_FAT16 ? format.withType(FatType.FAT12) : format;
            FatFormatter.format(device, FatFormatter.withSmallestClusters(bytes, format));
            return FatFileSystemProvider.open(device, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
    }

    /**
     * Opens an image as a device for reading and writing, locked against others as a file system's image is.
     *
     * @param image the image
     * @return the device; closing it unlocks the image
     * @throws io.torosim.fat.rule.FatException if it is open for writing already
     * @throws IOException if it cannot be opened
     */
    public static BlockDevice lockedImage(Path image) throws IOException {
        return ImageDevice.open(image, false);
    }

    /**
     * Names what is in a directory of a damaged volume and reached by no path, so that whoever copies a tree can say what
     * is missing: entries whose name and short name earlier ones have, and directories that another entry leads to.
     *
     * @param directory a directory of a FAT file system
     * @return name and reason of each, in the order of the directory; none on a sound volume
     * @throws IOException if it is no directory or cannot be read
     */
    public static List<String> leftOut(Path directory) throws IOException {
        if (!(directory instanceof FatPath)) {
            throw new IllegalArgumentException("not a path of a FAT file system, path=" + directory);
        }
        FatPath path = (FatPath) directory;
        return path.getFileSystem().leftOut(path);
    }

    private static long bytes(String size) {
        String text = size.strip().toUpperCase(Locale.ROOT);
        int shift = text.endsWith("K") ? 10 : text.endsWith("M") ? 20 : text.endsWith("G") ? 30 : 0;
        String digits = shift == 0 ? text : text.substring(0, text.length() - 1);
        try {
            long bytes = Math.multiplyExact(Long.parseLong(digits), 1L << shift);
            if (bytes >= 16384 && bytes <= 1L << 31) {
                return bytes;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(rule(size), e);
        }
        throw new IllegalArgumentException(rule(size));
    }

    private static String rule(String size) {
        return "size must be 16K to 2G, size=" + size;
    }
}
