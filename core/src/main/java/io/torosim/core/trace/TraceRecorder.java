package io.torosim.core.trace;

import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.core.trace.TraceRecorder.TraceEvent;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps trace events in memory, 33 bytes each: all of them, or the last so many. Recording one allocates nothing but the
 * growth of the storage. Confined to the simulation thread.
 *
 * <p>A sink of a {@link TraceBus}; {@link DivergenceFinder} compares what comes with a recorded run, which is how
 * {@link io.torosim.core.replay.TimeTravel TimeTravel} finds the first difference.
 */
public final class TraceRecorder implements TraceSink {
    private static final TraceKind[] KINDS = TraceKind.values();

    private final int capacity;
    private long[] longs = new long[3 * 64];
    private int[] vcpus = new int[64];
    private short[] kinds = new short[64];
    private long count;

    private TraceRecorder(int capacity) {
        this.capacity = capacity;
    }

    /** Returns a recorder that keeps everything, at most 500 million events. */
    public static TraceRecorder keepAll() {
        return new TraceRecorder(500_000_000);
    }

    /**
     * Returns a recorder that keeps the last {@code count} events.
     *
     * @param count in {@code [1, 500 million]}
     */
    public static TraceRecorder keepLast(int count) {
        if (count < 1 || count > 500_000_000) {
            throw new IllegalArgumentException("count must be in [1, 500 million], count=" + count);
        }
        return new TraceRecorder(count);
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
        int i = (int) (count % capacity);
        if (i == vcpus.length) {
            grow();
        }
        longs[3 * i] = timePs;
        longs[3 * i + 1] = a;
        longs[3 * i + 2] = b;
        vcpus[i] = vcpu;
        kinds[i] = (short) kind.ordinal();
        count++;
    }

    /** Returns how many events there have been, forgotten ones included. */
    public long count() {
        return count;
    }

    /** Returns the number of the first event that is kept; the first of all is 0. */
    public long firstKept() {
        return Math.max(0, count - capacity);
    }

    /**
     * Returns event {@code number}.
     *
     * @throws IndexOutOfBoundsException if it has not happened or is no longer kept
     */
    public TraceEvent event(long number) {
        if (number < firstKept() || number >= count) {
            throw new IndexOutOfBoundsException(
                    "number must be in [" + firstKept() + ", " + count + "), was " + number);
        }
        int i = (int) (number % capacity);
        return new TraceEvent(longs[3 * i], vcpus[i], KINDS[kinds[i]], longs[3 * i + 1], longs[3 * i + 2]);
    }

    /** Returns a view of the events kept, in order. */
    public List<TraceEvent> events() {
        return new AbstractList<>() {
            @Override
            public TraceEvent get(int index) {
                return event(firstKept() + index);
            }

            @Override
            public int size() {
                return (int) (count - firstKept());
            }
        };
    }

    private void grow() {
        int grown = (int) Math.min(capacity, vcpus.length * 2L);
        longs = Arrays.copyOf(longs, 3 * grown);
        vcpus = Arrays.copyOf(vcpus, grown);
        kinds = Arrays.copyOf(kinds, grown);
    }

    /**
     * One thing that happened, as a value.
     *
     * @param timePs when, in ps
     * @param vcpu where, or -1 for the machine
     * @param kind what
     * @param a first operand, see {@link TraceKind}
     * @param b second operand
     */
    public record TraceEvent(long timePs, int vcpu, TraceKind kind, long a, long b) {
        @Override
        public String toString() {
            return timePs + " ps  " + (vcpu < 0 ? "machine" : "vcpu" + vcpu) + "  " + kind + "  a=" + a + " b=" + b;
        }
    }

    /**
     * Compares a running simulation with a recorded run as it goes, and tells of the first event that differs. Put it on the
     * bus of the second run. Memory: nothing beyond the recording.
     */
    public static final class DivergenceFinder implements TraceSink {
        private final TraceRecorder reference;
        private long count;
        private @Nullable FirstDivergence found;

        /**
         * Compares with {@code reference}, which must have kept everything.
         *
         * @throws IllegalArgumentException if its beginning is no longer kept
         */
        public DivergenceFinder(TraceRecorder reference) {
            Objects.requireNonNull(reference, "reference");
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
}
