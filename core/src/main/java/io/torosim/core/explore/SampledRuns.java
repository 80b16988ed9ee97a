package io.torosim.core.explore;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The runs of a seed. What they looked at is added up in the order of their numbers, so that a report does not depend on who made them. */
final class SampledRuns implements Sampling.Runs {
    /** The first runs are made twice, and of those after them one of so many. */
    static final int FIRST = 16;

    static final int SHARE = 16;

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

    @Override
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
        for (Looked next = next(); next != null; next = next()) {
            added++;
            next.checked().forEach((name, count) -> checks.merge(name, count, Long::sum));
            coverage.add(next.coverage());
            first = next.found();
        }
    }

    /** Takes what the run looked at whose turn it is to be added; null if it has not ended, or is behind one that found something. */
    private @Nullable Looked next() {
        return first.isEmpty() ? waiting.remove(added) : null;
    }

    @Override
    public synchronized Sampling.Report report() {
        prelude.again();
        return new Sampling.Report(added, first, checks, coverage.neverExecuted());
    }
}
