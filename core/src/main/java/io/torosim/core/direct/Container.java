package io.torosim.core.direct;

/**
 * An amount of something without parts, as fuel in a tank: threads add to it and take from it, and wait for room or for enough.
 * Both are served by {@linkplain DirectThread#rank(int) rank}, then in the order in which they came; the first keeps those behind
 * it waiting. Event handlers use {@link #tryPut} and {@link #tryTake}.
 * What a thread has got that is killed before it could go on is there again, even if that is more than the capacity; what it has gone on
 * with is used up, as fuel is. What has to come back at a kill are the units of a {@link Resource}.
 */
public final class Container {
    private final long capacity;
    private final WaitLine putters;
    private final WaitLine takers;
    private long level;

    /**
     * Creates one.
     *
     * @param threads those who may wait for it
     * @param capacity the most it holds, positive
     * @param level what it holds at first, in {@code [0, capacity]}
     */
    public Container(DirectThreads threads, long capacity, long level) {
        if (capacity <= 0 || level < 0 || level > capacity) {
            throw new IllegalArgumentException(
                    "capacity must be positive and level in [0, capacity], capacity=" + capacity + ", level=" + level);
        }
        this.capacity = capacity;
        this.level = level;
        this.putters = new WaitLine(threads, this::grantPut); // what is put stays
        this.takers = new WaitLine(threads, this::grantTake, this::returnAmount, true);
        WaitLine.pair(putters, takers);
    }

    /** Returns what it holds. */
    public long level() {
        return level;
    }

    /** Returns how many threads wait for room. */
    public int puttersWaiting() {
        return putters.size();
    }

    /** Returns how many threads wait for enough. */
    public int takersWaiting() {
        return takers.size();
    }

    /**
     * Adds an amount; the calling thread waits for room.
     *
     * @param amount in {@code [1, capacity]}
     * @throws InterruptedException if the thread is or gets interrupted; then nothing is added
     */
    public void put(long amount) throws InterruptedException {
        put(amount, WaitLine.FOREVER);
    }

    /** Adds an amount if there is room within {@code timeoutPs}; false if the time went by. */
    public boolean put(long amount, long timeoutPs) throws InterruptedException {
        return enter(putters, amount, timeoutPs);
    }

    /**
     * Takes an amount; the calling thread waits until there is enough.
     *
     * @param amount in {@code [1, capacity]}
     * @throws InterruptedException if the thread is or gets interrupted; then nothing is taken
     */
    public void take(long amount) throws InterruptedException {
        take(amount, WaitLine.FOREVER);
    }

    /** Takes an amount if there is enough within {@code timeoutPs}; false if the time went by. */
    public boolean take(long amount, long timeoutPs) throws InterruptedException {
        return enter(takers, amount, timeoutPs);
    }

    /** Adds an amount if there is room now and nobody waits for it. */
    public boolean tryPut(long amount) {
        check(amount);
        if (putters.size() > 0 || amount > capacity - level) {
            return false;
        }
        level += amount;
        takers.serve();
        return true;
    }

    /** Takes an amount if there is enough now and nobody waits. */
    public boolean tryTake(long amount) {
        check(amount);
        if (takers.size() > 0 || amount > level) {
            return false;
        }
        level -= amount;
        putters.serve();
        return true;
    }

    private boolean enter(WaitLine line, long amount, long timeoutPs) throws InterruptedException {
        check(amount);
        DirectThread caller = line.group().caller();
        caller.wantedAmount = amount;
        return line.enter(caller, timeoutPs);
    }

    private void check(long amount) {
        if (amount < 1 || amount > capacity) {
            throw new IllegalArgumentException("amount must be in [1, " + capacity + "], amount=" + amount);
        }
    }

    private void returnAmount(DirectThread thread) {
        level += thread.wantedAmount;
    }

    private boolean grantPut(DirectThread thread) {
        if (thread.wantedAmount > capacity - level) {
            return false;
        }
        level += thread.wantedAmount;
        return true;
    }

    private boolean grantTake(DirectThread thread) {
        if (thread.wantedAmount > level) {
            return false;
        }
        level -= thread.wantedAmount;
        return true;
    }
}
