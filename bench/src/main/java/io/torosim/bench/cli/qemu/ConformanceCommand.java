package io.torosim.bench.cli.qemu;

import io.torosim.virtio.qtest.Conformance;
import io.torosim.virtio.qtest.Conformance.Report;
import io.torosim.virtio.qtest.QemuDeviation;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
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
            "Runs the drivers through every mode of QEMU's disk and card, and random scripts at the simulated disk",
            "and at QEMU's; lists what differs, the known deviations of QEMU apart."
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
            description = "random scripts, spread over 12 modes (default: ${DEFAULT-VALUE})")
    private int scripts;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "seed (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--json", description = "print JSON instead of the table")
    private boolean json;

    /** Makes the command; picocli does it. */
    public ConformanceCommand() {}

    @Override
    public Integer call() throws Exception {
        if (scripts < 0 || scripts > MOST_SCRIPTS) {
            throw new ParameterException(
                    command.commandLine(), "--scripts must be in [0, " + MOST_SCRIPTS + "], but was " + scripts);
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
        out.println(report.scripts() + " scripts at the simulated disk and at QEMU's; known deviations of QEMU:");
        for (QemuDeviation d : QemuDeviation.values()) {
            out.printf(
                    Locale.ROOT,
                    "%8d  %s (virtio 1.2, %s)%n",
                    report.explained().getOrDefault(d, 0),
                    d.summary(),
                    d.section());
        }
        report.unexplained().forEach(line -> out.println("UNEXPLAINED " + line));
        out.println(
                report.passed()
                        ? "every mode works, nothing is unexplained"
                        : report.unexplainedCount() + " differences are unexplained, "
                                + report.modes().values().stream()
                                        .filter(o -> !o.equals("ok"))
                                        .count()
                                + " modes fail");
    }

    private static String asJson(Report report) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("passed", report.passed());
        root.put("qemu", report.version());
        root.put("modes", report.modes());
        root.put("scripts", report.scripts());
        Map<String, Object> deviations = new LinkedHashMap<>();
        for (QemuDeviation d : QemuDeviation.values()) {
            deviations.put(d.name(), List.of(d.section(), report.explained().getOrDefault(d, 0)));
        }
        root.put("deviations", deviations);
        root.put("unexplainedCount", report.unexplainedCount());
        root.put("unexplained", report.unexplained());
        return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(root);
    }
}
