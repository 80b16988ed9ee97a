package io.torosim.sched.explore;

import io.torosim.core.choice.Choices;
import io.torosim.core.defect.Defects;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * All runs of a scenario with at most so many surprises: a step that takes longer than its cost, an interrupt that comes later. What the
 * scenario itself leaves open, when a packet comes, is no surprise: every one of its moments is tried with every set of surprises. By
 * iterative deepening, so that what is found has the fewest surprises.
 *
 * <p>A run is made from the beginning each time; nothing is hashed, so nothing can be mistaken for something else.
 */
public final class BoundedSearch {
    private final Scenario scenario;
    private final Defects defects;
    private final long seed;
    private final LongPredicate goesOn;
    private int[] positions = new int[16];
    private int[] alternatives = new int[16];
    private int deviations;
    private int level;
    private long runs;
    private boolean cut;
    private ChoiceLog found;

    private BoundedSearch(Scenario scenario, Defects defects, long seed, LongPredicate goesOn) {
        this.scenario = scenario;
        this.defects = defects;
        this.seed = seed;
        this.goesOn = goesOn;
    }

    /**
     * What a search gave.
     *
     * @param finding what is violated, with the fewest surprises; empty if nothing is
     * @param surprises the largest number of surprises of which all runs were made, -1 if not even all without; with a finding, how many it has
     * @param cut whether it was ended before the bound: then part of the runs with one surprise more were made too
     * @param runs runs with different choices
     */
    public record Result(Optional<Finding> finding, int surprises, boolean cut, long runs) {}

    /**
     * Searches.
     *
     * @param surprises at most, at least 0
     * @param goesOn asked before each run with the number of runs made; false ends the search
     */
    public static Result search(Scenario scenario, Defects defects, long seed, int surprises, LongPredicate goesOn) {
        if (surprises < 0) {
            throw new IllegalArgumentException("surprises must be at least 0, surprises=" + surprises);
        }
        BoundedSearch search = new BoundedSearch(scenario, defects, seed, goesOn);
        for (int level = 0; level <= surprises; level++) {
            search.level = level;
            search.from(0, 0);
            if (search.found != null) {
                ReplayLine line = new ReplayLine(scenario, defects, seed, search.found.text());
                return new Result(Explorer.replay(line), level, false, search.runs);
            }
            if (search.cut) {
                return new Result(Optional.empty(), level - 1, true, search.runs);
            }
        }
        return new Result(Optional.empty(), surprises, false, search.runs);
    }

    /** Makes the run with the present deviations, then all with further ones from {@code position} on. */
    private void from(int position, int surprises) {
        if (cut || !goesOn.test(runs)) {
            cut = true;
            return;
        }
        boolean isNew = surprises == level;
        Points points = new Points(position);
        boolean violated = scenario.run(defects, seed, points, null).isPresent();
        runs += isNew ? 1 : 0;
        if (violated) {
            if (isNew) {
                found = log();
            }
            return; // with fewer surprises it was found before
        }
        for (int i = 0; i < points.count && found == null && !cut; i++) {
            boolean free = points.free[i];
            if (free || surprises < level) {
                for (int alternative = 1; alternative < points.counts[i] && found == null && !cut; alternative++) {
                    deviate(position + i, alternative);
                    from(position + i + 1, surprises + (free ? 0 : 1));
                    deviations--;
                }
            }
        }
    }

    private void deviate(int position, int alternative) {
        if (deviations == positions.length) {
            positions = Arrays.copyOf(positions, 2 * deviations);
            alternatives = Arrays.copyOf(alternatives, 2 * deviations);
        }
        positions[deviations] = position;
        alternatives[deviations++] = alternative;
    }

    private ChoiceLog log() {
        ChoiceLog log = new ChoiceLog();
        for (int i = 0; i < deviations; i++) {
            log.add(positions[i], alternatives[i]);
        }
        return log;
    }

    /** Answers as the deviations say, and notes which choices there are behind the last one. */
    private final class Points implements Choices {
        private final int first;
        private int position;
        private int next;
        private int[] counts = new int[256];
        private boolean[] free = new boolean[256];
        private int count;

        Points(int first) {
            this.first = first;
        }

        @Override
        public int choose(String point, int alternativeCount) {
            int at = position++;
            if (next < deviations && positions[next] == at) {
                return Math.min(alternativeCount - 1, alternatives[next++]);
            }
            if (at >= first) {
                if (count == counts.length) {
                    counts = Arrays.copyOf(counts, 2 * count);
                    free = Arrays.copyOf(free, 2 * count);
                }
                counts[count] = alternativeCount;
                free[count++] = point.startsWith("scenario.");
            }
            return 0;
        }
    }
}
