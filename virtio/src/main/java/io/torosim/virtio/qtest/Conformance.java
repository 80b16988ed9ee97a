package io.torosim.virtio.qtest;

import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.QueueMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Everything that this library checks at a real QEMU: the mode matrix of disk and card, and random scripts at the simulated
 * disk and at QEMU's with all that differs.
 */
public final class Conformance {
    private static final int DISK_SECTORS = 2048;
    private static final int SCRIPT_STEPS = 20;

    private Conformance() {}

    /**
     * What came out.
     *
     * @param version what QEMU says of its version
     * @param modes each mode with {@code "ok"} or what went wrong, in order
     * @param scripts how many scripts ran
     * @param explained how often each known deviation of QEMU was seen
     * @param unexplained differences that nothing explains, each with its script: at most {@value #MOST_SHOWN}
     * @param unexplainedCount how many there are
     */
    public record Report(
            String version,
            Map<String, String> modes,
            int scripts,
            Map<QemuDeviation, Integer> explained,
            List<String> unexplained,
            int unexplainedCount) {
        /** How many differences are kept. */
        public static final int MOST_SHOWN = 20;

        /** Returns whether every mode works and nothing is unexplained. */
        public boolean passed() {
            return unexplainedCount == 0 && modes.values().stream().allMatch("ok"::equals);
        }
    }

    /**
     * Runs all of it; three QEMUs, one after the other.
     *
     * @param scripts how many scripts, spread evenly over the modes, rounded up to a multiple of them; at least 0
     * @param seed seed of the first script of each mode; the others follow
     * @param progress told what comes next
     * @throws IOException if QEMU is not installed, or a file fails
     * @throws QtestException if QEMU fails
     */
    public static Report run(int scripts, long seed, Consumer<String> progress) throws IOException {
        if (scripts < 0) {
            throw new IllegalArgumentException("scripts must be at least 0, scripts=" + scripts);
        }
        Map<String, String> modes = new LinkedHashMap<>();
        Path image = Files.createTempFile("torosim-conformance", ".img");
        try {
            Files.write(image, new byte[DISK_SECTORS * 512]);
            progress.accept("disk, all modes");
            try (QemuMachine qemu = QemuMachine.start(QemuMachine.blkOnRaw(image))) {
                modes.putAll(ModeMatrix.blk(qemu));
            }
        } finally {
            Files.delete(image);
        }
        progress.accept("card, all modes");
        try (QemuMachine qemu = QemuMachine.start(QemuMachine.net("user"))) {
            modes.putAll(ModeMatrix.net(qemu));
        }
        Map<QemuDeviation, Integer> explained = new EnumMap<>(QemuDeviation.class);
        List<String> unexplained = new ArrayList<>();
        int run = 0;
        int unexplainedCount = 0;
        List<QueueMode> scriptModes = DifferentialRun.modes();
        int perMode = (scripts + scriptModes.size() - 1) / scriptModes.size();
        try (DifferentialRun differential = DifferentialRun.start()) {
            for (QueueMode mode : scriptModes) {
                progress.accept("scripts, " + mode);
                for (int i = 0; i < perMode; i++) {
                    DriverScript script = DriverScript.random(mode, seed + i, SCRIPT_STEPS);
                    run++;
                    for (Difference d : differential.run(script)) {
                        if (d.explanation() != null) {
                            explained.merge(d.explanation(), 1, Integer::sum);
                        } else if (++unexplainedCount <= Report.MOST_SHOWN) {
                            unexplained.add(d.where() + ": simulated " + d.simulated() + ", QEMU " + d.real()
                                    + "; seed " + (seed + i) + ", " + script.toText());
                        }
                    }
                }
            }
        }
        return new Report(QemuProcess.version(), modes, run, explained, unexplained, unexplainedCount);
    }
}
