package io.torosim.core.trace;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps trace events in memory, 33 bytes each: all of them, or the last so many. Recording one allocates nothing but the
 * growth of the storage. Confined to the simulation thread.
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
}
