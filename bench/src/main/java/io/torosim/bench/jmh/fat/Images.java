package io.torosim.bench.jmh.fat;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;

/** Makes the images that the benchmarks read: clusters of 4 KiB, written by the module itself. */
final class Images {
    static final int FILE_BYTES = 100 << 20;
    static final int ENTRIES = 5000;
    static final int ENTRY_BYTES = 40;

    private static final int CLUSTER = 4096;

    private Images() {}

    /** One file of 100 MiB in one piece. */
    static Path contiguous(Path directory) throws IOException {
        Path image = formatted(directory.resolve("contiguous.img"), 110L << 20);
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of());
                FileChannel out = FileChannel.open(
                        fs.getPath("/DATA.BIN"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = random(1 << 20);
            for (int done = 0; done < FILE_BYTES; done += buffer.capacity()) {
                out.write(buffer.clear());
            }
        }
        return image;
    }

    /** One file of 100 MiB in every other cluster, another in between. */
    static Path everyOther(Path directory) throws IOException {
        Path image = formatted(directory.resolve("everyother.img"), 220L << 20);
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of());
                FileChannel out =
                        FileChannel.open(fs.getPath("/DATA.BIN"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileChannel between = FileChannel.open(
                        fs.getPath("/BETWEEN.BIN"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = random(CLUSTER);
            for (int done = 0; done < FILE_BYTES; done += CLUSTER) {
                out.write(buffer.clear());
                between.write(buffer.clear());
            }
        }
        return image;
    }

    /** A directory of 5,000 long names with 40 bytes each. */
    static Path manyFiles(Path directory) throws IOException {
        Path image = formatted(directory.resolve("many.img"), 64L << 20);
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of())) {
            Path many = Files.createDirectory(fs.getPath("/many"));
            byte[] content = random(ENTRY_BYTES).array();
            for (int i = 0; i < ENTRIES; i++) {
                Files.write(many.resolve(name(i)), content);
            }
        }
        return image;
    }

    static String name(int index) {
        return "a long file name, number " + index + ".text";
    }

    private static ByteBuffer random(int bytes) {
        byte[] content = new byte[bytes];
        new Random(42).nextBytes(content);
        return ByteBuffer.wrap(content);
    }

    private static Path formatted(Path image, long bytes) throws IOException {
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        try (BlockDevice device = BlockDevice.file(image, false)) {
            FatFormatter.format(device, FormatOptions.defaults().withSectors(512, CLUSTER / 512));
        }
        return image;
    }

    static void delete(Path directory) throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
