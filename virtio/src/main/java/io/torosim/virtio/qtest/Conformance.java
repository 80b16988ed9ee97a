package io.torosim.virtio.qtest;

import io.torosim.core.process.RunPlace;
import io.torosim.virtio.qtest.QtestSession.QtestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Everything that this library checks at a real QEMU: the mode matrix of disk and card, and random scripts at simulated
 * devices and at QEMU's with all that differs.
 */
public final class Conformance {
    private static final int DISK_SECTORS = 2048;
    private static final int SCRIPT_STEPS = 40;

    private Conformance() {}

    /**
     * What came out.
     *
     * @param version what QEMU says of its version
     * @param modes each mode with {@code "ok"} or what went wrong, in order
     * @param scripts how many scripts ran for each device and interface, in order
     * @param differing how many scripts differed, for the same keys
     * @param differences what differed: at most {@value #MOST_SHOWN}
     */
    public record Report(
            String version,
            Map<String, String> modes,
            Map<String, Integer> scripts,
            Map<String, Integer> differing,
            List<Difference> differences) {
        /** How many differences are kept. */
        public static final int MOST_SHOWN = 20;

        /** Returns how many scripts ran. */
        public int scriptCount() {
            return scripts.values().stream().mapToInt(Integer::intValue).sum();
        }

        /** Returns how many scripts differed. */
        public int differingCount() {
            return differing.values().stream().mapToInt(Integer::intValue).sum();
        }

        /** Returns whether every mode works and no script differs. */
        public boolean passed() {
            return differingCount() == 0 && modes.values().stream().allMatch("ok"::equals);
        }
    }

    /**
     * Runs all of it.
     *
     * @param scripts how many scripts, spread evenly over devices and interfaces, rounded up to a multiple of them; at least 1
     * @param seed seed of the first script of each; the others follow
     * @param progress told what comes next
     * @throws IOException if QEMU is not installed, or a file fails
     * @throws QtestException if QEMU fails
     */
    public static Report run(int scripts, long seed, Consumer<String> progress) throws IOException {
        if (scripts < 1) { // a run that compares nothing would pass
            throw new IllegalArgumentException("scripts must be at least 1, scripts=" + scripts);
        }
        Map<String, String> modes = new LinkedHashMap<>();
        try (RunPlace place = RunPlace.create()) {
            Path image = place.directory().resolve("disk.img");
            Files.write(image, new byte[DISK_SECTORS * 512]);
            progress.accept("disk, all modes");
            try (QemuMachine qemu = QemuMachine.start(QemuMachine.blkOnRaw(image))) {
                modes.putAll(ModeMatrix.blk(qemu));
            }
        }
        progress.accept("card, all modes");
        try (QemuMachine qemu = QemuMachine.start(QemuMachine.net("user"))) {
            modes.putAll(ModeMatrix.net(qemu));
        }
        Map<String, Integer> run = new LinkedHashMap<>();
        Map<String, Integer> differing = new LinkedHashMap<>();
        List<Difference> differences = new ArrayList<>();
        List<Scenario> scenarios = Scenario.all(seed, SCRIPT_STEPS);
        int each = (scripts + scenarios.size() - 1) / scenarios.size();
        try (DifferentialRun differential = DifferentialRun.start()) {
            for (Scenario scenario : scenarios) {
                progress.accept("scripts, " + scenario.place());
                int different = 0;
                for (int i = 0; i < each; i++) {
                    List<Difference> found = differential.run(scenario.seed(seed + i));
                    different += found.isEmpty() ? 0 : 1;
                    differences.addAll(found.subList(
                            0, Math.min(found.size(), Math.max(0, Report.MOST_SHOWN - differences.size()))));
                }
                run.put(scenario.place(), each);
                differing.put(scenario.place(), different);
            }
        }
        return new Report(QemuProcess.version(), modes, run, differing, differences);
    }

    /**
     * Something that the simulated device and QEMU did not do alike.
     *
     * @param where which script, and the line of what its driver saw
     * @param simulated what the simulated device did
     * @param real what QEMU did
     */
    public record Difference(String where, String simulated, String real) {
        @Override
        public String toString() {
            return where + "\n  simulated: " + simulated + "\n  QEMU:      " + real;
        }
    }
}
