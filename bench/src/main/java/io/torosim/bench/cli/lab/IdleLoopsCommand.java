package io.torosim.bench.cli.lab;

import io.torosim.bench.cli.output.OutputFiles;
import io.torosim.core.explore.Exploration;
import io.torosim.core.explore.Verdict;
import io.torosim.guest.idle.IdleLoop;
import io.torosim.guest.idle.IdleLoops;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code torosim idle-loops}: the catalogue as a table, or one loop with its shortest failing schedule. */
@Command(
        name = "idle-loops",
        description = {
            "A catalogue of idle loops, each as it was got wrong and as it is right.",
            "Shows the shortest schedule that loses a wake-up, the repaired form searched to the end, how likely chance is to find it, what it costs."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:it was shown", "2:wrong usage"})
public final class IdleLoopsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "one loop; all if it is left out")
    private String name;

    @Option(names = "--costs", description = "what the repaired loops cost on a machine under three loads")
    private boolean costs;

    @Option(
            names = "--strategies",
            description = "runs until found: random walk, PCT, POS, beside the exhaustive search")
    private boolean strategies;

    @Option(names = "--chances", description = "how likely a random schedule is to fail, over 2 to 32 cores")
    private boolean chances;

    @Option(names = "--all", description = "all tables")
    private boolean all;

    @Option(names = "--seeds", defaultValue = "100", description = "seeds of a strategy (default: ${DEFAULT-VALUE})")
    private int seeds;

    @Option(
            names = "--runs",
            defaultValue = "10000",
            description = "runs of a seed, or of a chance, at most (default: ${DEFAULT-VALUE})")
    private long runs;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "write the catalogue as a page: schedules, searches and costs of each loop (HTML)")
    private Path report;

    /** Makes the command; picocli does it. */
    public IdleLoopsCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (seeds < 1 || runs < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--seeds and --runs must be at least 1, seeds=" + seeds + ", runs=" + runs);
        }
        refuseWithoutEffect();
        List<IdleLoop> loops;
        try {
            loops = name == null ? IdleLoops.all() : List.of(IdleLoops.named(name));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        if (report != null) {
            try (OutputFiles files = new OutputFiles()) {
                files.write(report, IdleLoopsPage.html(loops));
                files.commit();
            }
            return 0;
        }
        boolean chosen = costs || strategies || chances;
        if (name != null && !chosen && !all) {
            explain(loops.get(0), out);
        }
        if (!chosen || all) {
            IdleLoopTables.searches(loops, out);
        }
        if (chances || all) {
            IdleLoopTables.chances(loops, runs, out);
        }
        if (strategies || all) {
            IdleLoopTables.strategies(loops, seeds, runs, out);
        }
        if (costs || all) {
            IdleLoopTables.costs(loops, out);
        }
        out.flush();
        return 0;
    }

    /** An option that none of the tables asked for heeds: nobody is left to wonder. */
    private void refuseWithoutEffect() {
        if (report != null) {
            refuse("does nothing with --report", "--costs", "--strategies", "--chances", "--all", "--seeds", "--runs");
        }
        if (!strategies && !all) {
            refuse("is for --strategies or --all", "--seeds");
        }
        if (!strategies && !chances && !all) {
            refuse("is for --strategies, --chances or --all", "--runs");
        }
    }

    private void refuse(String why, String... options) {
        for (String option : options) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new ParameterException(spec.commandLine(), option + " " + why);
            }
        }
    }

    private static void explain(IdleLoop loop, PrintWriter out) {
        out.println(loop.name() + ": " + loop.origin());
        out.println("  does:    " + loop.words());
        out.println("  hazard:  " + loop.hazard());
        out.println("  repair:  " + loop.repair());
        out.println();
        Verdict verdict = Exploration.search(loop.scenario(false, 2, 2));
        verdict.violation().ifPresent(v -> out.println(Exploration.explain(loop.scenario(false, 2, 2), v)));
    }
}
