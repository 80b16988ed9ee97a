package io.torosim.core.explore;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Random runs of a scenario by number, for somebody who makes them in another order or on several threads; see {@link Sampling#runs}. What they
 * looked at is added up in the order of their numbers, so that a report does not depend on who made them.
 */
public final class SampledRuns {
    /** The first runs are made twice, and of those after them one of so many. */
    private static final int FIRST = 16;

    private static final int SHARE = 16;

    /** What one run looked at. */
    private record Looked(Map<String, Long> checked, Coverage coverage, Optional<Verdict.Violation> found) {}

    private final Scenario scenario;
    private final Sampling.Strategy strategy;
    private final long seed;
    private final Prelude prelude;
    private final TreeMap<Long, Looked> waiting = new TreeMap<>();
    private final Map<String, Long> checks = new LinkedHashMap<>();
    private final Coverage coverage;
    private Optional<Verdict.Violation> first = Optional.empty();
    private long added;

    SampledRuns(Scenario scenario, Sampling.Strategy strategy, long seed) {
        this.scenario = scenario;
        this.strategy = strategy;
        this.seed = seed;
        prelude = Prelude.of(scenario);
        coverage = new Coverage(scenario);
    }

    /**
     * Makes a run; for any thread.
     *
     * @param number from 0
     * @return what is violated in it
     * @throws IllegalArgumentException if it is another run when it is made again, as the first {@value #FIRST} are and one of {@value #SHARE}
     *     after them, or if what it has found is not there when its schedule is done again
     */
    public Optional<Verdict.Violation> run(long number) {
        Coverage own = new Coverage(scenario);
        Walk walk = new Walk(scenario, own);
        Optional<Verdict.Violation> found = Sampling.run(walk, strategy, seed, number);
        if (number < FIRST || number % SHARE == 0) {
            Walk again = new Walk(scenario);
            boolean same = found.equals(Sampling.run(again, strategy, seed, number)) && walk.sameAs(again);
            if (!same) {
                throw new ScenarioException(
                        scenario.name() + " is no pure function of its frames and shared words: run " + (number + 1)
                                + " of seed " + seed + " was another one when it was made again",
                        null);
            }
        }
        found.ifPresent(violation -> Replay.again(scenario, violation));
        add(number, new Looked(walk.checked(), own, found));
        return found;
    }

    private synchronized void add(long number, Looked looked) {
        waiting.put(number, looked);
        while (first.isEmpty() && waiting.containsKey(added)) {
            Looked next = waiting.remove(added++);
            next.checked().forEach((name, count) -> checks.merge(name, count, Long::sum));
            coverage.add(next.coverage());
            first = next.found();
        }
    }

    /**
     * Ends the runs: says what they have looked at, from the first up to the first one that was not made or that found something.
     *
     * @throws IllegalArgumentException if a step has another outcome than before the runs
     */
    public synchronized Sampling.Report report() {
        prelude.again();
        return new Sampling.Report(added, first, checks, coverage.neverExecuted());
    }
}
