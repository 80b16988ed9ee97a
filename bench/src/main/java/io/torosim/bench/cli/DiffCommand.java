package io.torosim.bench.cli;

import io.torosim.bench.report.ResultsDiff;
import io.torosim.bench.report.ResultsDiff.Change;
import io.torosim.bench.report.ResultsFile;
import io.torosim.bench.report.ResultsFile.Figure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.jr.ob.JSON;

/** {@code torosim diff}: what differs between two results. */
@Command(
        name = "diff",
        description = "Compares two runs figure by figure.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:no figure differs", "2:the call or a file is wrong", "3:figures differ"})
final class DiffCommand implements Callable<Integer> {
    private static final int DIFFERENT = 3;

    @Spec
    private CommandSpec command;

    @Parameters(index = "0", paramLabel = "A", description = "results.json, or the directory that holds it")
    private Path first;

    @Parameters(index = "1", paramLabel = "B", description = "the other one")
    private Path second;

    @Option(
            names = "--tolerance",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "relative differences up to this are none (default: ${DEFAULT-VALUE})")
    private double tolerance;

    @Option(names = "--json", description = "print JSON instead of the table")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (!(tolerance >= 0)) {
            throw new ParameterException(command.commandLine(), "--tolerance must be at least 0, but was " + tolerance);
        }
        ResultsFile a = ResultsFile.read(first);
        ResultsFile b = ResultsFile.read(second);
        ResultsDiff diff = ResultsDiff.of(a, b, tolerance);
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(asJson(a, b, diff));
        } else {
            print(out, a, b, diff);
        }
        out.flush();
        return diff.changes().isEmpty() ? Torosim.EXIT_OK : DIFFERENT;
    }

    private static void print(PrintWriter out, ResultsFile a, ResultsFile b, ResultsDiff diff) {
        origin(out, "seed", a.seed(), b.seed());
        origin(out, "commit", a.commit(), b.commit());
        origin(out, "JDK", a.jdk(), b.jdk());
        for (Change change : diff.changes()) {
            out.println(change.figure());
            double percent = change.percent();
            out.printf(
                    Locale.ROOT,
                    "    %s -> %s%s%n",
                    shown(change.before()),
                    shown(change.after()),
                    Double.isFinite(percent) ? String.format(Locale.ROOT, "  (%+.2f %%)", percent) : "");
        }
        out.printf(
                Locale.ROOT,
                "%d of %d figures differ; %s%n",
                diff.changes().size(),
                Math.max(diff.compared(), diff.changes().size()),
                events(diff));
    }

    /** Digests are of events: a figure of what is read off between them, or over another length of time, may differ all the same. */
    private static String events(ResultsDiff diff) {
        if (!diff.sameDigest()) {
            return "the digests differ";
        }
        return diff.changes().isEmpty()
                ? "the runs are the same to the last event"
                : "the traced events are the same, so the difference is in how long was looked, in costs that move no event, or in how figures are made";
    }

    private static void origin(PrintWriter out, String what, String a, String b) {
        out.println(a.equals(b) ? what + " " + a : what + " " + a + " -> " + b);
    }

    private static String shown(@Nullable Figure figure) {
        return figure == null
                ? "none"
                : String.format(Locale.ROOT, "%s %s %s", figure.value(), figure.unit(), figure.verdict());
    }

    private static String asJson(ResultsFile a, ResultsFile b, ResultsDiff diff) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("sameDigest", diff.sameDigest());
        root.put("digests", List.of(a.digest(), b.digest()));
        root.put("compared", diff.compared());
        List<Object> changes = new ArrayList<>();
        for (Change change : diff.changes()) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("figure", change.figure());
            map.put("before", change.before() == null ? null : asMap(change.before()));
            map.put("after", change.after() == null ? null : asMap(change.after()));
            changes.add(map);
        }
        root.put("changes", changes);
        return JSON.std
                .with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES)
                .asString(root);
    }

    private static Map<String, Object> asMap(Figure figure) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("value", Double.isFinite(figure.value()) ? figure.value() : null);
        map.put("unit", figure.unit());
        map.put("verdict", figure.verdict());
        return map;
    }
}
