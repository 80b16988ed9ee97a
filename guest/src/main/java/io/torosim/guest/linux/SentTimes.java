package io.torosim.guest.linux;

import java.util.Arrays;

/**
 * When the segments in flight were sent, for measuring round trips: an acknowledgement measures the oldest segment that it covers, unless it covers
 * one that was sent twice (Karn's rule). A ring, which grows with the window.
 */
final class SentTimes {
    /** No segment was measured. */
    static final long NONE = -1;

    private int[] ends = new int[16];
    private long[] times = new long[16];
    private int first;
    private int count;
    /** Up to this sequence number something was sent again; counts if {@link #repeated}. */
    private int repeatedTo;

    private boolean repeated;

    void clear() {
        first = 0;
        count = 0;
        repeated = false;
    }

    /** A segment that ends before sequence number {@code end} was sent for the first time; ends come in order. */
    void sent(int end, long nowPs) {
        if (count == ends.length) {
            grow();
        }
        int place = first + count & ends.length - 1;
        ends[place] = end;
        times[place] = nowPs;
        count++;
    }

    /** Everything up to that number may have been sent again. */
    void sentAgain(int end) {
        if (!repeated || end - repeatedTo > 0) {
            repeated = true;
            repeatedTo = end;
        }
    }

    /** Everything before {@code number} is acknowledged; returns when the oldest segment of it was sent, or {@link #NONE}. */
    long acknowledged(int number) {
        long oldestPs = count > 0 && ends[first] - number <= 0 ? times[first] : NONE;
        boolean twice = repeated && count > 0 && ends[first] - repeatedTo <= 0;
        while (count > 0 && ends[first] - number <= 0) {
            first = first + 1 & ends.length - 1;
            count--;
        }
        if (repeated && number - repeatedTo >= 0) {
            repeated = false;
        }
        return twice ? NONE : oldestPs;
    }

    private void grow() {
        int before = ends.length;
        int[] longerEnds = Arrays.copyOf(ends, 2 * before);
        long[] longerTimes = Arrays.copyOf(times, 2 * before);
        for (int i = 0; i < before; i++) {
            int from = first + i & before - 1;
            longerEnds[i] = ends[from];
            longerTimes[i] = times[from];
        }
        ends = longerEnds;
        times = longerTimes;
        first = 0;
    }
}
