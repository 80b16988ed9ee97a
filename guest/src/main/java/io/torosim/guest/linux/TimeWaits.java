package io.torosim.guest.linux;

import io.torosim.core.time.Picos;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.Arrays;

/**
 * Connections in TIME_WAIT, 60 s each (TCP_TIMEWAIT_LEN): of a connection there is left what it takes to acknowledge once more. All last equally
 * long, so they end in the order in which they began; they are looked for when another begins.
 */
final class TimeWaits {
    private static final long LENGTH_PS = 60 * Picos.PER_SECOND;
    private static final long NONE = -1;

    /** The place in the ring below, which counts on. */
    private final Long2LongOpenHashMap places = new Long2LongOpenHashMap();

    private long[] keys = new long[64];
    private long[] sequences = new long[64];
    private long[] endsPs = new long[64];
    private long first;
    private long next;

    TimeWaits() {
        places.defaultReturnValue(NONE);
    }

    /**
     * A connection enters the state.
     *
     * @param sequence what it would send next
     * @param acknowledgement what it expects next
     */
    void add(long key, int sequence, int acknowledgement, long nowPs) {
        while (first < next && endsPs[at(first)] <= nowPs) {
            places.remove(keys[at(first)], first++);
        }
        if (next - first == keys.length) {
            grow();
        }
        keys[at(next)] = key;
        sequences[at(next)] = (long) sequence << 32 | acknowledgement & 0xffff_ffffL;
        endsPs[at(next)] = nowPs + LENGTH_PS;
        places.put(key, next++);
    }

    /** Returns whether a connection is in the state. */
    boolean contains(long key, long nowPs) {
        long place = places.get(key);
        return place != NONE && endsPs[at(place)] > nowPs;
    }

    /** Returns what a connection that is there would send next. */
    int sequence(long key) {
        return (int) (sequences[at(places.get(key))] >>> 32);
    }

    /** Returns what a connection that is there expects next. */
    int acknowledgement(long key) {
        return (int) sequences[at(places.get(key))];
    }

    /** A connection leaves the state before its time. */
    void remove(long key) {
        places.remove(key);
    }

    private int at(long place) {
        return (int) place & keys.length - 1;
    }

    private void grow() {
        keys = turned(keys);
        sequences = turned(sequences);
        endsPs = turned(endsPs);
    }

    /** In an array of twice the length each place lies at its own remainder again. */
    private long[] turned(long[] ring) {
        long[] twice = Arrays.copyOf(ring, 2 * ring.length);
        for (long place = first; place < next; place++) {
            twice[(int) place & twice.length - 1] = ring[(int) place & ring.length - 1];
        }
        return twice;
    }
}
