package io.torosim.sched.explore;

import io.torosim.core.defect.Defects;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.trace.TraceSink;
import io.torosim.sched.explore.Scenario.Invariant;
import io.torosim.sched.explore.Scenario.Violation;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs a scenario again and again with random choices until an invariant is violated, then makes the choices fewer and
 * smaller. Everything follows from the seed: run {@code i} has choices of its own, whatever the others were.
 */
public final class Explorer {
    private static final int TIMELINE_EVENTS = 50;
    private static final int MAX_SHRINK_RUNS = 2_000;
    /** The length of a run before one was seen: only the chances depend on it. */
    private static final int FIRST_LENGTH = 256;

    private Explorer() {}

    /**
     * Searches.
     *
     * @param maxRuns runs at most, at least 1
     * @param goesOn asked before each run but the first with the number of runs made; false ends the search
     * @throws IllegalStateException if nothing was found because nothing was looked at, see {@link Evidence#nothingShown}
     */
    public static SearchResult search(
            Scenario scenario, Defects defects, long seed, long maxRuns, LongPredicate goesOn) {
        Evidence evidence = new Evidence(scenario);
        Runs runs = runs(scenario, defects, seed, evidence);
        long run = 0;
        do {
            Optional<SearchResult> found = runs.run(run++);
            if (found.isPresent()) {
                return found.get();
            }
        } while (run < maxRuns && goesOn.test(run));
        evidence.mustBeEmpty(evidence.nothingShown());
        return new SearchResult(run, Optional.empty());
    }

    /** The runs of a search by number, for somebody who makes them in another order or on several threads. */
    @FunctionalInterface
    public interface Runs {
        /** Makes run {@code number}, from 0; returns its finding with its choices shrunk, if it violates an invariant. */
        Optional<SearchResult> run(long number);
    }

    /**
     * Returns the runs of a search.
     *
     * @param evidence where they say what they looked at
     */
    public static Runs runs(Scenario scenario, Defects defects, long seed, Evidence evidence) {
        int length = plainLength(scenario, defects, seed);
        return run -> {
            RandomStreams streams = new RandomStreams(seed);
            SearchChoices choices = new SearchChoices(streams.stream("explore." + run), run % 2 == 1, length);
            Tally tally = new Tally();
            Optional<Violation> found = scenario.run(defects, seed, tally.counting(choices), null, tally);
            evidence.add(tally);
            return found.map(violation -> {
                ChoiceLog least = shrink(scenario, defects, seed, choices.log(), violation.invariant());
                return new SearchResult(run + 1, replay(new ReplayLine(scenario, defects, seed, least.text())));
            });
        };
    }

    /**
     * Returns the number of runs until the first violation, all with choices of one kind; 0 if there is none in {@code most} runs.
     *
     * @param fewChanges whether each run makes a few surprises at places drawn in advance, after PCT; else any choice may be one
     */
    public static long runsUntilFound(Scenario scenario, Defects defects, long seed, boolean fewChanges, long most) {
        int length = plainLength(scenario, defects, seed);
        RandomStreams streams = new RandomStreams(seed);
        for (long run = 0; run < most; run++) {
            SearchChoices choices = new SearchChoices(streams.stream("until." + run), fewChanges, length);
            if (scenario.run(defects, seed, choices, null, new Tally()).isPresent()) {
                return run + 1;
            }
        }
        return 0;
    }

    /** Searches for at most {@code maxRuns} runs. */
    public static SearchResult search(Scenario scenario, Defects defects, long seed, long maxRuns) {
        return search(scenario, defects, seed, maxRuns, runs -> true);
    }

    /** Runs what the line says; empty if no invariant is violated. */
    public static Optional<Finding> replay(ReplayLine line) {
        Timeline timeline = new Timeline(TIMELINE_EVENTS);
        return violation(line, ChoiceLog.parse(line.choices()), timeline)
                .map(v -> new Finding(v, line, timeline.lines()));
    }

    private static Optional<Violation> violation(ReplayLine line, ChoiceLog log, @Nullable TraceSink sink) {
        return line.scenario().run(line.defects(), line.seed(), log.replay(), sink, new Tally());
    }

    /** How many choices a run has without surprises: a function of the scenario alone, so that runs stay independent. */
    private static int plainLength(Scenario scenario, Defects defects, long seed) {
        int[] count = {0};
        scenario.run(
                defects,
                seed,
                (point, alternatives) -> {
                    count[0]++;
                    return 0;
                },
                null,
                new Tally());
        return Math.max(FIRST_LENGTH, count[0] * 3 / 2);
    }

    /** Drops choices, then lowers those that are left, as long as the same invariant is violated. */
    private static ChoiceLog shrink(
            Scenario scenario, Defects defects, long seed, ChoiceLog found, Invariant invariant) {
        ChoiceLog least = found;
        int runs = 0;
        boolean smaller = true;
        while (smaller && runs < MAX_SHRINK_RUNS) {
            smaller = false;
            for (int i = least.size() - 1; i >= 0 && runs < MAX_SHRINK_RUNS; i--, runs++) {
                ChoiceLog candidate = least.without(i);
                if (shows(scenario, defects, seed, candidate, invariant)) {
                    least = candidate;
                    smaller = true;
                }
            }
            for (int i = 0; i < least.size() && runs < MAX_SHRINK_RUNS; i++) {
                for (int lower = 1; lower < least.alternative(i) && runs < MAX_SHRINK_RUNS; lower++, runs++) {
                    ChoiceLog candidate = least.with(i, lower);
                    if (shows(scenario, defects, seed, candidate, invariant)) {
                        least = candidate;
                        smaller = true;
                        break;
                    }
                }
            }
        }
        return least;
    }

    private static boolean shows(Scenario scenario, Defects defects, long seed, ChoiceLog log, Invariant invariant) {
        return scenario.run(defects, seed, log.replay(), null, new Tally())
                .filter(v -> v.invariant() == invariant)
                .isPresent();
    }

    /**
     * What a search gave.
     *
     * @param runs runs made, the last one with the finding included, those of shrinking not
     * @param finding the first violation, shrunk; empty if none was found
     */
    public record SearchResult(long runs, Optional<Finding> finding) {}

    /**
     * A violation that a search has found or a replay has shown.
     *
     * @param violation what is wrong
     * @param line how to see it again
     * @param timeline the last trace events before it, at most 50, oldest first
     */
    public record Finding(Violation violation, ReplayLine line, List<String> timeline) {
        /** Copies the list. */
        public Finding {
            timeline = List.copyOf(timeline);
        }
    }
}
