package io.torosim.core.explore;

import io.torosim.core.explore.Verdict.Schedule;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import java.util.Optional;

/** Finds the point of no return of a failing schedule as random continuations show it, by halving. */
final class SampledPoint {
    /** At a lost place at most one in so many ends well. */
    private static final int ONE_IN = 100;

    static final int MOST_STEPS = 2_000;

    private SampledPoint() {}

    /** What the continuations from one place gave. */
    private record Ends(int well, int open, int all) {
        boolean lost() {
            return (long) well * ONE_IN <= all - open;
        }
    }

    /** Returns it; empty if from some place that was looked at more than half of the continuations came to no end. */
    static Optional<Sampling.Point> of(Scenario scenario, Schedule failing, int continuations, long seed) {
        Ends lostEnds = ends(scenario, failing.first(0), continuations, seed);
        if (tooOpen(lostEnds)) {
            return Optional.empty();
        }
        if (lostEnds.lost()) {
            return Optional.of(new Sampling.Point(0, continuations, lostEnds.well(), lostEnds.open(), 0));
        }
        int saved = 0;
        int wellBefore = lostEnds.well();
        int lost = failing.length();
        lostEnds = new Ends(0, 0, continuations); // the violation itself
        while (lost - saved > 1) {
            int middle = (saved + lost) >>> 1;
            Ends ends = ends(scenario, failing.first(middle), continuations, seed);
            if (tooOpen(ends)) {
                return Optional.empty();
            }
            if (ends.lost()) {
                lost = middle;
                lostEnds = ends;
            } else {
                saved = middle;
                wellBefore = ends.well();
            }
        }
        return Optional.of(new Sampling.Point(lost, continuations, lostEnds.well(), lostEnds.open(), wellBefore));
    }

    private static boolean tooOpen(Ends ends) {
        return 2 * ends.open() > ends.all();
    }

    private static Ends ends(Scenario scenario, Schedule beginning, int continuations, long seed) {
        int well = 0;
        int open = 0;
        for (int i = 0; i < continuations; i++) {
            SimRandom random = new RandomStreams(seed).stream("lost." + i);
            int end = new Walk(scenario)
                    .goesOnFrom(beginning, (model, actions, count) -> actions[random.nextInt(count)], MOST_STEPS);
            well += end > 0 ? 1 : 0;
            open += end == 0 ? 1 : 0;
        }
        return new Ends(well, open, continuations);
    }
}
