package io.torosim.experiment.volume;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A FAT16 volume with one file to serve, {@code /web/index.html}. */
public final class ServedVolume {
    private static final long SECTORS = 16_384;

    private ServedVolume() {}

    /** Returns a new volume whose file has {@code bytes} bytes. */
    public static BlockDevice withFileOf(int bytes) {
        MemoryBlockDevice device = new MemoryBlockDevice(SECTORS);
        try {
            FatFormatter.format(device, FormatOptions.defaults());
            byte[] content = new byte[bytes];
            Arrays.fill(content, (byte) 'o');
            try (FileSystem fat = FatFileSystemProvider.open(device, MountOptions.of("served"))) {
                Path web = fat.getPath("/web");
                Files.createDirectory(web);
                Files.write(web.resolve("index.html"), content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return device;
    }
}
