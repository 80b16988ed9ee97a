package io.torosim.core.trace;

import io.torosim.core.trace.TraceRecorder.TraceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares a running simulation with a recorded run as it goes, and tells of the first event that differs. Put it on the
 * bus of the second run. Memory: nothing beyond the recording.
 */
public final class DivergenceFinder implements TraceSink {
    private final TraceRecorder reference;
    private long count;
    private @Nullable FirstDivergence found;

    /**
     * Compares with {@code reference}, which must have kept everything.
     *
     * @throws IllegalArgumentException if its beginning is no longer kept
     */
    public DivergenceFinder(TraceRecorder reference) {
        if (reference.firstKept() != 0) {
            throw new IllegalArgumentException("the recording begins at event " + reference.firstKept());
        }
        this.reference = reference;
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        if (found == null) {
            TraceEvent actual = new TraceEvent(timePs, vcpu, kind, a, b);
            TraceEvent expected = count < reference.count() ? reference.event(count) : null;
            if (!actual.equals(expected)) {
                found = report(Optional.ofNullable(expected), Optional.of(actual));
            }
        }
        count++;
    }

    /** Returns how many events have been compared. */
    public long count() {
        return count;
    }

    /** Returns the difference found so far, if there is one. */
    public Optional<FirstDivergence> found() {
        return Optional.ofNullable(found);
    }

    /** Returns the difference now that the second run has ended: one that stopped early differs too. */
    public Optional<FirstDivergence> atEnd() {
        if (found == null && count < reference.count()) {
            found = report(Optional.of(reference.event(count)), Optional.empty());
        }
        return found();
    }

    private FirstDivergence report(Optional<TraceEvent> expected, Optional<TraceEvent> actual) {
        List<TraceEvent> before = new ArrayList<>();
        for (long i = Math.max(0, count - FirstDivergence.CONTEXT); i < count; i++) {
            before.add(reference.event(i));
        }
        return new FirstDivergence(count, expected, actual, before);
    }

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
            return Optional.of(new FirstDivergence(
                    i, at(expected, i), at(actual, i), expected.subList(Math.max(0, i - CONTEXT), i)));
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
            text.append("   expected: ")
                    .append(expected.map(TraceEvent::toString).orElse("(the run had ended)"));
            text.append("\n   actual:   ")
                    .append(actual.map(TraceEvent::toString).orElse("(the run had ended)"));
            return text.append('\n').toString();
        }
    }
}
