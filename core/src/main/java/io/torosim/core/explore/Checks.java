package io.torosim.core.explore;

import io.torosim.core.explore.Scenario.Look;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The invariants of a scenario and how often each was checked. */
final class Checks {
    private final List<Invariant> invariants;
    private final long[] counts;
    private final List<Integer> possibles = new ArrayList<>();

    Checks(Scenario scenario) {
        invariants = scenario.invariants;
        counts = new long[invariants.size()];
        for (int i = 0; i < invariants.size(); i++) {
            if (invariants.get(i).when() == Invariant.When.ALWAYS_POSSIBLE) {
                possibles.add(i);
            }
        }
    }

    void clear() {
        java.util.Arrays.fill(counts, 0);
    }

    /** Returns the first invariant of a kind that does not hold, null for none. */
    @Nullable
    Invariant broken(Invariant.When when, Look look) {
        return broken(when, look, true);
    }

    /** As that, and counts it or not. */
    @Nullable
    Invariant broken(Invariant.When when, Look look, boolean counted) {
        for (int i = 0; i < counts.length; i++) {
            Invariant invariant = invariants.get(i);
            if (invariant.when() == when) {
                counts[i] += counted ? 1 : 0;
                if (!holds(invariant, look)) {
                    return invariant;
                }
            }
        }
        return null;
    }

    int possibleCount() {
        return possibles.size();
    }

    Invariant possible(int which) {
        return invariants.get(possibles.get(which));
    }

    boolean possibleHolds(int which, Look look) {
        return holds(possible(which), look);
    }

    private static boolean holds(Invariant invariant, Look look) {
        try {
            return invariant.holds().test(look);
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new ScenarioException("the invariant \"" + invariant.name() + "\" throws: " + e, e);
        }
    }

    /** Notes in which states what must stay possible is so. */
    void mark(BitSet[] marks, int state, Look look) {
        for (int i = 0; i < marks.length; i++) {
            if (possibleHolds(i, look)) {
                marks[i].set(state);
            }
        }
    }

    void checkedPossible(int which, long states) {
        counts[possibles.get(which)] += states;
    }

    /** Returns the names with a count of 0. */
    static List<String> never(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .filter(e -> e.getValue() == 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    Map<String, Long> counted() {
        Map<String, Long> byName = new LinkedHashMap<>();
        for (int i = 0; i < counts.length; i++) {
            byName.put(invariants.get(i).name(), counts[i]);
        }
        return byName;
    }
}
