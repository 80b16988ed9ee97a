package io.torosim.fat.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.support.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts the power after every single sector write of a session. fsck.fat must be able to repair what is left, and every
 * file that was closed before the operation that was cut must be there, whole: under its old name, or its new one.
 */
class PowerCutTest {
    @TempDir
    Path directory;

    private record Write(long sector, byte[] bytes) {}

    /** Files closed when the operation began, and those that it touches (old name, new name). */
    private record Epoch(int firstWrite, TreeMap<String, byte[]> closed, String from, String to, String what) {}

    private interface Operation {
        void run(FileSystem fs) throws IOException;
    }

    private final List<Write> log = new ArrayList<>();
    private final List<Epoch> epochs = new ArrayList<>();

    @Test
    void everyCut_isRepairedWithoutLosingAClosedFile() throws IOException {
        Tool.require("fsck.fat");
        var device = new MemoryBlockDevice(4300);
        FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 1));
        byte[] start = device.toByteArray();
        session(new Logging(device));
        assertThat(log.size()).isGreaterThan(150);
        byte[] now = start;
        for (int cut = 0; cut <= log.size(); cut++) {
            if (cut > 0) {
                Write write = log.get(cut - 1);
                System.arraycopy(write.bytes(), 0, now, (int) write.sector() * 512, 512);
            }
            check(now, cut);
        }
    }

    private void session(BlockDevice device) throws IOException {
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("cut"))) {
            step(fs, "create", "/a.txt", null, f -> write(f, "/a.txt", 1500));
            step(fs, "create long", "/Long name one.text", null, f -> write(f, "/Long name one.text", 700));
            step(fs, "mkdir", null, null, f -> Files.createDirectory(f.getPath("/Directory one")));
            step(fs, "create below", null, null, f -> write(f, "/Directory one/x.bin", 3000));
            step(
                    fs,
                    "append",
                    "/a.txt",
                    null,
                    f -> Files.write(f.getPath("/a.txt"), bytes(5000), StandardOpenOption.APPEND));
            step(fs, "rename", "/a.txt", "/b.txt", f -> move(f, "/a.txt", "/b.txt"));
            step(
                    fs,
                    "rename long",
                    "/Long name one.text",
                    "/Directory one/Another long name.text",
                    f -> move(f, "/Long name one.text", "/Directory one/Another long name.text"));
            for (int i = 0; i < 24; i++) {
                String name = "/Directory one/number " + i + " of the files";
                step(fs, "grow directory", name, null, f -> write(f, name, 100));
            }
            step(fs, "replace", "/b.txt", "/Directory one/x.bin", f -> move(f, "/b.txt", "/Directory one/x.bin"));
            step(fs, "truncate", "/Directory one/x.bin", null, f -> {
                try (var channel = Files.newByteChannel(f.getPath("/Directory one/x.bin"), StandardOpenOption.WRITE)) {
                    channel.truncate(600);
                }
            });
            step(
                    fs,
                    "delete",
                    "/Directory one/number 3 of the files",
                    null,
                    f -> Files.delete(f.getPath("/Directory one/number 3 of the files")));
            step(fs, "move directory", "/Directory one", "/moved", f -> move(f, "/Directory one", "/moved"));
            step(fs, "mkdir", null, null, f -> Files.createDirectory(f.getPath("/down")));
            step(
                    fs,
                    "move directory below",
                    "/moved",
                    "/down/Moved again",
                    f -> move(f, "/moved", "/down/Moved again"));
            step(
                    fs,
                    "times",
                    null,
                    null,
                    f -> Files.setAttribute(f.getPath("/down/Moved again/x.bin"), "dos:hidden", true));
            step(fs, "close", null, null, f -> {});
        }
    }

    private void step(FileSystem fs, String what, String from, String to, Operation operation) throws IOException {
        epochs.add(new Epoch(log.size(), contents(fs), from, to, what));
        operation.run(fs);
    }

    private static void move(FileSystem fs, String from, String to) throws IOException {
        Files.move(fs.getPath(from), fs.getPath(to), StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(FileSystem fs, String path, int size) throws IOException {
        Files.write(fs.getPath(path), bytes(size));
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static TreeMap<String, byte[]> contents(FileSystem fs) throws IOException {
        var found = new TreeMap<String, byte[]>();
        try (var walk = Files.walk(fs.getPath("/"))) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                if (Files.isRegularFile(path)) {
                    found.put(path.toString(), Files.readAllBytes(path));
                }
            }
        }
        return found;
    }

    private void check(byte[] bytes, int cut) throws IOException {
        Path image = directory.resolve("cut.img");
        Files.write(image, bytes);
        Tool.Result repair = Tool.run("fsck.fat", "-a", image.toString());
        assertThat(repair.exit()).as("cut " + cut + ": " + repair.output()).isBetween(0, 1);
        // one run leaves a cross-linked directory empty, the next removes it, the next its long name
        for (int run = 0, exit = repair.exit(); exit != 0; run++) {
            assertThat(run).as("fsck.fat comes to no end at cut " + cut).isLessThan(4);
            exit = Tool.run("fsck.fat", "-a", image.toString()).exit();
        }
        Epoch epoch = epochs.stream()
                .filter(e -> e.firstWrite() <= cut)
                .reduce((a, b) -> b)
                .orElseThrow();
        String where = "cut " + cut + " in " + epoch.what() + "\n" + repair.output();
        byte[] repaired = Files.readAllBytes(image);
        var device = MemoryBlockDevice.of(repaired);
        assertThat(VolumeCheck.check(device, MountOptions.of("cut")).isClean())
                .as(where + VolumeCheck.check(device, MountOptions.of("cut")))
                .isTrue();
        TreeMap<String, byte[]> left;
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("cut"))) {
            left = contents(fs);
        }
        epoch.closed().forEach((path, content) -> {
            if (epoch.to() != null && path.equals(epoch.to())) {
                return; // about to be replaced
            }
            if (epoch.from() != null && under(path, epoch.from())) {
                touched(epoch, path, content, left, where);
            } else {
                assertThat(Arrays.equals(left.get(path), content))
                        .as(where + path)
                        .isTrue();
            }
        });
    }

    private static boolean under(String path, String top) {
        return path.equals(top) || path.startsWith(top + "/");
    }

    private static void touched(Epoch epoch, String path, byte[] content, TreeMap<String, byte[]> left, String where) {
        switch (epoch.what()) {
            case "append" -> assertThat(left.get(path)).as(where + path).startsWith(content);
            case "truncate" -> assertThat(content).as(where + path).startsWith(left.get(path));
            case "delete", "create", "create long", "grow directory" -> {}
            default -> {
                byte[] old = left.get(path);
                byte[] moved = left.get(epoch.to() + path.substring(epoch.from().length()));
                assertThat(Arrays.equals(old, content) || Arrays.equals(moved, content))
                        .as(where + path)
                        .isTrue();
            }
        }
    }

    /** Notes every sector that is written. */
    private final class Logging implements BlockDevice {
        private final BlockDevice below;

        Logging(BlockDevice below) {
            this.below = below;
        }

        @Override
        public long sectorCount() {
            return below.sectorCount();
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public void read(long sector, ByteBuffer target) throws IOException {
            below.read(sector, target);
        }

        @Override
        public void write(long sector, ByteBuffer source) throws IOException {
            for (int i = 0; i < source.remaining() / 512; i++) {
                byte[] bytes = new byte[512];
                source.get(source.position() + i * 512, bytes);
                log.add(new Write(sector + i, bytes));
            }
            below.write(sector, source);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
