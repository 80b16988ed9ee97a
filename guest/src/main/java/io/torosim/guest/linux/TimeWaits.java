package io.torosim.guest.linux;

import io.torosim.core.time.Picos;
import java.util.Arrays;

/**
 * Connections in TIME_WAIT, 60 s each (TCP_TIMEWAIT_LEN): of a connection there is left what it takes to acknowledge once more. All last equally
 * long, so they lie in a ring in the order in which they end, and are looked up by the client's port; of two clients with the same port the later
 * one is known.
 */
final class TimeWaits {
    private static final long LENGTH_PS = 60 * Picos.PER_SECOND;
    private static final int PORTS = 1 << 16;
    private static final int[] NONE = {};

    /** By port, the place in the ring below, which counts on, plus one; 0 for none. Made when first needed. */
    private int[] places = NONE;

    private long[] keys = new long[64];
    private long[] sequences = new long[64];
    private long[] endsPs = new long[64];
    private int first;
    private int next;

    /**
     * A connection enters the state.
     *
     * @param key its client's port in the lowest 16 bits
     * @param sequence what it would send next
     * @param acknowledgement what it expects next
     */
    void add(long key, int sequence, int acknowledgement, long nowPs) {
        if (places.length == 0) {
            places = new int[PORTS];
        }
        while (first != next && endsPs[at(first)] <= nowPs) {
            first++;
        }
        if (next - first == keys.length) {
            grow();
        }
        keys[at(next)] = key;
        sequences[at(next)] = (long) sequence << 32 | acknowledgement & 0xffff_ffffL;
        endsPs[at(next)] = nowPs + LENGTH_PS;
        places[port(key)] = ++next;
    }

    /** Returns whether a connection is in the state. */
    boolean contains(long key, long nowPs) {
        int place = place(key);
        boolean inRing = places.length > 0 && places[port(key)] != 0 && place - first >= 0 && next - place > 0;
        return inRing && keys[at(place)] == key && endsPs[at(place)] > nowPs;
    }

    /** Returns what a connection that is there would send next. */
    int sequence(long key) {
        return (int) (sequences[at(place(key))] >>> 32);
    }

    /** Returns what a connection that is there expects next. */
    int acknowledgement(long key) {
        return (int) sequences[at(place(key))];
    }

    /** A connection leaves the state before its time. */
    void remove(long key, long nowPs) {
        if (contains(key, nowPs)) {
            places[port(key)] = 0;
        }
    }

    private static int port(long key) {
        return (int) key & PORTS - 1;
    }

    private int place(long key) {
        return places.length == 0 ? 0 : places[port(key)] - 1;
    }

    private int at(int place) {
        return place & keys.length - 1;
    }

    private void grow() {
        keys = turned(keys);
        sequences = turned(sequences);
        endsPs = turned(endsPs);
    }

    /** In an array of twice the length each place lies at its own remainder again. */
    private long[] turned(long[] ring) {
        long[] twice = Arrays.copyOf(ring, 2 * ring.length);
        for (int place = first; place != next; place++) {
            twice[place & twice.length - 1] = ring[place & ring.length - 1];
        }
        return twice;
    }
}
