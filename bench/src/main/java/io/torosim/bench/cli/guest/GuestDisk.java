package io.torosim.bench.cli.guest;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.host.HostDirectoryDisk;
import io.torosim.fat.host.HostDirectoryDisk.HostDirectoryOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;

/** The disk of a guest: a host directory as QEMU's virtual FAT disk shows it, an image, or a small volume of our own. */
final class GuestDisk implements Closeable {
    private static final long OWN_SECTORS = 32_768;

    private final BlockDevice disk;
    private final BlockDevice volume;
    private final String description;

    private GuestDisk(BlockDevice disk, BlockDevice volume, String description) {
        this.disk = disk;
        this.volume = volume;
        this.description = description;
    }

    /** Opens what {@code files} names; null gives the volume of our own. */
    static GuestDisk open(Path files) throws IOException {
        if (files == null) {
            BlockDevice own = own();
            return new GuestDisk(own, own, "a volume with /web/index.html, /web/key and /web/value");
        }
        boolean directory = Files.isDirectory(files);
        BlockDevice disk = directory
                ? HostDirectoryDisk.open(files, HostDirectoryOptions.defaults())
                : BlockDevice.file(files, true);
        try {
            BlockDevice volume = FatFileSystemProvider.volumeOn(
                    disk, MountOptions.of(files.toString()).asReadOnly());
            return new GuestDisk(disk, volume, (directory ? "directory " : "image ") + files);
        } catch (IOException | RuntimeException e) {
            disk.close();
            throw e;
        }
    }

    private static BlockDevice own() throws IOException {
        MemoryBlockDevice device = new MemoryBlockDevice(OWN_SECTORS);
        FatFormatter.format(device, FormatOptions.defaults());
        try (FileSystem fat = FatFileSystemProvider.open(device, MountOptions.of("own"))) {
            Path web = fat.getPath("/web");
            Files.createDirectory(web);
            Files.writeString(
                    web.resolve("index.html"),
                    "<html><body><h1>Served by a simulated Toro</h1></body></html>\r\n",
                    StandardCharsets.US_ASCII);
            Files.writeString(web.resolve("key"), "hello", StandardCharsets.US_ASCII);
            Files.writeString(web.resolve("value"), "Hello from the table\r\n", StandardCharsets.US_ASCII);
        }
        return device;
    }

    BlockDevice volume() {
        return volume;
    }

    String description() {
        return description;
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
