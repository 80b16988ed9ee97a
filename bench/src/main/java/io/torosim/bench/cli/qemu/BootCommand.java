package io.torosim.bench.cli.qemu;

import io.torosim.bench.spec.Messages;
import io.torosim.core.host.HostProfile;
import io.torosim.experiment.real.boot.BootComparison;
import io.torosim.experiment.real.boot.BootWay;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.verdict.Band;
import io.torosim.experiment.real.verdict.Band.Finding;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.jr.ob.JSON;

/** {@code qemu boot}: from exec to the first instruction and the first line, by path, beside the model. */
@Command(
        name = "boot",
        description = {
            "Boots the installed QEMU by several paths, timed beside the model's figures.",
            "From exec to the first instruction, to the firmware's first line, through its phases, to the guest's first line."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:every path that can be run is within 15 %%",
            "2:wrong call, or QEMU is missing, died or hung",
            "3:some path is outside",
            "4:some path is outside, but the host was too busy to tell"
        })
public final class BootCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(
            names = "--boots",
            paramLabel = "N",
            defaultValue = "5",
            description = "boots of each path (default: ${DEFAULT-VALUE})")
    private int boots;

    @Option(
            names = "--paths",
            paramLabel = "FILE",
            description = "boot paths of one's own instead of the shipped ones (boot-paths.tsv)")
    private Path paths;

    @Option(
            names = "--accel",
            paramLabel = "A",
            defaultValue = "tcg",
            description = "tcg, tcg-single or kvm (default: ${DEFAULT-VALUE})")
    private String accelerator;

    @Option(
            names = "--profile",
            paramLabel = "NAME|FILE",
            description = "host profile of the prediction (default: qemu-7.2-tcg, kvm-2018 with --accel kvm)")
    private String profile;

    @Option(names = "--json", description = "print JSON instead of the table")
    private boolean json;

    /** Makes the command; picocli does it. */
    public BootCommand() {}

    @Override
    public Integer call() throws Exception {
        if (boots < 1 || boots > 100) {
            return QemuCalls.wrong(command, "--boots must be in [1, 100], boots=" + boots);
        }
        return QemuCalls.guarded(command, accelerator, this::run);
    }

    private int run() throws IOException {
        Accelerator accel;
        HostProfile host;
        List<BootWay> ways;
        try {
            accel = Accelerator.ofLabel(accelerator);
            host = CpuCommand.Profiles.of(profile, accel);
            ways = paths == null ? BootWay.shipped() : BootWay.read(paths);
        } catch (IllegalArgumentException e) {
            return QemuCalls.wrong(command, QemuCalls.ofOption(command, Messages.of(e)));
        }
        HostFacts facts = HostFacts.read();
        PrintWriter out = command.commandLine().getOut();
        if (!json) {
            heading(out, host, facts, ways);
        }
        List<BootComparison> all = new CopyOnWriteArrayList<>();
        try (SoFar soFar = new SoFar(() -> keep(all, ways.size(), host, facts))) {
            for (BootWay way : ways) {
                BootComparison comparison = BootComparison.run(way, host, accel, facts.tscHz(), boots);
                all.add(comparison);
                if (!json) {
                    row(out, comparison, host);
                }
            }
            soFar.over();
            if (json) {
                out.println(json(all, host, facts, true));
            }
            out.flush();
        }
        return all.stream()
                .map(BootComparison::finding)
                .mapToInt(CpuCommand::status)
                .max()
                .orElse(QemuCalls.OK);
    }

    /** After a signal: the paths so far as JSON; the table has them already. */
    private void keep(List<BootComparison> all, int ways, HostProfile host, HostFacts facts) {
        PrintWriter out = command.commandLine().getOut();
        if (json && !all.isEmpty()) {
            try {
                out.println(json(all, host, facts, false));
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e); // of a writer into memory
            }
        }
        QemuCalls.wrong(command, "interrupted after " + all.size() + " of " + ways + " paths");
    }

    private void heading(PrintWriter out, HostProfile profile, HostFacts facts, List<BootWay> ways) {
        out.println("host      " + facts.text());
        out.println("profile   " + CpuTable.named(profile));
        out.println("predicted, in milliseconds, to the guest's first line:");
        for (BootWay way : ways) {
            out.printf(Locale.ROOT, "  %-28s %6.1f%n", way.name(), way.predictedTotal(profile));
        }
        out.println();
        out.println("path                          first instr.  firmware  guest  predicted    error  verdict");
        out.flush();
    }

    private static void row(PrintWriter out, BootComparison c, HostProfile profile) {
        if (c.finding() == Finding.NOT_TESTABLE) {
            out.printf(Locale.ROOT, "%-28s  not testable: %s%n", c.way().name(), c.reason());
            out.flush();
            return;
        }
        out.printf(
                Locale.ROOT,
                "%-28s %13.1f %9s %6.1f %10.1f %8s  %s%s%n",
                c.way().name(),
                c.firstInstruction(),
                Double.isNaN(c.firstFirmwareLine()) ? "-" : String.format(Locale.ROOT, "%.1f", c.firstFirmwareLine()),
                c.firstGuestLine(),
                c.predictedTotal(),
                Band.BOOT.error(c.firstGuestLine(), c.predictedTotal()),
                c.finding().text(),
                c.reason().isEmpty() ? "" : " (" + c.reason() + ")");
        List<Double> predicted = c.way().predictedPhases(profile);
        int place = 0;
        for (Map.Entry<String, Double> phase : c.phases().entrySet()) {
            boolean paired = predicted.size() == c.phases().size();
            out.printf(Locale.ROOT, "    %-24s %32.1f", phase.getKey(), phase.getValue());
            out.println(paired ? String.format(Locale.ROOT, " %10.1f", predicted.get(place)) : "");
            place++;
        }
        out.flush();
    }

    private static String json(List<BootComparison> all, HostProfile profile, HostFacts facts, boolean isFinished)
            throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("finished", isFinished);
        root.put("host", facts.text());
        root.put("profile", profile.name());
        root.put("validated", profile.validated());
        List<Map<String, Object>> rows = new ArrayList<>();
        for (BootComparison c : all) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("path", c.way().name());
            row.put("finding", c.finding().text());
            row.put("reason", c.reason());
            row.put("predictedStartMillis", c.predictedStart());
            row.put("predictedMillis", c.predictedTotal());
            if (c.finding() != Finding.NOT_TESTABLE) {
                row.put("firstInstructionMillis", c.firstInstruction());
                if (!Double.isNaN(c.firstFirmwareLine())) {
                    row.put("firstFirmwareLineMillis", c.firstFirmwareLine());
                }
                row.put("firstGuestLineMillis", c.firstGuestLine());
                row.put("phasesMillis", c.phases());
            }
            rows.add(row);
        }
        root.put("paths", rows);
        return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(root);
    }
}
