package io.torosim.core.trace;

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
}
