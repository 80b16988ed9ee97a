package io.torosim.bench.cli.lab;

import io.torosim.core.explore.Exploration;
import io.torosim.core.explore.Sampling;
import io.torosim.core.explore.Scenario;
import io.torosim.core.explore.Verdict;
import io.torosim.core.explore.Verdict.Bounds;
import io.torosim.core.explore.Verdict.Schedule;
import io.torosim.sweep.CellExecutor.LowestFinding;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** The options of {@code torosim explore} for a user's own scenario, and the search that they ask for. */
public final class ScenarioSearch {
    /** Nothing is violated. */
    private static final int NOTHING = 0;
    /** The search was cut, or it checked nothing. */
    private static final int SHOWN_NOTHING = 1;

    private static final int FOUND = 3;

    @Option(
            names = "--class",
            paramLabel = "CLASS",
            description = "a class of yours that implements Supplier<Scenario>: its scenario is searched to the end")
    private String className;

    @Option(
            names = "--classpath",
            paramLabel = "PATH",
            defaultValue = "",
            description = "where compiled classes are: directories and jar files")
    private String classPath;

    @Option(
            names = "--states",
            defaultValue = "10000000",
            description = "with --class: states at most (default: ${DEFAULT-VALUE})")
    private long states;

    @Option(names = "--preemptions", description = "with --class: preemptions at most; no bound by default")
    private Integer preemptions;

    @Option(
            names = "--strategy",
            description = "with --class: draw schedules at random instead: ${COMPLETION-CANDIDATES}")
    private Sampling.Strategy strategy;

    @Option(names = "--schedule", paramLabel = "TEXT", description = "with --class: do this schedule again and show it")
    private String schedule;

    /** Makes the options; picocli does it. */
    public ScenarioSearch() {}

    /** Returns whether they ask for a scenario of the user's. */
    public boolean wanted() {
        return className != null;
    }

    /** Throws {@link IllegalArgumentException} if an option is given that the search asked for does not heed. */
    public void refuseWithoutEffect(Predicate<String> given) {
        String with;
        List<String> wrong;
        if (schedule != null) {
            with = "--schedule";
            wrong = List.of(
                    "--strategy",
                    "--runs",
                    "--seed",
                    "--seconds",
                    "--states",
                    "--preemptions",
                    "--exhaustive",
                    "--workers");
        } else if (strategy != null) {
            with = "--strategy";
            wrong = List.of("--states", "--preemptions", "--exhaustive");
        } else {
            with = "a search to the end, which is one walk on one thread; --strategy draws schedules";
            wrong = List.of("--runs", "--seed", "--workers");
        }
        for (String option : wrong) {
            if (given.test(option)) {
                throw new IllegalArgumentException(option + " does nothing with " + with);
            }
        }
    }

    /** Prints how many runs each strategy needs until something is found, over seeds from 1 on, beside the search to the end. */
    public int strategies(int seeds, long runs, PrintWriter out) {
        Scenario scenario = UserScenario.of(className, classPath);
        out.println(RunsUntilFound.heading(seeds, runs) + ".");
        for (Sampling.Strategy each : Sampling.Strategy.values()) {
            String found =
                    RunsUntilFound.text(seeds, runs, seed -> Sampling.runsUntilFound(scenario, each, seed, runs));
            out.printf(Locale.ROOT, "%-12s %s%n", each, found);
        }
        Verdict verdict = Exploration.search(scenario);
        out.println("exhaustive   " + verdict.summary());
        out.flush();
        return NOTHING;
    }

    /**
     * Searches.
     *
     * @param workers threads that make random runs; what is found and printed does not depend on them
     * @param goesOn asked now and then, by any thread; false ends the search
     * @param err where it is said which step does not come back
     * @throws IllegalArgumentException with one line, if the class or a bound is wrong
     */
    public int run(long runs, long seed, int workers, BooleanSupplier goesOn, PrintWriter out, PrintWriter err)
            throws InterruptedException {
        Scenario scenario = UserScenario.of(className, classPath);
        StuckStep watched = StuckStep.watched(err);
        try {
            return searched(scenario, runs, seed, workers, goesOn, out);
        } finally {
            watched.close();
        }
    }

    private int searched(Scenario scenario, long runs, long seed, int workers, BooleanSupplier goesOn, PrintWriter out)
            throws InterruptedException {
        if (schedule != null) {
            return show(scenario, Exploration.replay(scenario, Schedule.parse(schedule)), out);
        }
        if (strategy != null) {
            return sample(scenario, runs, seed, workers, goesOn, out);
        }
        Bounds bounds = new Bounds(states, preemptions == null ? Integer.MAX_VALUE : preemptions);
        Verdict verdict = Exploration.search(scenario, bounds, count -> goesOn.getAsBoolean());
        out.println(scenario.name() + ": " + verdict.summary());
        out.println("  memory: " + order(scenario));
        out.println("  pure: " + purity(verdict));
        verdict.checks().forEach((name, count) -> out.println("  checked " + count + " times: " + name));
        if (verdict.outcome() != Verdict.Outcome.VIOLATED) {
            verdict.neverExecuted().forEach(step -> out.println("  never executed: " + step));
        }
        if (verdict.outcome() == Verdict.Outcome.EXHAUSTED
                && !verdict.neverChecked().isEmpty()) {
            out.println("nothing is shown: never checked: " + verdict.neverChecked());
            out.flush();
            return SHOWN_NOTHING;
        }
        out.println();
        if (verdict.outcome() == Verdict.Outcome.CUT) {
            out.flush();
            return SHOWN_NOTHING;
        }
        return show(scenario, verdict.violation(), out);
    }

    private int sample(Scenario scenario, long runs, long seed, int workers, BooleanSupplier goesOn, PrintWriter out)
            throws InterruptedException {
        Sampling.Runs attempts = Sampling.runs(scenario, strategy, seed);
        LowestFinding.search(workers, runs, goesOn, attempts::run);
        Sampling.Report report = attempts.report();
        boolean found = report.violation().isPresent();
        out.println(
                found
                        ? String.format(
                                Locale.ROOT, "%s: found in run %d of seed %d", scenario.name(), report.runs(), seed)
                        : scenario.name() + ": nothing found in " + report.runs()
                                + " runs; that is no proof, as a search to the end is");
        out.println("  runs 1 to " + report.runs() + " of seed " + seed + ", " + strategy + ": " + strategy.words());
        out.println("  memory: " + order(scenario));
        out.println("  pure: the first runs and one in 16 were made twice: what differs more rarely is not seen");
        report.checks().forEach((name, count) -> out.println("  checked " + count + " times: " + name));
        report.neverExecuted().forEach(step -> out.println("  never executed: " + step));
        if (found) {
            out.println();
            return show(scenario, report.violation(), out);
        }
        if (!report.neverChecked().isEmpty()) {
            out.println("nothing is shown: never checked: " + report.neverChecked());
        }
        out.flush();
        return report.neverChecked().isEmpty() ? NOTHING : SHOWN_NOTHING;
    }

    private static String purity(Verdict verdict) {
        if (verdict.outcome() == Verdict.Outcome.VIOLATED) {
            return "the schedule below was done again from the beginning, with the same outcome";
        }
        int each = verdict.redoneEach();
        return each == 0
                ? "not shown: the search was over before each step was done again"
                : "each step was done again " + each + " times and more: one that differs less often than in 1 of "
                        + Math.max(1, each / 5) + " cases may not be seen";
    }

    /** Returns what is said of memory: a search that lets every store be visible at once has shown nothing of fences. */
    private static String order(Scenario scenario) {
        String stores = scenario.storeBuffers() == 0
                ? "every store visible at once (sequential consistency; Scenario.Builder.storeBuffers searches x86's order)"
                : "stores held back, up to " + scenario.storeBuffers() + " a vCPU (x86's order)";
        return scenario.horizonPs() == 0
                ? stores
                : stores + "\n  clock: ages of " + scenario.horizonPs()
                        + " ps and more are one: no invariant about a longer time can fail";
    }

    private int show(Scenario scenario, Optional<Verdict.Violation> violation, PrintWriter out) {
        violation.ifPresent(v -> {
            out.print(Exploration.explain(scenario, v));
            out.println();
            out.println("torosim explore --class " + Shell.quoted(className)
                    + (classPath.isEmpty() ? "" : " --classpath " + Shell.quoted(classPath))
                    + " --schedule " + v.schedule().text());
        });
        if (violation.isEmpty() && schedule != null) {
            out.println("no invariant is violated");
        }
        out.flush();
        return violation.isPresent() ? FOUND : NOTHING;
    }
}
