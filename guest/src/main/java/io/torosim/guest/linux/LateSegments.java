package io.torosim.guest.linux;

import java.util.Arrays;

/**
 * Which parts of a stream have come before what should come first (Linux's out-of-order queue): stretches of sequence numbers, in order, apart from
 * each other. Their bytes lie where they belong. Beyond {@value #MOST} stretches what comes is forgotten, and will be sent again.
 */
final class LateSegments {
    private static final int MOST = 64;

    private int[] starts = new int[4];
    private int[] ends = new int[4];
    private int count;
    private boolean fin;
    private int finSequence;

    void clear() {
        count = 0;
        fin = false;
    }

    /** The stream ends at that number. */
    void finAt(int sequence) {
        fin = true;
        finSequence = sequence;
    }

    /** Returns whether the stream is known to end at that number. */
    boolean endsAt(int sequence) {
        return fin && finSequence == sequence;
    }

    /** Numbers from {@code start} to before {@code end} have come; returns whether they are remembered. */
    boolean add(int start, int end) {
        int from = 0;
        while (from < count && start - ends[from] > 0) {
            from++;
        }
        int to = from;
        while (to < count && end - starts[to] >= 0) {
            to++;
        }
        if (from == to) {
            return insert(from, start, end);
        }
        starts[from] = start - starts[from] < 0 ? start : starts[from];
        ends[from] = end - ends[to - 1] > 0 ? end : ends[to - 1];
        remove(from + 1, to);
        return true;
    }

    /** Everything before {@code expected} has come; returns what is expected then, and forgets what lies before it. */
    int after(int expected) {
        int reached = expected;
        int passed = 0;
        while (passed < count && starts[passed] - reached <= 0) {
            reached = ends[passed] - reached > 0 ? ends[passed] : reached;
            passed++;
        }
        remove(0, passed);
        return reached;
    }

    private boolean insert(int place, int start, int end) {
        if (count == MOST) {
            return false;
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        System.arraycopy(starts, place, starts, place + 1, count - place);
        System.arraycopy(ends, place, ends, place + 1, count - place);
        starts[place] = start;
        ends[place] = end;
        count++;
        return true;
    }

    private void remove(int from, int to) {
        System.arraycopy(starts, to, starts, from, count - to);
        System.arraycopy(ends, to, ends, from, count - to);
        count -= to - from;
    }
}
