package io.torosim.core.trace;

import java.util.List;
import java.util.Optional;

/**
 * The first event in which two runs differ.
 *
 * @param number its number, the first event of a run being 0
 * @param expected what the first run did, empty if it had ended
 * @param actual what the second run did, empty if it had ended
 * @param before the last events that were equal, at most {@link #CONTEXT}
 */
public record FirstDivergence(
        long number, Optional<TraceEvent> expected, Optional<TraceEvent> actual, List<TraceEvent> before) {
    /** How many equal events are kept for the report. */
    public static final int CONTEXT = 5;

    /** Copies the list. */
    public FirstDivergence {
        before = List.copyOf(before);
    }

    /** Compares two recordings of the same kind event by event; empty if they are equal. */
    public static Optional<FirstDivergence> between(List<TraceEvent> expected, List<TraceEvent> actual) {
        int common = Math.min(expected.size(), actual.size());
        int i = 0;
        while (i < common && expected.get(i).equals(actual.get(i))) {
            i++;
        }
        if (i == expected.size() && i == actual.size()) {
            return Optional.empty();
        }
        return Optional.of(
                new FirstDivergence(i, at(expected, i), at(actual, i), expected.subList(Math.max(0, i - CONTEXT), i)));
    }

    private static Optional<TraceEvent> at(List<TraceEvent> events, int i) {
        return i < events.size() ? Optional.of(events.get(i)) : Optional.empty();
    }

    /** Returns a report of a few lines. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("runs differ from trace event " + number + " on\n");
        for (TraceEvent event : before) {
            text.append("   both:     ").append(event).append('\n');
        }
        text.append("   expected: ").append(expected.map(TraceEvent::toString).orElse("(the run had ended)"));
        text.append("\n   actual:   ").append(actual.map(TraceEvent::toString).orElse("(the run had ended)"));
        return text.append('\n').toString();
    }
}
