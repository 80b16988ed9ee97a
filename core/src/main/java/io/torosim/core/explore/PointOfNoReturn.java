package io.torosim.core.explore;

import java.util.Optional;

/**
 * The point of no return of a failing schedule: the earliest step after which no continuation comes to rest with all invariants kept. What
 * is lost stays lost, so it is found by halving, with an exhaustive search from each state looked at.
 */
final class PointOfNoReturn {
    private PointOfNoReturn() {}

    /**
     * Returns how many steps the shortest lost beginning of a failing schedule has; empty if that is not known, since a search was cut or the
     * scenario comes to rest in no schedule at all.
     *
     * @param statesEach states of each search at most
     */
    static Optional<Integer> of(Scenario scenario, Schedule failing, long statesEach) {
        Bounds bounds = Bounds.standard().withStates(statesEach);
        int saved = 0; // so long a beginning can still be saved
        int lost = failing.length();
        if (canBeSaved(scenario, failing.first(0), bounds) != Answer.YES) {
            return Optional.empty();
        }
        while (lost - saved > 1) {
            int middle = (saved + lost) >>> 1;
            Answer answer = canBeSaved(scenario, failing.first(middle), bounds);
            if (answer == Answer.UNKNOWN) {
                return Optional.empty();
            }
            if (answer == Answer.YES) {
                saved = middle;
            } else {
                lost = middle;
            }
        }
        return Optional.of(lost);
    }

    private enum Answer {
        YES,
        NO,
        UNKNOWN
    }

    private static Answer canBeSaved(Scenario scenario, Schedule beginning, Bounds bounds) {
        Search search = new Search(scenario, bounds, true, states -> true).from(beginning, Search.Goal.GOOD_REST);
        Verdict verdict = search.run();
        if (search.reachedGoal()) {
            return Answer.YES;
        }
        return verdict.outcome() == Verdict.Outcome.EXHAUSTED ? Answer.NO : Answer.UNKNOWN;
    }
}
