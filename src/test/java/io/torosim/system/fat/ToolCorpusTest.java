package io.torosim.system.fat;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.cli.FatCommand;
import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.volume.Partitions;
import io.torosim.system.fat.toro.ToroOutcome;
import io.torosim.system.fat.toro.ToroTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Images by other tools, each opened through {@code java.nio.file} and the command line without any option; names, bytes and
 * times must be those that mtools reads. What Toro's reader makes of them is listed in docs/fat-toro-corpus.txt. By default one image of every maker and every fifteenth of all, {@code
 * -Dtorosim.fat.corpus=all} makes all of them (two minutes).
 */
class ToolCorpusTest {
    private static final boolean ALL = "all".equals(System.getProperty("torosim.fat.corpus"));
    private static final Instant TIME = Instant.parse("2023-07-08T09:10:12Z");

    @TempDir
    Path directory;

    @Test
    void everyImage_opensWithoutOptions_andReadsAsMtoolsReadsIt() throws Exception {
        List<ToolRecipe> recipes = ToolRecipe.all();
        assertThat(recipes.size()).isGreaterThanOrEqualTo(200);
        assertThat(recipes.stream().map(ToolRecipe::maker).distinct()).hasSizeGreaterThanOrEqualTo(12);
        Path tree = tree();
        var makers = new TreeSet<String>();
        var skipped = new ArrayList<String>();
        var failures = new TreeMap<String, String>();
        var byToro = new TreeMap<String, String>();
        int made = 0;
        for (int i = 0; i < recipes.size(); i++) {
            ToolRecipe recipe = recipes.get(i);
            if (!ALL && i % 15 != 0 && makers.contains(recipe.maker())) {
                continue;
            }
            makers.add(recipe.maker());
            if (!recipe.tools().stream().allMatch(ToolCorpusTest::isInstalled)) {
                skipped.add(recipe.name());
                continue;
            }
            Path work = Files.createDirectory(directory.resolve("image" + i));
            try {
                int status = make(recipe, work, tree);
                if (status == 77) {
                    skipped.add(recipe.name());
                    continue;
                }
                made++;
                String defect = status == 0 ? compare(work) : "not made: " + Files.readString(work.resolve("log.txt"));
                if (defect != null) {
                    failures.put(recipe.name(), defect);
                } else {
                    byToro.put(recipe.name(), toroReads(work.resolve("out.img")));
                }
            } catch (IOException | RuntimeException | AssertionError e) {
                failures.put(recipe.name(), e.toString());
            } finally {
                delete(work);
            }
        }
        System.out.println("corpus: " + made + " images of " + recipes.size() + " by " + makers.size()
                + " tools, skipped " + skipped);
        assertThat(failures).isEmpty();
        if (ALL && Boolean.getBoolean("torosim.updateDocs")) {
            ToroTable.write(byToro);
        }
        Map<String, String> listed = ToroTable.listed();
        assertThat(listed).as("docs/fat-toro-corpus.txt").containsAllEntriesOf(byToro);
        assertThat(ToroTable.isOnPage(listed)).as("table in docs/fat.md").isTrue();
    }

    /** What the reader of 2018, and it without its defects, makes of an image, the model and the routines on a machine. */
    private static String toroReads(Path image) throws IOException {
        MountOptions options = MountOptions.of(image.toString()).asReadOnly();
        try (BlockDevice disk = BlockDevice.file(image, true)) {
            return ToroOutcome.of(Partitions.volumeOn(disk, options)).line();
        }
    }

    private static boolean isInstalled(String program) {
        return Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")
                .anyMatch(d -> Files.isExecutable(Path.of(d, program)));
    }

    /** Names that are plain, lower, mixed and long, all of ASCII: what each tool makes of others is its own affair. */
    private Path tree() throws IOException {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        var random = new Random(9);
        Files.createDirectories(tree.resolve("Sub directory/DEEP"));
        String[] names = {
            "HELLO.TXT",
            "empty.dat",
            "MiXeD.Txt",
            "a long name with spaces.text",
            "cluster.bin",
            "Sub directory/below.bin",
            "Sub directory/DEEP/LAST.BIN"
        };
        int[] sizes = {12, 0, 511, 513, 8192, 5000, 30_000};
        for (int i = 0; i < names.length; i++) {
            byte[] bytes = new byte[sizes[i]];
            random.nextBytes(bytes);
            Files.write(tree.resolve(names[i]), bytes);
            Files.setLastModifiedTime(tree.resolve(names[i]), FileTime.from(TIME));
        }
        return tree;
    }

    private static int run(Path work, Path tree, String text) throws IOException, InterruptedException {
        Path script = Files.writeString(work.resolve("make.sh"), text);
        var builder = new ProcessBuilder("bash", script.toString())
                .directory(work.toFile())
                .redirectErrorStream(true);
        builder.redirectOutput(work.resolve("log.txt").toFile());
        builder.environment().put("TREE", tree.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("TZ", "UTC");
        builder.environment().put("MTOOLS_SKIP_CHECK", "1");
        builder.environment().put("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return 124;
        }
        return process.exitValue();
    }

    private static int make(ToolRecipe recipe, Path work, Path tree) throws IOException, InterruptedException {
        String read = "\nmkdir back; mcopy -Q -s -m -i out.img@@$off '::*' back; test -f out.img\n";
        return run(work, tree, ToolRecipe.PRELUDE + recipe.script() + read);
    }

    private static String compare(Path work) throws IOException {
        Path image = work.resolve("out.img");
        TreeMap<String, Entry> expected = entries(work.resolve("back"));
        TreeMap<String, Entry> found;
        try (FileSystem fs = FileSystems.newFileSystem(image, Map.of("accessMode", "readOnly"))) {
            found = entries(fs.getPath("/"));
        }
        if (expected.size() < 9) {
            return "mtools reads " + expected.keySet();
        }
        if (!expected.keySet().equals(found.keySet())) {
            return "names " + found.keySet() + " instead of " + expected.keySet();
        }
        for (Map.Entry<String, Entry> entry : expected.entrySet()) {
            String defect = entry.getValue().difference(found.get(entry.getKey()));
            if (defect != null) {
                return entry.getKey() + ": " + defect;
            }
        }
        var out = new StringWriter();
        var err = new StringWriter();
        int status = new CommandLine(new FatCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("ls", "-R", image.toString());
        boolean listed = out.toString().lines().count() == expected.size();
        return status == 0 && listed
                ? null
                : "ls: status " + status + ", " + out.toString().lines().count() + " lines " + err;
    }

    /** Contents and time of a file; null contents of a directory. */
    private record Entry(byte[] bytes, Instant time) {
        String difference(Entry other) {
            if (!Arrays.equals(bytes, other.bytes)) {
                return "other bytes";
            }
            return bytes == null || time.equals(other.time) ? null : "time " + other.time + " instead of " + time;
        }
    }

    private static TreeMap<String, Entry> entries(Path root) throws IOException {
        var found = new TreeMap<String, Entry>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                if (!path.equals(root)) {
                    byte[] bytes = Files.isDirectory(path) ? null : Files.readAllBytes(path);
                    found.put(
                            root.relativize(path).toString(),
                            new Entry(bytes, Files.getLastModifiedTime(path).toInstant()));
                }
            }
        }
        return found;
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> walk = Files.walk(tree)) {
            for (Path path : (Iterable<Path>) walk.sorted(java.util.Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }
}
