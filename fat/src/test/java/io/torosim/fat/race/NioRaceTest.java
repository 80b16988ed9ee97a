package io.torosim.fat.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.support.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Threads create, read, replace, move and delete the same few files. Every file holds its own letter only; no read may
 * see another, and no exception may come but those that {@link Files} documents. {@code -Dtorosim.fat.races=N} makes N
 * operations in all (10 million take a quarter of an hour).
 */
class NioRaceTest {
    @TempDir
    Path directory;

    private static final long OPERATIONS = Long.getLong("torosim.fat.races", 60_000);

    @Test
    void createNew_hasOneWinner() throws Exception {
        try (FileSystem fs = open(new MemoryBlockDevice(4300))) {
            for (int round = 0; round < 500; round++) {
                Path path = fs.getPath("/race" + round);
                int[] winners = new int[4];
                race(4, thread -> {
                    try {
                        FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)
                                .close();
                        winners[thread] = 1;
                    } catch (FileAlreadyExistsException e) {
                        winners[thread] = 0;
                    }
                });
                assertThat(winners[0] + winners[1] + winners[2] + winners[3]).isEqualTo(1);
                Files.delete(path);
            }
        }
    }

    @Test
    void noReadSeesAnotherFile_andTheVolumeStaysClean() throws Exception {
        for (int threads : new int[] {2, 3, 4, 8}) {
            var device = new MemoryBlockDevice(4300);
            try (FileSystem fs = open(device)) {
                Files.createDirectory(fs.getPath("/D"));
                long each = OPERATIONS / 4 / threads;
                race(threads, thread -> new Player(fs, new Random(threads * 100L + thread)).play(each));
            }
            assertThat(VolumeCheck.check(device, MountOptions.of("race")).findings())
                    .as(threads + " threads")
                    .isEmpty();
            if (Tool.isInstalled("fsck.fat")) {
                Path image = Files.write(directory.resolve(threads + ".img"), device.toByteArray());
                Tool.ok("fsck.fat", "-n", image.toString());
            }
        }
    }

    private static FileSystem open(MemoryBlockDevice device) throws IOException {
        FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 1));
        return FatFileSystemProvider.open(device, MountOptions.of("race"));
    }

    private interface Part {
        void run(int thread) throws Exception;
    }

    private static void race(int threads, Part part) throws InterruptedException {
        var start = new CyclicBarrier(threads);
        var failures = new ArrayList<Throwable>();
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int number = t;
            var thread = new Thread(() -> {
                try {
                    start.await();
                    part.run(number);
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            running.add(thread);
            thread.start();
        }
        for (Thread thread : running) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.toString(), failures.get(0));
        }
    }

    /** One thread: a file's letter is that of the moment of its making, and written in full before anybody may read it. */
    private static final class Player {
        private static final String[] NAMES = {"/A", "/B", "/Long name of a file", "/D/C", "/D/another long name"};

        private final FileSystem fs;
        private final Random random;

        Player(FileSystem fs, Random random) {
            this.fs = fs;
            this.random = random;
        }

        void play(long operations) throws IOException {
            for (long i = 0; i < operations; i++) {
                try {
                    step();
                } catch (NoSuchFileException
                        | FileAlreadyExistsException
                        | DirectoryNotEmptyException
                        | NotDirectoryException
                        | AccessDeniedException e) {
                    continue; // another thread was first
                }
            }
        }

        private Path any() {
            return fs.getPath(NAMES[random.nextInt(NAMES.length)]);
        }

        private void step() throws IOException {
            Path path = any();
            switch (random.nextInt(12)) {
                case 0, 1 -> make(path);
                case 2, 3, 4 -> read(path);
                case 5 -> Files.delete(path);
                case 6 -> Files.move(path, any());
                case 7 -> Files.move(path, any(), StandardCopyOption.REPLACE_EXISTING);
                case 8 -> Files.copy(path, any(), StandardCopyOption.REPLACE_EXISTING);
                case 9 -> Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000_000_000L));
                case 10 -> {
                    try (var list = Files.list(fs.getPath(random.nextBoolean() ? "/" : "/D"))) {
                        list.forEach(Path::getFileName);
                    }
                }
                default -> {
                    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                        channel.truncate(random.nextInt(1200));
                    }
                }
            }
        }

        private void make(Path path) throws IOException {
            byte letter = (byte) ('a' + random.nextInt(26));
            byte[] bytes = new byte[1 + random.nextInt(2000)];
            java.util.Arrays.fill(bytes, letter);
            try (FileChannel channel =
                    FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                channel.write(ByteBuffer.wrap(bytes));
            }
        }

        private void read(Path path) throws IOException {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                ByteBuffer buffer = ByteBuffer.allocate(2500);
                int read = channel.read(buffer, 0);
                for (int i = 1; i < read; i++) {
                    if (buffer.get(i) != buffer.get(0)) {
                        throw new AssertionError("foreign byte " + buffer.get(i) + " at " + i + " of " + path);
                    }
                }
            }
        }
    }
}
