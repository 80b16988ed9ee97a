package io.torosim.guest.net;

import java.util.NoSuchElementException;

/** Frames in the order in which they came. It grows as needed and never shrinks: adding and taking allocate nothing then. */
final class PacketQueue {
    private long[] ring = new long[16];
    private int head;
    private int size;

    /** Creates an empty queue. */
    public PacketQueue() {}

    /** Returns the number of frames. */
    public int size() {
        return size;
    }

    /** Returns whether there is none. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Adds a frame at the end. */
    public void add(long packet) {
        if (size == ring.length) {
            long[] grown = new long[2 * size];
            for (int i = 0; i < size; i++) {
                grown[i] = ring[(head + i) & (ring.length - 1)];
            }
            ring = grown;
            head = 0;
        }
        ring[(head + size++) & (ring.length - 1)] = packet;
    }

    /**
     * Takes the oldest frame.
     *
     * @throws NoSuchElementException if there is none
     */
    public long take() {
        if (size == 0) {
            throw new NoSuchElementException("the queue is empty");
        }
        long packet = ring[head];
        head = (head + 1) & (ring.length - 1);
        size--;
        return packet;
    }
}
