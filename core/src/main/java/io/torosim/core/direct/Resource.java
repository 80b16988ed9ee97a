package io.torosim.core.direct;

/**
 * A number of equal units, servers or places, that direct-style threads hold for a while. Those who wait are served by
 * {@linkplain DirectThread#rank(int) rank}, then in the order in which they came; who is first keeps the others waiting, however
 * little they want, so that nobody starves of the same rank. Units are not bound to a thread: whoever holds the baton may give
 * them back, event handlers included, and a thread that is killed gives back what it holds in its {@code finally} block.
 */
public final class Resource {
    private final WaitLine line;
    private final int capacity;
    private int available;

    /**
     * Creates one with all its units free.
     *
     * @param threads those who may wait for it
     * @param capacity number of units, positive
     */
    public Resource(DirectThreads threads, int capacity) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("capacity must be positive, capacity=" + capacity);
        }
        this.capacity = capacity;
        this.available = capacity;
        this.line = new WaitLine(threads, this::grant, thread -> available += (int) thread.wantedAmount, true);
    }

    /** Returns the number of units. */
    public int capacity() {
        return capacity;
    }

    /** Returns how many units are free. */
    public int available() {
        return available;
    }

    /** Returns how many threads wait. */
    public int waitingCount() {
        return line.size();
    }

    /**
     * Takes units; the calling thread waits until they are free.
     *
     * @param units in {@code [1, capacity]}
     * @throws InterruptedException if the thread is or gets interrupted; then it has taken nothing
     */
    public void acquire(int units) throws InterruptedException {
        acquire(units, WaitLine.FOREVER);
    }

    /**
     * Takes units if they get free within {@code timeoutPs}.
     *
     * @param units in {@code [1, capacity]}
     * @return false if the time went by; then nothing is taken
     * @throws InterruptedException if the thread is or gets interrupted; then it has taken nothing
     */
    public boolean acquire(int units, long timeoutPs) throws InterruptedException {
        check(units);
        DirectThread caller = line.group().caller();
        caller.wantedAmount = units;
        return line.enter(caller, timeoutPs);
    }

    /** Takes units if they are free now and nobody waits; for event handlers too. */
    public boolean tryAcquire(int units) {
        check(units);
        if (line.size() > 0 || units > available) {
            return false;
        }
        available -= units;
        return true;
    }

    /**
     * Gives units back.
     *
     * @throws IllegalStateException if more are given back than were taken
     */
    public void release(int units) {
        check(units);
        if (units > capacity - available) {
            throw new IllegalStateException(
                    "more units given back than taken, units=" + units + ", taken=" + (capacity - available));
        }
        available += units;
        line.serve();
    }

    private void check(int units) {
        if (units < 1 || units > capacity) {
            throw new IllegalArgumentException("units must be in [1, " + capacity + "], units=" + units);
        }
    }

    private boolean grant(DirectThread thread) {
        if (thread.wantedAmount > available) {
            return false;
        }
        available -= (int) thread.wantedAmount;
        return true;
    }
}
