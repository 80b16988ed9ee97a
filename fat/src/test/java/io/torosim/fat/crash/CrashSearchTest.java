package io.torosim.fat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.FatEntries;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.rule.FatType;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every sequence of operations, cut after every sector write of its last operation, with every choice of what a device
 * may have carried out since the last flush. Each image is mounted, walked, checked, repaired, and compared with what
 * may be there.
 *
 * <p>Promised: never two different files that share clusters, never a name lost, nothing lost that was forced; what is
 * left over is lost clusters, differing FATs, a chain longer than its file, the dirty mark, slots of a long name, and two
 * entries of the one move that was cut.
 *
 * <p>{@code -Dtorosim.fat.crashes=3} takes all sequences of three (about a quarter of an hour); by default all of one and
 * a sample of the longer ones.
 */
class CrashSearchTest {
    private static final int LENGTH = Integer.getInteger("torosim.fat.crashes", 0);
    private static final int MOST_CHOICES = LENGTH == 0 ? 64 : 1024;

    private record Key(long a, long b) {}

    private final Map<Key, CrashState> states = new HashMap<>();
    private final TreeMap<String, Integer> classes = new TreeMap<>();
    private byte[] base;
    private CrashModel atFirst;
    private long sequences;
    private long cuts;
    private long choices;
    private long sampled;

    @ParameterizedTest
    @EnumSource
    void everyCut_leavesWhatIsPromised(Shape shape) throws IOException {
        prepare(shape);
        CrashOperation[] all = CrashOperation.values();
        for (CrashOperation one : all) {
            search(List.of(one));
        }
        var random = new Random(12);
        for (CrashOperation one : all) {
            for (CrashOperation two : all) {
                if (LENGTH >= 2 || LENGTH == 0 && random.nextInt(8) == 0) {
                    search(List.of(one, two));
                }
                for (CrashOperation three : all) {
                    if (LENGTH >= 3 || LENGTH == 0 && random.nextInt(400) == 0) {
                        search(List.of(one, two, three));
                    }
                }
            }
        }
        System.out.println(shape + ": " + sequences + " sequences, " + cuts + " cuts, " + choices
                + " choices of unflushed writes (" + sampled + " windows sampled), " + states.size()
                + " different images: " + classes);
        assertThat(classes).containsKeys("clean", "dirty mark");
    }

    /** A volume: how large, and what is on the cluster whose entry lies across two sectors, if anything. */
    enum Shape {
        FAT12(FatType.FAT12, 60, 0, null),
        FILE_ENDS_AT_341(FatType.FAT12, 460, 341, "/A.TXT"),
        FILE_ENDS_AT_682(FatType.FAT12, 800, 682, "/A.TXT"), // no cluster nearby may follow this one
        DIRECTORY_ENDS_AT_682(FatType.FAT12, 800, 682, "/D"),
        FAT16(FatType.FAT16, 4300, 0, null);

        private final FatType type;
        private final int sectors;
        private final int across;
        private final String what;

        Shape(FatType type, int sectors, int across, String what) {
            this.type = type;
            this.sectors = sectors;
            this.across = across;
            this.what = what;
        }
    }

    private void prepare(Shape shape) throws IOException {
        var device = new MemoryBlockDevice(shape.sectors);
        FatFormatter.format(
                device,
                FormatOptions.defaults()
                        .withType(shape.type)
                        .withSectors(512, 1)
                        .withTables(1, 2, shape == Shape.FAT16 ? 512 : 48));
        atFirst = new CrashModel();
        base = device.toByteArray();
        if (shape.across > 0) {
            markBadBut(shape.across, shape.across);
            change(fs -> {
                if (shape.what.equals("/D")) {
                    Files.createDirectory(fs.getPath("/D"));
                    atFirst.create("/D", true);
                } else {
                    CrashOperation.write(fs, atFirst, shape.what, 300);
                }
            });
        }
        if (shape != Shape.FAT12) { // as few clusters are left as on the small one
            int first = Math.max(2, shape.across - 4);
            markBadBut(first, first + 53);
        }
        change(fs -> CrashOperation.prepare(fs, atFirst));
        BootSector boot = BootSector.parse("crash", base, base.length);
        if (shape.across > 0) {
            assertThat(FatEntries.straddles(boot, shape.across)).isTrue();
            assertThat((int) FatEntries.decode(table(boot), boot)[shape.across])
                    .isGreaterThanOrEqualTo(FatEntries.FIRST_END);
        }
    }

    private interface Change {
        void make(FileSystem fs) throws IOException;
    }

    private void change(Change change) throws IOException {
        MemoryBlockDevice device = MemoryBlockDevice.of(base);
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("crash"))) {
            change.make(fs);
        }
        base = device.toByteArray();
    }

    private byte[] table(BootSector boot) {
        int at = (int) FatEntries.offset(boot, 0);
        return Arrays.copyOfRange(base, at, at + FatEntries.bytes(boot));
    }

    /** Marks all clusters bad that are not in use, but some. */
    private void markBadBut(int first, int last) throws IOException {
        BootSector boot = BootSector.parse("crash", base, base.length);
        byte[] raw = table(boot);
        char[] entries = FatEntries.decode(raw, boot);
        for (int cluster = 2; cluster <= boot.lastCluster(); cluster++) {
            if (entries[cluster] == FatEntries.FREE || entries[cluster] == FatEntries.BAD) {
                boolean free = cluster >= first && cluster <= last;
                FatEntries.put(raw, boot.type(), cluster, free ? FatEntries.FREE : FatEntries.BAD);
            }
        }
        for (int copy = 0; copy < boot.fatCount(); copy++) {
            System.arraycopy(raw, 0, base, (int) FatEntries.offset(boot, copy), raw.length);
        }
    }

    private void search(List<CrashOperation> sequence) throws IOException {
        sequences++;
        run(sequence, true);
        if (sequence.size() < 3) {
            run(sequence, false);
        }
    }

    private void run(List<CrashOperation> sequence, boolean barriers) throws IOException {
        var device = new CrashDevice(base);
        CrashModel model = atFirst.copy();
        int begin = 0;
        // not closed: the power goes while it is mounted
        FileSystem fs =
                FatFileSystemProvider.open(device, MountOptions.of("crash").withBarriers(barriers));
        for (int i = 0; i < sequence.size(); i++) {
            begin = device.log.size();
            perform(fs, sequence.get(i), model);
        }
        List<CrashDevice.Event> log = List.copyOf(device.log);
        if (sequence.get(sequence.size() - 1) == CrashOperation.FORCE) {
            close(fs, log.size(), device);
            return; // changes nothing; what it acknowledges is met in the longer sequences
        }
        String what = sequence + (barriers ? "" : " without barriers");
        prefixes(log, begin, whenInOrder(sequence), what);
        if (barriers) {
            windows(log, begin, model, what);
        }
        close(fs, log.size(), device);
    }

    /** The last operation may or may not have happened, everything before it has. */
    private CrashModel whenInOrder(List<CrashOperation> sequence) throws IOException {
        var device = new CrashDevice(base);
        CrashModel model = atFirst.copy();
        FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("crash"));
        for (int i = 0; i < sequence.size(); i++) {
            if (i == sequence.size() - 1) {
                model.acknowledge();
            }
            perform(fs, sequence.get(i), model);
        }
        fs.close();
        return model;
    }

    private static void perform(FileSystem fs, CrashOperation operation, CrashModel model) throws IOException {
        try {
            operation.run(fs, model);
        } catch (FileSystemException e) {
            return; // not possible in this state, or the volume is full
        }
    }

    private static void close(FileSystem fs, int writes, CrashDevice device) throws IOException {
        fs.close();
        assertThat(device.log.size()).isGreaterThanOrEqualTo(writes);
    }

    /** The device carries out writes in order. */
    private void prefixes(List<CrashDevice.Event> log, int begin, CrashModel model, String what) {
        var now = new LinkedHashMap<Integer, byte[]>();
        for (int i = 0; i <= log.size(); i++) {
            if (i >= begin && (i == begin || !log.get(i - 1).isFlush())) {
                cuts++;
                judge(now, model, what + " cut at write " + (i - begin));
            }
            if (i < log.size() && !log.get(i).isFlush()) {
                now.put(log.get(i).sector(), log.get(i).bytes());
            }
        }
    }

    /** The device carries out the writes between two flushes in any order, but those of one sector. */
    private void windows(List<CrashDevice.Event> log, int begin, CrashModel model, String what) {
        var durable = new LinkedHashMap<Integer, byte[]>();
        var pending = new TreeMap<Integer, List<byte[]>>();
        for (int i = 0; i <= log.size(); i++) {
            if (i == log.size() || log.get(i).isFlush()) {
                if (i >= begin) {
                    choose(durable, pending, model, what + " window before event " + (i - begin));
                }
                pending.forEach((sector, versions) -> durable.put(sector, versions.get(versions.size() - 1)));
                pending.clear();
            } else {
                pending.computeIfAbsent(log.get(i).sector(), key -> new ArrayList<>())
                        .add(log.get(i).bytes());
            }
        }
    }

    private void choose(
            Map<Integer, byte[]> durable, TreeMap<Integer, List<byte[]>> pending, CrashModel model, String what) {
        var sectors = new ArrayList<>(pending.keySet());
        double product = 1;
        for (List<byte[]> versions : pending.values()) {
            product *= versions.size() + 1;
        }
        int[] chosen = new int[sectors.size()];
        if (product <= MOST_CHOICES) {
            while (true) {
                apply(durable, pending, sectors, chosen, model, what);
                int at = 0;
                while (at < chosen.length
                        && chosen[at] == pending.get(sectors.get(at)).size()) {
                    chosen[at++] = 0;
                }
                if (at == chosen.length) {
                    return;
                }
                chosen[at]++;
            }
        }
        sampled++;
        for (int alone = 0; alone < chosen.length; alone++) {
            for (boolean only : new boolean[] {true, false}) {
                for (int at = 0; at < chosen.length; at++) {
                    int last = pending.get(sectors.get(at)).size();
                    chosen[at] = only == (at == alone) ? last : 0;
                }
                apply(durable, pending, sectors, chosen, model, what);
            }
        }
        var random = new Random(what.hashCode());
        for (int n = 0; n < MOST_CHOICES; n++) {
            for (int at = 0; at < chosen.length; at++) {
                chosen[at] = random.nextInt(pending.get(sectors.get(at)).size() + 1);
            }
            apply(durable, pending, sectors, chosen, model, what);
        }
    }

    private void apply(
            Map<Integer, byte[]> durable,
            TreeMap<Integer, List<byte[]>> pending,
            List<Integer> sectors,
            int[] chosen,
            CrashModel model,
            String what) {
        var image = new LinkedHashMap<>(durable);
        for (int at = 0; at < chosen.length; at++) {
            if (chosen[at] > 0) {
                image.put(sectors.get(at), pending.get(sectors.get(at)).get(chosen[at] - 1));
            }
        }
        choices++;
        judge(image, model, what + " choice " + Arrays.toString(chosen) + " of sectors " + sectors);
    }

    private void judge(Map<Integer, byte[]> changed, CrashModel model, String what) {
        CrashState state = states.computeIfAbsent(key(changed), key -> {
            CrashState looked = CrashState.of(new CrashDevice(base, changed));
            classes.merge(looked.classes(), 1, Integer::sum);
            return looked;
        });
        String defect = state.defect();
        defect = defect != null ? defect : model.defect(state.found());
        defect = defect != null ? defect : prefixed("after the repair ", model.defect(state.repaired()));
        if (defect != null) {
            throw new AssertionError(what + ": " + defect + "\n" + state.classes() + "\n"
                    + state.found().keySet());
        }
    }

    private static String prefixed(String prefix, String text) {
        return text == null ? null : prefix + text;
    }

    private Key key(Map<Integer, byte[]> changed) {
        long a = 0;
        long b = 0;
        for (Map.Entry<Integer, byte[]> entry : changed.entrySet()) {
            byte[] bytes = entry.getValue();
            int at = entry.getKey() * 512;
            if (!Arrays.equals(bytes, 0, 512, base, at, at + 512)) {
                long hash = entry.getKey() * 0x9e3779b97f4a7c15L;
                for (byte value : bytes) {
                    hash = (hash ^ value) * 0x100000001b3L;
                    hash ^= hash >>> 29;
                }
                a += hash * 0xbf58476d1ce4e5b9L;
                b ^= Long.rotateLeft(hash, 31) * 0x94d049bb133111ebL;
            }
        }
        return new Key(a, b);
    }
}
