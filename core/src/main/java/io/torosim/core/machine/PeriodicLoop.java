package io.torosim.core.machine;

import io.torosim.core.time.Picos;

/**
 * Finds out whether a loop repeats itself exactly. Two visits of the head of the same loop with no change in between, no
 * interrupt and no comparison with the clock that is about to turn out differently, prove that every further round is
 * like the last one until something from outside comes; then whole rounds can be passed over in closed form.
 */
final class PeriodicLoop {
    private long changes;
    private int loopId;
    private boolean visited;
    private long visitedAtPs;
    private long visitedAtChange;
    private long deadlinePs = Picos.NEVER;
    private long lastDeadlinePs = Picos.NEVER;
    private long periodPs;
    private long provedAtChange = -1;

    /** Something that a later round can see has changed. */
    void changed() {
        changes++;
    }

    long changes() {
        return changes;
    }

    boolean changedSinceVisit() {
        return changes != visitedAtChange;
    }

    /** The present round was held up for {@code ps} by something that it cannot see. */
    void delayed(long ps) {
        visitedAtPs += ps;
    }

    /** The present round compares the clock with {@code timePs}: the outcome differs from then on. */
    void compares(long timePs, long nowPs) {
        if (timePs > nowPs && timePs < deadlinePs) {
            deadlinePs = timePs;
        }
    }

    /** Returns whether the head of a loop, if it is visited now, comes after a whole round without a change. */
    boolean comesRound(int id, long nowPs) {
        return visited && id == loopId && changes == visitedAtChange && nowPs > visitedAtPs;
    }

    /** Visits the head of a loop; returns whether the round just ended will repeat. */
    boolean visit(int id, long nowPs) {
        boolean repeats = comesRound(id, nowPs);
        if (repeats) {
            prove(nowPs);
        }
        visited = true;
        loopId = id;
        visitedAtPs = nowPs;
        visitedAtChange = changes;
        deadlinePs = Picos.NEVER;
        return repeats && lastDeadlinePs - nowPs >= periodPs;
    }

    private void prove(long nowPs) {
        periodPs = nowPs - visitedAtPs;
        lastDeadlinePs = deadlinePs;
        provedAtChange = changes;
    }

    /** Returns whether a round, wherever it stands, will be as the last proof said, and can be passed over at least once. */
    boolean stillProved(long nowPs) {
        return provedAtChange == changes && lastDeadlinePs - nowPs >= periodPs;
    }

    /** That many whole rounds have been passed over. */
    void passed(long rounds) {
        visitedAtPs += rounds * periodPs;
        deadlinePs = Math.min(deadlinePs, lastDeadlinePs);
    }

    long periodPs() {
        return periodPs;
    }

    /** The first comparison with the clock that comes out differently, or {@link Picos#NEVER}. */
    long deadlinePs() {
        return lastDeadlinePs;
    }
}
