package io.torosim.bench.cli.qemu;

import io.torosim.bench.cli.output.OutputFiles;
import io.torosim.bench.spec.Messages;
import io.torosim.core.host.HostProfile;
import io.torosim.experiment.real.GapTable;
import io.torosim.experiment.real.GapTable.GapRow;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.host.RealMachine;
import io.torosim.experiment.real.verdict.Band.Finding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qemu gap}: the table of what the model says and what QEMU does. */
@Command(
        name = "gap",
        description = {
            "Measures every row of the gap table under software emulation (some four minutes).",
            "A row is measured, predicted, error, status, cause. With --into the table takes its place in a document, between its two marks."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:of at least 25 rows that could be judged 88 %% are inside (22 of 25)",
            "2:wrong call, or QEMU is missing, died or hung",
            "3:fewer, or the host was too busy"
        })
public final class GapCommand implements Callable<Integer> {
    private static final String BEGIN = "<!-- gap table: begin -->\n";
    private static final String END = "<!-- gap table: end -->\n";
    private static final int LEAST_ROWS = 25;
    private static final double BAR = 22.0 / LEAST_ROWS;

    @Spec
    private CommandSpec command;

    @Option(
            names = "--profile",
            paramLabel = "NAME|FILE",
            description = "host profile of the predictions, best one that calibrate wrote here (default: qemu-7.2-tcg)")
    private String profile;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "4",
            description = "length of each run (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--boots",
            paramLabel = "N",
            defaultValue = "5",
            description = "boots of each path (default: ${DEFAULT-VALUE})")
    private int boots;

    @Option(
            names = "--linux",
            paramLabel = "FILE",
            description = "a Linux kernel (vmlinuz, with 32-bit emulation) for the rows about an idle Linux")
    private Path linux;

    @Option(names = "--into", paramLabel = "FILE", description = "a document with the two marks of the table")
    private Path into;

    /** Makes the command; picocli does it. */
    public GapCommand() {}

    @Override
    public Integer call() throws Exception {
        if (seconds < 1 || seconds > 60 || boots < 1 || boots > 100) {
            return QemuCalls.wrong(
                    command,
                    "--seconds must be in [1, 60] and --boots in [1, 100], seconds=" + seconds + ", boots=" + boots);
        }
        if (linux != null && !Files.isReadable(linux)) {
            return QemuCalls.wrong(command, linux + ": no such kernel, or not readable");
        }
        return QemuCalls.guarded(command, this::run);
    }

    private int run() throws IOException {
        HostProfile host;
        String document = "";
        String unwritable = QemuCalls.unwritable(into);
        if (!unwritable.isEmpty()) {
            return QemuCalls.wrong(command, unwritable);
        }
        try {
            host = CpuCommand.Profiles.of(profile, Accelerator.TCG);
            if (into != null) {
                document = Files.readString(into);
                if (!document.contains(BEGIN) || document.indexOf(END) < document.indexOf(BEGIN)) {
                    throw new IllegalArgumentException(
                            into + ": must have the lines " + BEGIN.strip() + " and " + END.strip());
                }
            }
        } catch (IllegalArgumentException e) {
            return QemuCalls.wrong(command, Messages.of(e));
        }
        HostFacts facts = HostFacts.read();
        PrintWriter out = command.commandLine().getOut();
        AtomicInteger rows = new AtomicInteger();
        try (SoFar soFar = new SoFar(() -> QemuCalls.wrong(
                command,
                "interrupted after " + rows + " rows" + (into == null ? "" : "; " + into + " is as it was")))) {
            GapTable table = GapTable.measure(
                    host, facts, new GapTable.Effort(seconds, boots, Optional.ofNullable(linux)), row -> {
                        print(out, row);
                        rows.incrementAndGet();
                    });
            soFar.over();
            return end(table, facts, document);
        }
    }

    private int end(GapTable table, HostFacts facts, String document) throws IOException {
        PrintWriter out = command.commandLine().getOut();
        String markdown =
                table.markdown(facts, RealMachine.version(), LocalDate.now().toString());
        if (into != null) {
            String changed = document.substring(0, document.indexOf(BEGIN) + BEGIN.length())
                    + markdown
                    + document.substring(document.indexOf(END));
            try (OutputFiles files = OutputFiles.evenAtExit()) {
                files.write(into, changed);
                files.commit();
            }
        }
        out.println(markdown.lines()
                .filter(l -> l.contains(" figures inside"))
                .findFirst()
                .orElse(""));
        out.flush();
        long judged = table.count(Finding.INSIDE) + table.count(Finding.OUTSIDE);
        return judged >= LEAST_ROWS && table.count(Finding.INSIDE) >= BAR * judged ? QemuCalls.OK : QemuCalls.DIFFERENT;
    }

    private static void print(PrintWriter out, GapRow row) {
        out.printf(
                Locale.ROOT,
                "%-70s %9s %9.2f %-5s %13s  %s%s%n",
                row.figure(),
                Double.isNaN(row.measured()) ? "-" : String.format(Locale.ROOT, "%.2f", row.measured()),
                row.predicted(),
                row.unit(),
                row.error(),
                row.finding().text(),
                row.cause().isEmpty() ? "" : " (" + row.cause() + ")");
        out.flush();
    }
}
