package io.torosim.bench.cli;

import io.torosim.bench.cli.lab.RunsUntilFound;
import io.torosim.core.defect.Defects;
import io.torosim.sched.explore.Explorer;
import io.torosim.sched.explore.Explorer.BoundedResult;
import io.torosim.sched.explore.Scenario;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Runs until a hazard is found, by strategy: what one command says of all scenarios. */
final class HazardTable {
    private static final int SURPRISES = 2;
    private static final String ROW = "%-28s %16s %16s %22s";

    private HazardTable() {}

    /**
     * Prints it.
     *
     * @param seeds of each strategy, at least 1: 1, 2 and so on
     * @param most runs of a seed, and of the exhaustive search, at most
     */
    static void print(List<Scenario> scenarios, int seeds, long most, PrintWriter out) {
        out.println(RunsUntilFound.heading(seeds, most) + "; exhaustive: runs,");
        out.println("and how many surprises the first violation has, the fewest there are.");
        out.println(String.format(Locale.ROOT, ROW, "scenario", "random walk", "few changes", "exhaustive"));
        for (Scenario scenario : scenarios) {
            out.println(String.format(
                    Locale.ROOT,
                    ROW,
                    scenario.name(),
                    untilFound(scenario, seeds, false, most),
                    untilFound(scenario, seeds, true, most),
                    exhaustive(scenario, most)));
            out.flush();
        }
    }

    private static String exhaustive(Scenario scenario, long most) {
        BoundedResult result = Explorer.bounded(scenario, scenario.defectsOn(), 1, SURPRISES, made -> made < most);
        return result.finding().isPresent() ? result.runs() + ", surprises " + result.surprises() : ">" + most;
    }

    private static String untilFound(Scenario scenario, int seeds, boolean fewChanges, long most) {
        Defects on = scenario.defectsOn();
        return RunsUntilFound.text(seeds, most, seed -> Explorer.runsUntilFound(scenario, on, seed, fewChanges, most));
    }
}
