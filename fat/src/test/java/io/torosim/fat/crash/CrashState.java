package io.torosim.fat.crash;

import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.check.VolumeCheck.CheckReport;
import io.torosim.fat.check.VolumeCheck.CheckReport.Finding;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A volume after a power cut: what a walk over it finds, what the check says, what a repair makes of it.
 *
 * @param classes the kinds of leftovers
 * @param found lower-case path to content, null for directories
 * @param repaired the same after the repair
 * @param defect what must not be, or null
 */
record CrashState(String classes, Map<String, byte[]> found, Map<String, byte[]> repaired, String defect) {

    static CrashState of(CrashDevice device) {
        try {
            return look(device);
        } catch (IOException | RuntimeException e) {
            return new CrashState("exception", Map.of(), Map.of(), e.toString());
        }
    }

    private static CrashState look(CrashDevice device) throws IOException {
        CheckReport report = VolumeCheck.check(device, MountOptions.of("crash"));
        var classes = new TreeSet<String>();
        String defect = null;
        var doubled = new TreeSet<Integer>();
        for (Finding finding : report.findings()) {
            if (finding.rule() == FatRule.CROSS_LINKED) {
                doubled.add(finding.cluster());
            }
        }
        for (Finding finding : report.findings()) {
            String kind = kind(finding, doubled.contains(finding.cluster()));
            classes.add(kind == null ? finding.rule().name() : kind);
            defect = kind == null ? finding.toString() : defect;
        }
        Map<String, byte[]> found = walk(device);
        VolumeCheck.Repair repair = VolumeCheck.repair(device, MountOptions.of("crash"));
        boolean clean = repair.after().findings().isEmpty();
        if (defect == null && !clean) {
            defect = "not repaired: " + repair.after().findings() + " " + repair.actions();
        }
        return new CrashState(classes.isEmpty() ? "clean" : String.join(", ", classes), found, walk(device), defect);
    }

    /** Returns what kind of leftover a finding is, null for damage. */
    private static String kind(Finding finding, boolean isDoubled) {
        return switch (finding.rule()) {
            case LOST_CLUSTERS -> "lost clusters";
            case FATS_DIFFER -> "differing FATs";
            case CHAIN_TOO_LONG -> "chain longer than its file";
            case DIRTY -> "dirty mark";
            case LONG_NAME -> finding.detail().contains("does not fit its short entry")
                    ? null
                    : "orphan long-name slots";
            case CROSS_LINKED, DUPLICATE_NAME -> "two entries of a move";
            case DOT_ENTRIES -> isDoubled
                    ? "two entries of a move"
                    : null; // fits one: the repair keeps it and is clean
            default -> null;
        };
    }

    /** Walks seen, so that half a million states of a few thousand trees fit in memory. */
    private static final Map<List<Object>, Map<String, byte[]>> TREES = new HashMap<>();

    private static Map<String, byte[]> walk(CrashDevice device) throws IOException {
        var key = new ArrayList<>();
        Map<String, byte[]> tree = readAll(device);
        tree.forEach((path, bytes) -> {
            key.add(path);
            key.add(bytes == null ? path : ByteBuffer.wrap(bytes));
        });
        return TREES.computeIfAbsent(key, ignored -> tree);
    }

    private static Map<String, byte[]> readAll(CrashDevice device) throws IOException {
        var found = new TreeMap<String, byte[]>();
        try (FileSystem fs = FatFileSystemProvider.open(
                        device, MountOptions.of("crash").asReadOnly());
                var walk = Files.walk(fs.getPath("/"))) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                if (path.getNameCount() > 0) {
                    byte[] content = Files.isDirectory(path) ? null : Files.readAllBytes(path);
                    found.put(path.toString().toLowerCase(java.util.Locale.ROOT), content);
                }
            }
        }
        return found;
    }
}
