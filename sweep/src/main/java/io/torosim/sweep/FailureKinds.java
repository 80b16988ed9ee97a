package io.torosim.sweep;

import io.torosim.sweep.StudyResults.FailureKind;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Counts failures by kind. What comes out does not depend on the order in which they come: with more than {@code MOST} kinds, as when every message holds
 * another name, they are told apart by their exceptions alone.
 */
final class FailureKinds {
    private static final int MOST = 1000;
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private Map<String, FailureKind> kinds = new TreeMap<>();
    private boolean byException;

    void add(long cell, String error) {
        put(kinds, new FailureKind(kind(error), 1, cell, error));
        if (kinds.size() > MOST && !byException) {
            byException = true;
            Collection<FailureKind> told = kinds.values();
            kinds = new TreeMap<>();
            for (FailureKind one : told) {
                put(kinds, new FailureKind(kind(one.firstError()), one.count(), one.firstCell(), one.firstError()));
            }
        }
    }

    /** Returns them, the most frequent first, then by their first runs. */
    List<FailureKind> all() {
        return kinds.values().stream()
                .sorted(Comparator.comparingLong(FailureKind::count)
                        .reversed()
                        .thenComparingLong(FailureKind::firstCell))
                .toList();
    }

    private String kind(String error) {
        int colon = error.indexOf(':');
        if (byException) {
            return colon < 0 ? error : error.substring(0, colon);
        }
        return NUMBER.matcher(error).replaceAll("#");
    }

    private static void put(Map<String, FailureKind> kinds, FailureKind more) {
        kinds.merge(more.kind(), more, (a, b) -> {
            FailureKind first = a.firstCell() <= b.firstCell() ? a : b;
            return new FailureKind(a.kind(), a.count() + b.count(), first.firstCell(), first.firstError());
        });
    }
}
