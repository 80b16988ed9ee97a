package io.torosim.fat.volume;

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
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Random operations against a map from lower-case path to bytes; the volume is checked and mounted again at the end. */
class ModelPropertiesTest {
    static final String[] DIRECTORIES = {"", "/dir", "/Other Directory", "/dir/sub"};
    static final String[] NAMES = {
        "A.TXT",
        "a.txt",
        "Long file name.text",
        "long file name two.text",
        "B",
        "\u00fcber.dat",
        "x.y.z",
        "LONGFI~1.TEX"
    };

    /** One step: what to do, on which names, with how many bytes where. */
    record Step(int kind, int directory, int name, int directory2, int name2, int size, int position) {}

    @Provide
    Arbitrary<List<Step>> scripts() {
        Arbitrary<Integer> directory = Arbitraries.integers().between(0, DIRECTORIES.length - 1);
        Arbitrary<Integer> name = Arbitraries.integers().between(0, NAMES.length - 1);
        Arbitrary<Integer> size = Arbitraries.integers().between(0, 6000);
        return Combinators.combine(Arbitraries.integers().between(0, 9), directory, name, directory, name, size, size)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void randomOperations_agreeWithAMap(@ForAll("scripts") List<Step> script, @ForAll boolean wide) throws IOException {
        var device = new MemoryBlockDevice(wide ? 8800 : 4300);
        FatFormatter.format(device, FormatOptions.defaults().withSectors(512, wide ? 2 : 1));
        var model = new TreeMap<String, byte[]>();
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("model"))) {
            for (Step step : script) {
                run(fs, model, step);
            }
            compare(fs, model);
        }
        boolean files = model.values().stream().anyMatch(bytes -> bytes.length > 1);
        Statistics.label("files at the end").collect(files);
        Statistics.label("files at the end").coverage(c -> c.check(true).percentage(p -> p > 40));
        boolean directories = model.containsKey("/dir");
        Statistics.label("a directory at the end").collect(directories);
        Statistics.label("a directory at the end").coverage(c -> c.check(true).percentage(p -> p > 15));
        assertThat(VolumeCheck.check(device, MountOptions.of("model")).findings())
                .isEmpty();
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("model"))) {
            compare(fs, model);
        }
    }

    static void run(FileSystem fs, TreeMap<String, byte[]> model, Step step) throws IOException {
        String path = DIRECTORIES[step.directory()] + "/" + NAMES[step.name()];
        String other = DIRECTORIES[step.directory2()] + "/" + NAMES[step.name2()];
        String key = path.toLowerCase(Locale.ROOT);
        String otherKey = other.toLowerCase(Locale.ROOT);
        if (aliased(fs, path, key, model) || aliased(fs, other, otherKey, model)) {
            return; // the short name of another entry: a second way to a file, which a map does not have
        }
        byte[] bytes = new byte[step.size()];
        new Random(step.size() * 31L + step.position()).nextBytes(bytes);
        boolean parent =
                step.directory() == 0 || model.containsKey(DIRECTORIES[step.directory()].toLowerCase(Locale.ROOT));
        boolean otherParent =
                step.directory2() == 0 || model.containsKey(DIRECTORIES[step.directory2()].toLowerCase(Locale.ROOT));
        Path file = fs.getPath(path);
        try {
            switch (step.kind()) {
                case 0, 1 -> {
                    Files.write(file, bytes);
                    model.put(key, bytes);
                    assertThat(parent).isTrue();
                }
                case 2 -> {
                    Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                    model.merge(key, bytes, ModelPropertiesTest::joined);
                }
                case 3 -> {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.write(ByteBuffer.wrap(bytes), step.position());
                    }
                    model.put(key, patched(model.get(key), bytes, step.position()));
                }
                case 4 -> {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.truncate(step.size());
                    }
                    model.put(key, Arrays.copyOf(model.get(key), Math.min(step.size(), model.get(key).length)));
                }
                case 5 -> {
                    Files.delete(file);
                    assertThat(model.remove(key)).isNotNull();
                }
                case 6, 7 -> {
                    Files.move(file, fs.getPath(other), StandardCopyOption.REPLACE_EXISTING);
                    assertThat(otherParent).isTrue();
                    byte[] moved = model.remove(key);
                    model.put(otherKey, moved);
                }
                default -> {
                    String made = DIRECTORIES[Math.max(1, step.directory())];
                    Files.createDirectory(fs.getPath(made));
                    assertThat(model.put(made.toLowerCase(Locale.ROOT), new byte[] {-1}))
                            .isNull();
                }
            }
        } catch (FileSystemException e) {
            checkRefusal(e, model, step, key, otherKey, parent, otherParent);
        }
    }

    /** A refusal must have its reason in the model. */
    private static void checkRefusal(
            FileSystemException e,
            Map<String, byte[]> model,
            Step step,
            String key,
            String otherKey,
            boolean parent,
            boolean otherParent) {
        boolean exists = model.containsKey(key);
        String made = DIRECTORIES[Math.max(1, step.directory())].toLowerCase(Locale.ROOT);
        boolean expected =
                switch (step.kind()) {
                    case 0, 1, 2 -> !parent;
                    case 3, 4, 5 -> !exists;
                    case 6, 7 -> !exists || !otherParent;
                    default -> model.containsKey(made) || made.equals("/dir/sub") && !model.containsKey("/dir");
                };
        assertThat(expected).as(step + " " + key + " " + otherKey + ": " + e).isTrue();
    }

    private static boolean aliased(FileSystem fs, String path, String key, Map<String, byte[]> model)
            throws IOException {
        Path file = fs.getPath(path);
        return !model.containsKey(key) && Files.exists(file);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static byte[] patched(byte[] old, byte[] bytes, int position) {
        if (bytes.length == 0) {
            return old;
        }
        byte[] all = Arrays.copyOf(old, Math.max(old.length, position + bytes.length));
        System.arraycopy(bytes, 0, all, position, bytes.length);
        return all;
    }

    static void compare(FileSystem fs, Map<String, byte[]> model) throws IOException {
        var seen = new TreeMap<String, byte[]>();
        try (var walk = Files.walk(fs.getPath("/"))) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                if (path.getNameCount() > 0) {
                    byte[] bytes = Files.isDirectory(path) ? new byte[] {-1} : Files.readAllBytes(path);
                    seen.put(path.toString().toLowerCase(Locale.ROOT), bytes);
                }
            }
        }
        assertThat(seen.keySet()).containsExactlyElementsOf(model.keySet());
        model.forEach((path, bytes) ->
                assertThat(Arrays.equals(seen.get(path), bytes)).as(path).isTrue());
    }
}
