package io.torosim.fat.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.nio.FatFileSystemProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Threads play short random scripts on three names at once; every history must have an order that a single thread could
 * have seen. {@code -Dtorosim.fat.histories=N} plays N of them.
 */
class LinearizableTest {
    private static final int HISTORIES = Integer.getInteger("torosim.fat.histories", 1500);
    private static final String[] NAMES = {"/a", "/b", "/Long name c"};
    private static final int CALLS = 5;

    private final AtomicInteger clock = new AtomicInteger();

    @Test
    void everyHistory_hasAnOrder() throws Exception {
        var device = new MemoryBlockDevice(4300);
        FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 1));
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("linear"))) {
            for (int seed = 0; seed < HISTORIES; seed++) {
                play(fs, seed);
            }
        }
        assertThat(VolumeCheck.check(device, MountOptions.of("linear")).findings())
                .isEmpty();
    }

    private void play(FileSystem fs, int seed) throws Exception {
        int threads = 2 + seed % 3;
        for (String name : NAMES) {
            Files.deleteIfExists(fs.getPath(name));
        }
        Files.writeString(fs.getPath("/a"), "first");
        var start = new CyclicBarrier(threads);
        var runners = new ArrayList<Runner>();
        for (int t = 0; t < threads; t++) {
            runners.add(new Runner(fs, t, new Random(seed * 31L + t), start));
        }
        for (Runner runner : runners) {
            runner.start();
        }
        var calls = new ArrayList<History.Call>();
        for (Runner runner : runners) {
            runner.join();
            assertThat(runner.failure).as("seed " + seed).isNull();
            calls.addAll(runner.calls);
        }
        var history = new History(calls);
        assertThat(history.isLinearizable(Map.of("/a", "first")))
                .as("seed " + seed + "\n" + history)
                .isTrue();
    }

    @Test
    void model_refusesWhatNoOrderExplains() {
        var open = new History.Call(0, 0, 3, History.Kind.OPEN, "/a", null, null, "ok");
        var delete = new History.Call(1, 1, 2, History.Kind.DELETE, "/a", null, null, "ok");
        var lateOpen = new History.Call(0, 3, 4, History.Kind.OPEN, "/a", null, null, "ok");
        assertThat(new History(List.of(open, delete)).isLinearizable(Map.of("/a", "x")))
                .isTrue();
        assertThat(new History(List.of(delete, lateOpen)).isLinearizable(Map.of("/a", "x")))
                .isFalse();
        var one = new History.Call(0, 0, 2, History.Kind.CREATE_NEW, "/b", null, null, "ok");
        var two = new History.Call(1, 1, 3, History.Kind.CREATE_NEW, "/b", null, null, "ok");
        assertThat(new History(List.of(one, two)).isLinearizable(Map.of())).isFalse();
        var read = new History.Call(0, 3, 4, History.Kind.READ, null, null, null, "y");
        assertThat(new History(List.of(open, read)).isLinearizable(Map.of("/a", "x")))
                .isFalse();
    }

    /** One thread's script. */
    private final class Runner extends Thread {
        private final FileSystem fs;
        private final int number;
        private final Random random;
        private final CyclicBarrier start;
        private final List<History.Call> calls = new ArrayList<>();
        private FileChannel handle;
        private Throwable failure;

        Runner(FileSystem fs, int number, Random random, CyclicBarrier start) {
            this.fs = fs;
            this.number = number;
            this.random = random;
            this.start = start;
        }

        @Override
        public void run() {
            try {
                start.await();
                for (int i = 0; i < CALLS; i++) {
                    step(i);
                }
                if (handle != null) {
                    call(History.Kind.CLOSE, null, null, null);
                }
            } catch (Throwable e) {
                failure = e;
            }
        }

        private void step(int i) throws IOException {
            String name = NAMES[random.nextInt(NAMES.length)];
            String target = NAMES[random.nextInt(NAMES.length)];
            if (handle != null && random.nextInt(3) > 0) {
                switch (random.nextInt(5)) {
                    case 0, 1 -> call(History.Kind.WRITE, null, null, "t" + number + "-" + i);
                    case 2, 3 -> call(History.Kind.READ, null, null, null);
                    default -> call(History.Kind.CLOSE, null, null, null);
                }
                return;
            }
            switch (random.nextInt(8)) {
                case 0, 1 -> openAnew(History.Kind.CREATE_NEW, name);
                case 2, 3 -> openAnew(History.Kind.OPEN, name);
                case 4 -> call(History.Kind.DELETE, name, null, null);
                case 5 -> call(History.Kind.MOVE, name, target, null);
                case 6 -> call(History.Kind.REPLACE, name, target, null);
                default -> call(History.Kind.EXISTS, name, null, null);
            }
        }

        private void openAnew(History.Kind kind, String name) throws IOException {
            if (handle != null) {
                call(History.Kind.CLOSE, null, null, null);
            }
            call(kind, name, null, null);
        }

        private void call(History.Kind kind, String name, String target, String value) throws IOException {
            int begin = clock.getAndIncrement();
            String result;
            try {
                result = perform(kind, name == null ? null : fs.getPath(name), target, value);
            } catch (NoSuchFileException e) {
                result = "none";
            } catch (FileAlreadyExistsException e) {
                result = "exists";
            }
            int end = clock.getAndIncrement();
            calls.add(new History.Call(number, begin, end, kind, name, target, value, result));
        }

        private String perform(History.Kind kind, Path path, String target, String value) throws IOException {
            switch (kind) {
                case CREATE_NEW -> handle = open(path, StandardOpenOption.CREATE_NEW);
                case OPEN -> handle = open(path);
                case WRITE -> handle.write(ByteBuffer.wrap(padded(value)), 0);
                case TRUNCATE -> handle.truncate(0);
                case READ -> {
                    ByteBuffer buffer = ByteBuffer.allocate(100);
                    int read = Math.max(0, handle.read(buffer, 0));
                    return new String(buffer.array(), 0, read, StandardCharsets.US_ASCII).strip();
                }
                case CLOSE -> {
                    FileChannel closing = handle;
                    handle = null;
                    closing.close();
                }
                case DELETE -> Files.delete(path);
                case MOVE -> Files.move(path, fs.getPath(target));
                case REPLACE -> Files.move(path, fs.getPath(target), StandardCopyOption.REPLACE_EXISTING);
                default -> {
                    return Files.exists(path) ? "yes" : "no";
                }
            }
            return "ok";
        }

        private static FileChannel open(Path path, StandardOpenOption... more) throws IOException {
            var options = java.util.EnumSet.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
            options.addAll(List.of(more));
            return FileChannel.open(path, options);
        }

        /** All contents have one length, so that a write replaces the one before it. */
        private static byte[] padded(String value) {
            return (value + " ".repeat(20)).substring(0, 20).getBytes(StandardCharsets.US_ASCII);
        }
    }
}
