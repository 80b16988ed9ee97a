package io.torosim.bench.cli.lab;

import io.torosim.core.explore.Exploration;
import io.torosim.core.explore.Sampling;
import io.torosim.core.explore.Scenario;
import io.torosim.core.explore.Verdict;
import io.torosim.core.explore.Verdict.Bounds;
import io.torosim.guest.idle.IdleLoop;
import io.torosim.guest.idle.IdleLoop.Cost;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The tables of the catalogue. */
final class IdleLoopTables {
    private static final int[] CORES = {2, 4, 8, 16, 32};
    private static final int[] LOADS = {1, 100, 500};
    private static final long MOST_STATES = 2_000_000;

    private IdleLoopTables() {}

    static void searches(List<IdleLoop> loops, PrintWriter out) {
        out.println(
                "Shortest schedule that fails (2 cores, 2 messages): preemptions, steps, lost at step; the repaired loop searched to");
        out.println("the end: states, transitions, depth, preemptions that reaching all of them took.");
        row(
                out,
                "%-24s %6s %6s %6s   %-40s %-40s",
                "loop",
                "preem.",
                "steps",
                "lost",
                "repaired, 2 cores",
                "repaired, 3 cores");
        for (IdleLoop loop : loops) {
            Scenario faithful = loop.scenario(false, 2, 2);
            Optional<Verdict.Violation> found = Exploration.search(faithful).violation();
            Optional<Integer> lost = found.flatMap(v -> Exploration.lostAt(faithful, v.schedule(), 200_000));
            row(
                    out,
                    "%-24s %6s %6s %6s   %-40s %-40s",
                    loop.name(),
                    found.map(v -> "" + v.preemptions()).orElse("none"),
                    found.map(v -> "" + v.schedule().length()).orElse("-"),
                    lost.map(step -> "" + step).orElse("-"),
                    repaired(loop, 2, 2),
                    repaired(loop, 3, 1));
            out.flush();
        }
        out.println();
    }

    private static String repaired(IdleLoop loop, int cores, int messages) {
        Verdict verdict = Exploration.search(
                loop.scenario(true, cores, messages), Bounds.standard().withStates(MOST_STATES));
        return String.format(
                Locale.ROOT,
                "%s: %d, %d, %d, %d",
                verdict.outcome().name().toLowerCase(Locale.ROOT),
                verdict.states(),
                verdict.transitions(),
                verdict.depth(),
                verdict.preemptions());
    }

    static void chances(List<IdleLoop> loops, long runs, PrintWriter out) {
        out.println("Failures of random schedules in percent, of " + runs
                + " runs: one idle core with the others sending, and one sender with");
        out.println("the others idle; one message each; by cores.");
        row(out, "%-24s %-42s %-42s", "loop", "one idle core: 2, 4, 8, 16, 32", "one sender: 2, 4, 8, 16, 32");
        for (IdleLoop loop : loops) {
            StringBuilder in = new StringBuilder();
            StringBuilder fan = new StringBuilder();
            for (int cores : CORES) {
                in.append(percent(loop.scenario(false, cores, 1), runs));
                fan.append(percent(loop.fanOut(false, cores, 1), runs));
            }
            row(out, "%-24s %-42s %-42s", loop.name(), in, fan);
            out.flush();
        }
        out.println();
    }

    private static String percent(Scenario scenario, long runs) {
        long failures = Sampling.failures(scenario, Sampling.Strategy.RANDOM_WALK, 1, runs);
        return String.format(Locale.ROOT, "%7.2f", 100.0 * failures / runs);
    }

    static void strategies(List<IdleLoop> loops, int seeds, long runs, PrintWriter out) {
        out.println(RunsUntilFound.heading(seeds, runs) + ", 2 cores, 2 messages,");
        out.println("beside the transitions of the exhaustive search.");
        row(out, "%-24s %16s %16s %16s %12s", "loop", "random walk", "PCT", "POS", "exhaustive");
        for (IdleLoop loop : loops) {
            Scenario scenario = loop.scenario(false, 2, 2);
            row(
                    out,
                    "%-24s %16s %16s %16s %12d",
                    loop.name(),
                    untilFound(scenario, Sampling.Strategy.RANDOM_WALK, seeds, runs),
                    untilFound(scenario, Sampling.Strategy.PCT, seeds, runs),
                    untilFound(scenario, Sampling.Strategy.POS, seeds, runs),
                    Exploration.search(scenario).transitions());
            out.flush();
        }
        out.println();
    }

    private static String untilFound(Scenario scenario, Sampling.Strategy strategy, int seeds, long runs) {
        return RunsUntilFound.text(seeds, runs, seed -> Sampling.runsUntilFound(scenario, strategy, seed, runs));
    }

    static void costs(List<IdleLoop> loops, PrintWriter out) {
        out.println(
                "Cost of the repaired loop: the idle core's power (W), mean and longest time from store to taking (us), VM exits a");
        out.println(
                "second; 2 vCPUs under KVM without halt polling, sleep states as the menu governor chooses, 1 s at each load.");
        row(
                out,
                "%-24s %-34s %-34s %-34s",
                "loop",
                LOADS[0] + " message/s",
                LOADS[1] + " messages/s",
                LOADS[2] + " messages/s");
        for (IdleLoop loop : loops) {
            String[] cells = new String[LOADS.length];
            for (int i = 0; i < LOADS.length; i++) {
                Cost cost = Cost.of(loop, true, LOADS[i], Duration.ofSeconds(1));
                cells[i] = String.format(
                        Locale.ROOT,
                        "%6.3f W %6.1f %6.1f us %6.0f",
                        cost.watts(),
                        cost.meanMicros(),
                        cost.longestMicros(),
                        cost.exitsPerSecond());
            }
            row(out, "%-24s %-34s %-34s %-34s", loop.name(), cells[0], cells[1], cells[2]);
            out.flush();
        }
        out.println();
    }

    private static void row(PrintWriter out, String format, Object... cells) {
        out.println(String.format(Locale.ROOT, format, cells).stripTrailing());
    }
}
