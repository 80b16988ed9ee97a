package io.torosim.guest.driver;

import it.unimi.dsi.fastutil.longs.LongArrayFIFOQueue;

/** {@code OutgoingPackets} of a network interface: addresses and sizes, first in, first out; the first is the card's. */
final class OutgoingPackets {
    private final LongArrayFIFOQueue addresses = new LongArrayFIFOQueue();
    private final LongArrayFIFOQueue sizes = new LongArrayFIFOQueue();

    /** Returns whether it is the only one. */
    boolean add(long address, long bytes) {
        addresses.enqueue(address);
        sizes.enqueue(bytes);
        return addresses.size() == 1;
    }

    boolean isEmpty() {
        return addresses.isEmpty();
    }

    long firstAddress() {
        return addresses.firstLong();
    }

    int firstBytes() {
        return (int) sizes.firstLong();
    }

    /** Takes the first out; returns its address. */
    long remove() {
        sizes.dequeueLong();
        return addresses.dequeueLong();
    }

    int size() {
        return addresses.size();
    }
}
