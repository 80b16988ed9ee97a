package io.torosim.bench.cli;

import io.torosim.guest.hazard.GuestScenarios;
import io.torosim.sched.explore.Explorer;
import io.torosim.sched.explore.Explorer.Finding;
import io.torosim.sched.explore.Explorer.ReplayLine;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code torosim replay}: shows again what {@code explore} has found. */
@Command(
        name = "replay",
        description = "Runs a replay line and shows the violation and the events before it.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:no invariant is violated", "2:not a replay line", "3:the violation is shown"})
public final class ReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "LINE", description = "torosim-replay:v1:...")
    private String line;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        ReplayLine parsed;
        try {
            parsed = ReplayLine.parse(line, GuestScenarios::named);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        Optional<Finding> finding = Explorer.replay(parsed);
        if (finding.isEmpty()) {
            out.println("no invariant is violated");
            out.flush();
            return 0;
        }
        print(out, finding.orElseThrow());
        return ExploreCommand.FOUND;
    }

    static void print(PrintWriter out, Finding finding) {
        finding.timeline().forEach(out::println);
        out.printf(
                "%s at %s ms: %s%n",
                finding.violation().invariant(),
                BigDecimal.valueOf(finding.violation().timePs(), 9).toPlainString(),
                finding.violation().message());
        out.println(finding.line().text());
        out.flush();
    }
}
