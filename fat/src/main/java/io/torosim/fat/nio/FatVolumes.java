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

/** What the provider hands out beside file systems of images: volumes in memory, and what no path reaches. */
final class FatVolumes {
    private static final long SMALLEST_FAT16 = 4L << 20;

    private FatVolumes() {}

    static FileSystem inMemory(String size, MountOptions options) {
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

    static List<String> leftOut(Path directory) throws IOException {
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
