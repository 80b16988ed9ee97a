package io.torosim.core.explore;

import io.torosim.core.explore.Verdict.Bounds;
import io.torosim.core.explore.Verdict.Schedule;
import java.util.Optional;

/**
 * The point of no return of a failing schedule: the earliest step after which no continuation comes to rest with all invariants kept. What
 * is lost stays lost, so it is found by halving, with an exhaustive search from each state looked at.
 */
final class PointOfNoReturn {
    private PointOfNoReturn() {}

    /**
     * Returns how many steps the shortest lost beginning of a failing schedule has, 0 if the scenario comes to rest in no schedule with all kept;
     * empty if that is not known, since a search was cut.
     *
     * @param statesEach states of each search at most
     */
    static Optional<Integer> of(Scenario scenario, Schedule failing, long statesEach) {
        Bounds bounds = Bounds.standard().withStates(statesEach);
        int saved = 0; // so long a beginning can still be saved
        int lost = failing.length();
        Answer fromTheBeginning = canBeSaved(scenario, failing.first(0), bounds);
        if (fromTheBeginning != Answer.YES) {
            return fromTheBeginning == Answer.NO ? Optional.of(0) : Optional.empty();
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
