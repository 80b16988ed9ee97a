package io.torosim.bench.cli.qemu;

import io.torosim.virtio.qtest.Conformance;
import io.torosim.virtio.qtest.Conformance.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.jr.ob.JSON;

/** {@code qemu conformance}: the mode matrix, and the same scripts at the simulated disk and at QEMU's. */
@Command(
        name = "conformance",
        description = {
            "Runs the drivers through every mode of QEMU's disk and card.",
            "Then random scripts at simulated devices of the profile QEMU 7.2 and at QEMU's, behind PCI and microvm's MMIO; lists what differs."
        },
        mixinStandardHelpOptions = true)
public final class ConformanceCommand implements Callable<Integer> {
    private static final int MOST_SCRIPTS = 1_000_000;

    @Spec
    private CommandSpec command;

    @Option(
            names = "--scripts",
            paramLabel = "N",
            defaultValue = "1008",
            description = "random scripts, spread over devices and interfaces (default: ${DEFAULT-VALUE})")
    private int scripts;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "seed (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--json", description = "print JSON instead of the table")
    private boolean json;

    @Option(names = "--junit", paramLabel = "FILE", description = "write a JUnit XML report to FILE too")
    private Path junit;

    /** Makes the command; picocli does it. */
    public ConformanceCommand() {}

    @Override
    public Integer call() throws Exception {
        if (scripts < 1 || scripts > MOST_SCRIPTS) {
            throw new ParameterException(
                    command.commandLine(), "--scripts must be in [1, " + MOST_SCRIPTS + "], but was " + scripts);
        }
        Path beside = junit == null ? null : junit.toAbsolutePath().getParent();
        if (junit != null && (beside == null || !Files.isDirectory(beside))) {
            throw new ParameterException(
                    command.commandLine(), "--junit must name a file in a directory that exists, but was " + junit);
        }
        return QemuCalls.guarded(command, this::run);
    }

    private int run() throws IOException {
        boolean terminal = System.console() != null && !json;
        PrintWriter err = command.commandLine().getErr();
        Report report = Conformance.run(scripts, seed, step -> {
            if (terminal) {
                err.println("... " + step);
                err.flush();
            }
        });
        if (junit != null) {
            Files.writeString(junit, JUnitReport.of(report));
        }
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(asJson(report));
        } else {
            print(out, report);
        }
        out.flush();
        return report.passed() ? QemuCalls.OK : QemuCalls.DIFFERENT;
    }

    private static void print(PrintWriter out, Report report) {
        out.println(report.version());
        report.modes().forEach((mode, outcome) -> out.printf(Locale.ROOT, "%-44s %s%n", mode, outcome));
        report.scripts()
                .forEach((place, count) -> out.printf(
                        Locale.ROOT,
                        "%-44s %d scripts, %d differ%n",
                        place,
                        count,
                        report.differing().get(place)));
        report.differences().forEach(difference -> out.println("DIFFERENT " + difference));
        long failing =
                report.modes().values().stream().filter(o -> !o.equals("ok")).count();
        out.println(
                report.passed()
                        ? "every mode works, " + report.scriptCount() + " scripts show no difference"
                        : report.differingCount() + " of " + report.scriptCount() + " scripts differ, " + failing
                                + " modes fail");
    }

    private static String asJson(Report report) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("passed", report.passed());
        root.put("qemu", report.version());
        root.put("modes", report.modes());
        root.put("scripts", report.scriptCount());
        root.put("differing", report.differingCount());
        Map<String, Object> places = new LinkedHashMap<>();
        report.scripts().forEach((place, count) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("scripts", count);
            entry.put("differing", report.differing().get(place));
            places.put(place, entry);
        });
        root.put("places", places);
        root.put(
                "differences",
                report.differences().stream()
                        .map(d -> {
                            Map<String, Object> entry = new LinkedHashMap<>();
                            entry.put("where", d.where());
                            entry.put("simulated", d.simulated());
                            entry.put("qemu", d.real());
                            return entry;
                        })
                        .toList());
        return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(root);
    }
}
