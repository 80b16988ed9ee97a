package io.torosim.bench.cli.lab;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.check.VolumeCheck.CheckReport.Finding;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.rule.FatException.FatRule;
import io.torosim.fat.rule.FatType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Random operations of our FAT code on a small volume, and what a power cut leaves of them at each moment. */
final class CrashRun {
    private static final int SECTORS = 120;
    private static final List<String> NAMES =
            List.of("/A.TXT", "/B.BIN", "/A long name of a file.txt", "/D/C.TXT", "/D/Another long name.bin");

    private final List<Event> log = new ArrayList<>();
    private final List<String> operations = new ArrayList<>();

    private CrashRun() {}

    /** A sector written, or a flush if there are no bytes. */
    private record Event(int sector, byte @Nullable [] bytes) {}

    /** Returns the first damage that a cut leaves, with the operations before it. */
    static Optional<String> damage(long seed, int count, boolean barriers) {
        try {
            return new CrashRun().run(seed, count, barriers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<String> run(long seed, int count, boolean barriers) throws IOException {
        MemoryBlockDevice disk = new MemoryBlockDevice(SECTORS);
        FatFormatter.format(
                disk,
                FormatOptions.defaults()
                        .withType(FatType.FAT12)
                        .withSectors(512, 1)
                        .withTables(1, 2, 48));
        byte[] base = disk.toByteArray();
        SimRandom random = new RandomStreams(seed).stream("crash");
        List<Integer> ends = new ArrayList<>();
        try (FileSystem fs = FatFileSystemProvider.open(
                new Noting(disk), MountOptions.of("crash").withBarriers(barriers))) {
            for (int i = 0; i < count; i++) {
                operations.add(operation(fs, random));
                ends.add(log.size());
            }
        }
        byte[] durable = base.clone(); // what was flushed
        List<Event> pending = new ArrayList<>();
        for (int i = 0; i < log.size(); i++) {
            Event event = log.get(i);
            if (event.bytes() == null) {
                pending.forEach(e -> put(durable, e));
                pending.clear();
                continue;
            }
            pending.add(event);
            for (int lost = -1; lost < pending.size(); lost++) {
                byte[] image = durable.clone();
                for (int p = 0; p < pending.size(); p++) {
                    if (p != lost) {
                        put(image, pending.get(p));
                    }
                }
                Optional<String> damage = damage(image);
                if (damage.isPresent()) {
                    return Optional.of(text(i, lost < 0 ? -1 : i - pending.size() + 1 + lost, ends, damage.get()));
                }
            }
        }
        return Optional.empty();
    }

    private static void put(byte[] image, Event event) {
        byte[] bytes = Objects.requireNonNull(event.bytes(), "a flush has no bytes");
        System.arraycopy(bytes, 0, image, event.sector() * BlockDevice.SECTOR_BYTES, bytes.length);
    }

    private String text(int cut, int lost, List<Integer> ends, String damage) {
        StringBuilder text = new StringBuilder();
        int begun = 0;
        for (int end : ends) {
            text.append("  ").append(operations.get(begun++)).append('\n');
            if (cut < end) {
                break;
            }
        }
        return text + "  power cut after write " + cut + " (sector "
                + log.get(cut).sector() + ")"
                + (lost < 0
                        ? ""
                        : ", write " + lost + " (sector " + log.get(lost).sector() + ") lost") + "\n  " + damage
                + "\n";
    }

    /** What cannot be called a leftover. */
    private static Optional<String> damage(byte[] image) throws IOException {
        List<Finding> all;
        try {
            all = VolumeCheck.check(MemoryBlockDevice.of(image), MountOptions.of("crash"))
                    .findings();
        } catch (FileSystemException e) {
            return Optional.of("no volume any more: " + e.getMessage());
        }
        Set<Integer> doubled = new TreeSet<>();
        all.stream().filter(f -> f.rule() == FatRule.CROSS_LINKED).forEach(f -> doubled.add(f.cluster()));
        return all.stream()
                .filter(f -> !isLeftover(f, doubled.contains(f.cluster())))
                .findFirst()
                .map(Finding::toString);
    }

    /** Lost clusters, tables that differ, orphan slots, and the two entries of a move are what a repair puts right without loss. */
    private static boolean isLeftover(Finding finding, boolean isDoubled) {
        return switch (finding.rule()) {
            case LOST_CLUSTERS, FATS_DIFFER, CHAIN_TOO_LONG, DIRTY, CROSS_LINKED, DUPLICATE_NAME -> true;
            case LONG_NAME -> !finding.detail().contains("does not fit its short entry");
            case DOT_ENTRIES -> isDoubled;
            default -> false;
        };
    }

    /** Does an operation, which may fail, as on a name that is not there; returns what it was. */
    private static String operation(FileSystem fs, SimRandom random) throws IOException {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        Path file = fs.getPath(name);
        int bytes = random.nextInt(3000);
        int kind = random.nextInt(6);
        String text;
        try {
            switch (kind) {
                case 0 -> {
                    text = "directory /D";
                    Files.createDirectory(fs.getPath("/D"));
                }
                case 1 -> {
                    text = "append " + bytes + " to " + name;
                    Files.write(file, new byte[bytes], StandardOpenOption.APPEND);
                }
                case 2 -> {
                    text = "delete " + name;
                    Files.delete(file);
                }
                case 3 -> {
                    String other = NAMES.get(random.nextInt(NAMES.size()));
                    text = "move " + name + " to " + other;
                    Files.move(file, fs.getPath(other), StandardCopyOption.REPLACE_EXISTING);
                }
                default -> {
                    text = "write " + bytes + " to " + name;
                    Files.write(file, new byte[bytes]);
                }
            }
        } catch (FileSystemException e) {
            return "(not possible: " + e.getClass().getSimpleName() + " of " + name + ")";
        }
        return text;
    }

    /** A disk of which every write and flush is noted. */
    private final class Noting implements BlockDevice {
        private final BlockDevice disk;

        Noting(BlockDevice disk) {
            this.disk = disk;
        }

        @Override
        public long sectorCount() {
            return disk.sectorCount();
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public void read(long sector, ByteBuffer target) throws IOException {
            disk.read(sector, target);
        }

        @Override
        public void write(long sector, ByteBuffer source) throws IOException {
            ByteBuffer copy = source.duplicate();
            for (int s = (int) sector; copy.hasRemaining(); s++) {
                byte[] one = new byte[SECTOR_BYTES];
                copy.get(one);
                log.add(new Event(s, one));
            }
            disk.write(sector, source);
        }

        @Override
        public void flush() throws IOException {
            log.add(new Event(-1, null));
            disk.flush();
        }

        @Override
        public void close() throws IOException {
            disk.close();
        }
    }
}
