package io.torosim.core.direct;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A number of equal units, servers or places, that direct-style threads hold for a while. Those who wait are served by
 * {@linkplain DirectThread#rank(int) rank}, then in the order in which they came; who is first keeps the others waiting, however
 * little they want, so that nobody starves of the same rank.
 *
 * <p>A thread holds the units that it takes. If it is killed, or an exception or an interrupt carries it out of its body, it gives back at
 * its end, after its {@code finally} blocks, what it holds then. A thread whose body returns keeps nothing back and gives nothing back: its
 * units are taken and nobody's, as those are that an event handler takes, or by {@link #tryAcquire} a thread of another group.
 *
 * <p>Whoever has the baton may give units back, event handlers included. They come out of what the calling thread holds; if that is less, out
 * of what is nobody's; then out of what other threads hold, of who has held some longest first.
 */
public final class Resource {
    private final WaitLine line;
    private final int capacity;
    private int available;
    /** Units that threads hold; the rest of those taken is nobody's. */
    private int held;
    /** What threads hold, by the time since when they hold some. */
    private @Nullable Holding oldest;

    private @Nullable Holding newest;

    /** What one thread holds of one resource, in the lists of both. */
    static final class Holding {
        private final Resource resource;
        private final DirectThread thread;
        private int units;
        private @Nullable Holding older;
        private @Nullable Holding newer;
        private @Nullable Holding nextOfThread;

        private Holding(Resource resource, DirectThread thread) {
            this.resource = resource;
            this.thread = thread;
            older = resource.newest;
            if (older == null) {
                resource.oldest = this;
            } else {
                older.newer = this;
            }
            resource.newest = this;
            nextOfThread = thread.holdings;
            thread.holdings = this;
        }

        /** The thread has come to its end: the units are free again, or nobody's if its body has returned. */
        void holderEnded(boolean returned) {
            int left = take(units);
            if (!returned) {
                resource.available += left;
                resource.line.serve();
            }
        }

        /** Takes units away from the thread, at most as many as it has; returns how many. */
        private int take(int most) {
            int taken = Math.min(most, units);
            units -= taken;
            resource.held -= taken;
            if (units == 0) {
                unlink();
            }
            return taken;
        }

        private void unlink() {
            if (older == null) {
                resource.oldest = newer;
            } else {
                older.newer = newer;
            }
            if (newer == null) {
                resource.newest = older;
            } else {
                newer.older = older;
            }
            Holding before = thread.holdings;
            if (before == this) {
                thread.holdings = nextOfThread;
                return;
            }
            while (before != null && before.nextOfThread != this) {
                before = before.nextOfThread;
            }
            if (before != null) {
                before.nextOfThread = nextOfThread;
            }
        }
    }

    /**
     * Creates one with all its units free.
     *
     * @param threads those who may wait for it
     * @param capacity number of units, positive
     */
    public Resource(DirectThreads threads, int capacity) {
        Objects.requireNonNull(threads, "threads");
        if (capacity <= 0) {
            throw new IllegalArgumentException("capacity must be positive, capacity=" + capacity);
        }
        this.capacity = capacity;
        this.available = capacity;
        this.line = new WaitLine(threads, this::grant, this::takeBack, true);
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
        line.enter(asking(units));
    }

    /**
     * Takes units if they get free within {@code timeoutPs}.
     *
     * @param units in {@code [1, capacity]}
     * @return false if the time went by; then nothing is taken
     * @throws InterruptedException if the thread is or gets interrupted; then it has taken nothing
     */
    public boolean acquire(int units, long timeoutPs) throws InterruptedException {
        return line.enter(asking(units), timeoutPs);
    }

    private DirectThread asking(int units) {
        check(units);
        DirectThread caller = line.group().caller();
        caller.wantedAmount = units;
        return caller;
    }

    /** Takes units if they are free now and nobody waits; for event handlers too. */
    public boolean tryAcquire(int units) {
        check(units);
        if (line.size() > 0 || units > available) {
            return false;
        }
        available -= units;
        DirectThread caller = line.group().baton();
        if (caller != null) {
            hold(caller, units);
        }
        return true;
    }

    /**
     * Gives units back. Cost: the number of resources of which the thread holds some.
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
        DirectThread caller = line.group().baton();
        Holding own = caller == null ? null : holdingOf(caller);
        int left = own == null ? units : units - own.take(units);
        left -= Math.min(left, capacity - available + left - held); // nobody's
        while (left > 0) {
            left -= Objects.requireNonNull(oldest, "what is taken is held or nobody's")
                    .take(left);
        }
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
        int units = (int) thread.wantedAmount;
        available -= units;
        hold(thread, units);
        return true;
    }

    /** The thread was killed before it could go on with what it got; others may have given that back since. */
    private void takeBack(DirectThread thread) {
        Holding holding = holdingOf(thread);
        if (holding != null) {
            available += holding.take((int) thread.wantedAmount);
        }
    }

    private void hold(DirectThread thread, int units) {
        Holding holding = holdingOf(thread);
        if (holding == null) {
            holding = new Holding(this, thread);
        }
        holding.units += units;
        held += units;
    }

    private @Nullable Holding holdingOf(DirectThread thread) {
        Holding holding = thread.holdings;
        while (holding != null && holding.resource != this) {
            holding = holding.nextOfThread;
        }
        return holding;
    }

    /**
     * An amount of something without parts, as fuel in a tank: threads add to it and take from it, and wait for room or for enough.
     * Both are served by {@linkplain DirectThread#rank(int) rank}, then in the order in which they came; the first keeps those behind
     * it waiting. Event handlers use {@link #tryPut} and {@link #tryTake}.
     * What a thread has got that is killed before it could go on is there again, even if that is more than the capacity; what it has gone on
     * with is used up, as fuel is. What has to come back at a kill are the units of a {@link Resource}.
     */
    public static final class Container {
        /** What comes back from one that is killed, up to the capacity, goes beside a full one. */
        private static final long MOST = 1L << 62;

        private final long capacity;
        private final WaitLine putters;
        private final WaitLine takers;
        private long level;

        /**
         * Creates one.
         *
         * @param threads those who may wait for it
         * @param capacity the most it holds, in {@code [1, 2^62]}
         * @param level what it holds at first, in {@code [0, capacity]}
         */
        public Container(DirectThreads threads, long capacity, long level) {
            Objects.requireNonNull(threads, "threads");
            if (capacity <= 0 || capacity > MOST || level < 0 || level > capacity) {
                throw new IllegalArgumentException("capacity must be in [1, 2^62] and level in [0, capacity], capacity="
                        + capacity + ", level=" + level);
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
            putters.enter(asking(putters, amount));
        }

        /** Adds an amount if there is room within {@code timeoutPs}; false if the time went by. */
        public boolean put(long amount, long timeoutPs) throws InterruptedException {
            return putters.enter(asking(putters, amount), timeoutPs);
        }

        /**
         * Takes an amount; the calling thread waits until there is enough.
         *
         * @param amount in {@code [1, capacity]}
         * @throws InterruptedException if the thread is or gets interrupted; then nothing is taken
         */
        public void take(long amount) throws InterruptedException {
            takers.enter(asking(takers, amount));
        }

        /** Takes an amount if there is enough within {@code timeoutPs}; false if the time went by. */
        public boolean take(long amount, long timeoutPs) throws InterruptedException {
            return takers.enter(asking(takers, amount), timeoutPs);
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

        private DirectThread asking(WaitLine line, long amount) {
            check(amount);
            DirectThread caller = line.group().caller();
            caller.wantedAmount = amount;
            return caller;
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
}
