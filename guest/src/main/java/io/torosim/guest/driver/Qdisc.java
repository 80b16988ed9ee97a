package io.torosim.guest.driver;

import it.unimi.dsi.fastutil.longs.LongArrayFIFOQueue;

/**
 * The queue of packets in front of a transmit queue (net/sched/sch_generic.c: {@code __qdisc_run}), first in, first out. One CPU at a time sends
 * what is in it, also what others put there meanwhile; while the transmit queue is full nobody does.
 */
final class Qdisc {
    private static final int BYTES_BITS = 16;

    private final LongArrayFIFOQueue packets = new LongArrayFIFOQueue();
    /** A CPU sends. */
    boolean running;
    /** The transmit queue is full. */
    boolean stopped;

    void add(long area, int bytes) {
        packets.enqueue(area << BYTES_BITS | bytes);
    }

    boolean isEmpty() {
        return packets.isEmpty();
    }

    /** Takes the first one out, which must be there; {@link #area} and {@link #bytes} say what it is. */
    long take() {
        return packets.dequeueLong();
    }

    static long area(long packet) {
        return packet >>> BYTES_BITS;
    }

    static int bytes(long packet) {
        return (int) packet & 0xffff;
    }
}
