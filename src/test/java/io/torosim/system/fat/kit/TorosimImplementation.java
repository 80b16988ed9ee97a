package io.torosim.system.fat.kit;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.testkit.Implementation;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** This project's volume, through {@code java.nio.file}. */
final class TorosimImplementation implements Implementation {
    @Override
    public String name() {
        return "torosim";
    }

    @Override
    public Mounted mount(byte[] disk) throws IOException {
        var device = MemoryBlockDevice.of(disk);
        FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("kit"));
        return new Mounted() {
            /** Java refuses a path that no file system could have before it comes to the volume. */
            private Path path(String path) throws IOException {
                try {
                    return fs.getPath(path);
                } catch (InvalidPathException e) {
                    throw new IOException(e);
                }
            }

            @Override
            public void write(String path, byte[] content) throws IOException {
                Files.write(path(path), content);
            }

            @Override
            public byte[] read(String path) throws IOException {
                return Files.readAllBytes(path(path));
            }

            @Override
            public List<String> list(String path) throws IOException {
                try (var list = Files.list(path(path))) {
                    return list.map(entry -> entry.getFileName().toString()).collect(Collectors.toList());
                }
            }

            @Override
            public void makeDirectory(String path) throws IOException {
                Files.createDirectory(path(path));
            }

            @Override
            public void delete(String path) throws IOException {
                Files.delete(path(path));
            }

            @Override
            public void move(String from, String to) throws IOException {
                Files.move(path(from), path(to));
            }

            @Override
            public byte[] unmount() throws IOException {
                fs.close();
                return device.toByteArray();
            }
        };
    }
}
