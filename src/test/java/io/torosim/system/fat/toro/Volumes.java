package io.torosim.system.fat.toro;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;

/** FAT16 volumes of several shapes with the same files. */
final class Volumes {
    static final List<String> PATHS = List.of(
            "/index.html",
            "/index",
            "/INDEX.HTM",
            "/SHORT.TXT",
            "/EMPTY",
            "/sub/deep.txt",
            "/sub",
            "/sub/none",
            "/a name longer than thirteen.txt",
            "/nothere",
            "/",
            "/SHORT.TXT/below");

    private Volumes() {}

    static MemoryBlockDevice make(int sectors, int sectorsPerCluster, int rootEntries) throws IOException {
        FormatOptions usual = FormatOptions.defaults().withSectors(512, sectorsPerCluster);
        return make(sectors, usual.withTables(1, 2, rootEntries));
    }

    /** Nothing that the driver of 2018 takes for granted is so: sectors of 1024 bytes, three before the one table, half a sector of root. */
    static MemoryBlockDevice unusual() throws IOException {
        return make(40_000, FormatOptions.defaults().withSectors(1024, 4).withTables(3, 1, 80));
    }

    private static MemoryBlockDevice make(int sectors, FormatOptions options) throws IOException {
        MemoryBlockDevice device = new MemoryBlockDevice(sectors);
        FatFormatter.format(device, options);
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("volume" + sectors))) {
            byte[] index = new byte[9000];
            new Random(3).nextBytes(index);
            Files.write(fs.getPath("/index.html"), index);
            Files.writeString(fs.getPath("/SHORT.TXT"), "short");
            Files.createFile(fs.getPath("/EMPTY"));
            Files.writeString(fs.getPath("/a name longer than thirteen.txt"), "long");
            Files.createDirectory(fs.getPath("/sub"));
            for (int i = 0; i < 40; i++) {
                Files.writeString(fs.getPath("/sub/file number " + i), "x");
            }
            Files.writeString(fs.getPath("/sub/deep.txt"), "deep");
        }
        return device;
    }
}
