package io.torosim.bench.cli;

import io.torosim.bench.cli.error.ListsAlone;
import io.torosim.bench.cli.lab.ScenarioSearch;
import io.torosim.bench.cli.output.Patience;
import io.torosim.core.defect.Defects;
import io.torosim.guest.hazard.GuestScenarios;
import io.torosim.sched.explore.Explorer;
import io.torosim.sched.explore.Explorer.BoundedResult;
import io.torosim.sched.explore.Explorer.Evidence;
import io.torosim.sched.explore.Explorer.ReplayLine;
import io.torosim.sched.explore.Explorer.SearchResult;
import io.torosim.sched.explore.Explorer.Workers;
import io.torosim.sched.explore.Scenario;
import io.torosim.sweep.CellExecutor.LowestFinding;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code torosim explore}: searches the schedules of a scenario for a violated invariant. */
@Command(
        name = "explore",
        description = "Searches the schedules of a scenario for a violated invariant.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:nothing found",
            "1:the search was cut, or nothing that it looked at was at stake: it has shown nothing",
            "2:wrong usage",
            "3:a violation was found; a replay line is printed"
        })
public final class ExploreCommand implements Callable<Integer> {
    static final int FOUND = 3;
    private static final int SHOWN_NOTHING = 1;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "SCENARIO", description = "which, see --list")
    private String name;

    @Option(names = "--list", description = "list the scenarios and the defects that they show")
    private boolean list;

    @Option(
            names = "--strategies",
            description =
                    "a table: runs until each scenario's hazard is found, by random walk, by few changes (PCT) and exhaustively")
    private boolean strategies;

    @Option(
            names = "--seeds",
            defaultValue = "100",
            description = "with --strategies: seeds (default: ${DEFAULT-VALUE})")
    private int seeds;

    @Option(
            names = "--quirks",
            paramLabel = "on|off|0xMASK",
            defaultValue = "on",
            description = "the defects of 2018: on, off (repaired kernel) or a mask (default: ${DEFAULT-VALUE})")
    private String quirks;

    @Option(names = "--runs", defaultValue = "100000", description = "runs at most (default: ${DEFAULT-VALUE})")
    private long runs;

    @Option(names = "--seconds", description = "seconds at most; no limit by default")
    private Long seconds;

    @Option(names = "--seed", defaultValue = "1", description = "seed of the search (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "threads; what is found does not depend on it (default: one for each processor)")
    private int workers = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--exhaustive",
            description =
                    "make all runs with at most --surprises surprises, with every moment of what comes from outside, instead of random ones")
    private boolean exhaustive;

    @Option(
            names = "--surprises",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "with --exhaustive: delayed steps and interrupts in a run at most (default: ${DEFAULT-VALUE})")
    private int surprises;

    @Mixin
    private ScenarioSearch own;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            ListsAlone.check(spec, "--list");
            for (Scenario scenario : GuestScenarios.withKernel()) {
                out.printf(
                        "%-28s %-8s %-28s %s%n",
                        scenario.name(), scenario.hazard().label(), scenario.hazard(), scenario.invariant());
            }
            out.flush();
            return 0;
        }
        try {
            if (runs < 1) {
                throw new IllegalArgumentException("--runs must be at least 1, runs=" + runs);
            }
            if (seconds != null && seconds < 1) {
                throw new IllegalArgumentException("--seconds must be at least 1, seconds=" + seconds);
            }
            if (workers < 1 || workers > 1024) {
                throw new IllegalArgumentException("--workers must be in [1, 1024], workers=" + workers);
            }
            if (seeds < 1) {
                throw new IllegalArgumentException("--seeds must be at least 1, seeds=" + seeds);
            }
            refuseWithoutEffect();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        if (strategies && own.wanted()) {
            return strategiesOfOwn(out);
        }
        if (strategies) {
            List<Scenario> scenarios = name == null ? GuestScenarios.withKernel() : List.of(named());
            HazardTable.print(scenarios, seeds, runs, out);
            return 0;
        }
        if (own.wanted()) {
            return searchOwn(out);
        }
        Scenario scenario;
        Defects defects;
        try {
            if (name == null) {
                throw new IllegalArgumentException("a scenario must be named, or --list given");
            }
            scenario = GuestScenarios.named(name);
            defects = ReplayLine.parseDefects(scenario, quirks);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        long startNanos = System.nanoTime();
        long limitNanos = seconds == null ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds);
        LongAdder made = new LongAdder();
        BooleanSupplier goesOn = () -> {
            made.increment();
            return System.nanoTime() - startNanos < limitNanos;
        };
        if (exhaustive) {
            return Patience.during(() -> made + " runs", () -> exhaust(out, scenario, defects, goesOn));
        }
        Evidence evidence = new Evidence(scenario);
        Explorer.Runs attempts = Explorer.runs(scenario, defects, seed, evidence);
        LowestFinding<SearchResult> found = Patience.during(
                () -> made + " of " + runs + " runs", () -> LowestFinding.search(workers, runs, goesOn, attempts::run));
        SearchResult result = found.finding().orElseGet(() -> new SearchResult(found.number(), Optional.empty()));
        double took = (System.nanoTime() - startNanos) / 1e9;
        if (result.finding().isEmpty()) {
            out.printf("%s: nothing found in %d runs, %.1f s%n", name, result.runs(), took);
            out.printf(
                    "  runs 0 to %d of seed %d, defects %s; number and seed give each of its choices%n",
                    result.runs() - 1, seed, quirks);
            return shown(out, evidence, defects, evidence.nothingShownOfHazard());
        }
        out.printf("%s: found in run %d, %.1f s with shrinking%n", name, result.runs(), took);
        ReplayCommand.print(out, result.finding().orElseThrow());
        return FOUND;
    }

    /** An option that the search asked for does not heed: nobody is left to wonder. */
    private void refuseWithoutEffect() {
        List<String> wrong;
        String why;
        if (strategies) {
            wrong = List.of(
                    "--exhaustive",
                    "--quirks",
                    "--surprises",
                    "--strategy",
                    "--workers",
                    "--seconds",
                    "--seed",
                    "--states",
                    "--preemptions",
                    "--schedule");
            why = "does nothing with --strategies";
        } else if (own.wanted()) {
            own.refuseWithoutEffect(option -> matched(option));
            wrong = List.of("--seeds", "--quirks", "--surprises");
            why = "is for the scenarios of --list, not for --class";
        } else if (exhaustive) {
            wrong = List.of(
                    "--seeds", "--states", "--preemptions", "--strategy", "--schedule", "--classpath", "--runs");
            why = "does nothing with --exhaustive";
        } else {
            wrong = List.of(
                    "--seeds", "--states", "--preemptions", "--strategy", "--schedule", "--classpath", "--surprises");
            why = "does nothing with a scenario of --list and random runs";
        }
        for (String option : wrong) {
            if (matched(option)) {
                throw new IllegalArgumentException(option + " " + why);
            }
        }
    }

    private boolean matched(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private Scenario named() {
        try {
            return GuestScenarios.named(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int searchOwn(PrintWriter out) throws InterruptedException {
        long startNanos = System.nanoTime();
        long limitNanos = seconds == null ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds);
        try {
            if (name != null) {
                throw new IllegalArgumentException(
                        "a scenario is named or given with --class, not both, scenario=" + name);
            }
            return own.run(
                    runs,
                    seed,
                    workers,
                    () -> System.nanoTime() - startNanos < limitNanos,
                    out,
                    spec.commandLine().getErr());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int strategiesOfOwn(PrintWriter out) {
        try {
            if (name != null) {
                throw new IllegalArgumentException(
                        "a scenario is named or given with --class, not both, scenario=" + name);
            }
            return own.strategies(seeds, runs, out);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int exhaust(PrintWriter out, Scenario scenario, Defects defects, BooleanSupplier goesOn)
            throws InterruptedException {
        BoundedResult result;
        Evidence evidence = new Evidence(scenario);
        try {
            result = Explorer.bounded(
                    scenario, defects, seed, surprises, made -> goesOn.getAsBoolean(), threads(workers), evidence);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        if (result.finding().isPresent()) {
            out.printf("%s: violated with %d surprises, run %d%n", name, result.surprises(), result.runs());
            ReplayCommand.print(out, result.finding().orElseThrow());
            return FOUND;
        }
        out.printf(
                "%s: %s: nothing with up to %d surprises, %d runs%n",
                name, result.cut() ? "cut" : "exhausted", result.surprises(), result.runs());
        int shown = shown(out, evidence, defects, evidence.nothingShownOfHazard());
        return result.cut() ? SHOWN_NOTHING : shown;
    }

    /** Nothing was found: prints what that is worth. */
    private static int shown(PrintWriter out, Evidence evidence, Defects defects, String nothing) {
        evidence.lines(defects).forEach(out::println);
        if (!nothing.isEmpty()) {
            out.println("nothing is shown: " + nothing);
        }
        out.flush();
        return nothing.isEmpty() ? 0 : SHOWN_NOTHING;
    }

    /** Returns threads for the parts of an exhaustive search. */
    static Workers threads(int count) {
        return (parts, finds) -> parts == 0
                ? -1
                : LowestFinding.search(count, parts, () -> true, part -> Optional.of((int) part)
                                .filter(finds::test))
                        .finding()
                        .orElse(-1);
    }
}
