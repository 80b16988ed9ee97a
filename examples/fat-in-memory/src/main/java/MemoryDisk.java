import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A FAT16 disk in memory, written and read as files. */
public final class MemoryDisk {
    private MemoryDisk() {}

    public static void main(String[] args) throws IOException {
        MemoryBlockDevice disk = new MemoryBlockDevice(32_768); // sectors: 16 MiB
        FatFormatter.format(disk, FormatOptions.defaults());
        try (FileSystem fat = FatFileSystemProvider.open(disk, MountOptions.of("memory"))) {
            Path notes = Files.createDirectory(fat.getPath("/notes"));
            Files.writeString(notes.resolve("A rather long name.txt"), "kept in memory");
        }
        try (FileSystem fat = FatFileSystemProvider.open(disk, MountOptions.of("memory"));
                Stream<Path> all = Files.walk(fat.getPath("/"))) {
            all.filter(Files::isRegularFile).forEach(MemoryDisk::print);
        }
    }

    private static void print(Path file) {
        try {
            System.out.println(file + ": " + Files.readString(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
