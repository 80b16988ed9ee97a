package io.torosim.core.direct;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of items between direct-style threads: first in, first out for those who take whatever comes, by a condition
 * for those who are choosy. Who puts waits while it is full, who takes waits while there is nothing for it; both are served by
 * {@linkplain DirectThread#rank(int) rank}, then in the order in which they came. Event handlers use {@link #tryPut} and {@link #tryTake}.
 * The item of a thread that is killed before it could go on with it is the first again, even if that makes one too many; one that it has gone on
 * with is its own.
 *
 * @param <T> the items, never null
 */
public final class Store<T> {
    private final ArrayDeque<T> items = new ArrayDeque<>();
    private final int capacity;
    private final WaitLine putters;
    private final WaitLine takers;

    /**
     * Creates an empty store.
     *
     * @param threads those who may wait for it
     * @param capacity most items at a time, positive; {@link Integer#MAX_VALUE} for no bound
     */
    public Store(DirectThreads threads, int capacity) {
        Objects.requireNonNull(threads, "threads");
        if (capacity <= 0) {
            throw new IllegalArgumentException("capacity must be positive, capacity=" + capacity);
        }
        this.capacity = capacity;
        this.putters = new WaitLine(threads, this::grantPut, thread -> {}, true); // what is put stays
        this.takers = new WaitLine(threads, this::grantTake, this::returnItem, false);
        WaitLine.pair(putters, takers);
    }

    /** Returns the number of items. */
    public int size() {
        return items.size();
    }

    /** Returns how many threads wait for room. */
    public int puttersWaiting() {
        return putters.size();
    }

    /** Returns how many threads wait for an item. */
    public int takersWaiting() {
        return takers.size();
    }

    /**
     * Adds an item; the calling thread waits for room.
     *
     * @throws InterruptedException if the thread is or gets interrupted; then nothing is added
     */
    public void put(T item) throws InterruptedException {
        putters.enter(putter(item));
    }

    /**
     * Adds an item if there is room within {@code timeoutPs}; false if the time went by.
     *
     * @throws InterruptedException if the thread is or gets interrupted; then nothing is added
     */
    public boolean put(T item, long timeoutPs) throws InterruptedException {
        return putters.enter(putter(item), timeoutPs);
    }

    private DirectThread putter(T item) {
        DirectThread caller = putters.group().caller();
        caller.wanted = Objects.requireNonNull(item, "item");
        return caller;
    }

    /** Adds an item if there is room now and nobody waits for it. */
    public boolean tryPut(T item) {
        Objects.requireNonNull(item, "item");
        if (putters.size() > 0 || items.size() >= capacity) {
            return false;
        }
        items.add(item);
        takers.serve();
        return true;
    }

    /**
     * Takes the first item; the calling thread waits for one.
     *
     * @throws InterruptedException if the thread is or gets interrupted; then nothing is taken
     */
    public T take() throws InterruptedException {
        return Objects.requireNonNull(taken(null), "who waits for ever gets one");
    }

    /** Takes the first item that comes within {@code timeoutPs}; null if the time went by. */
    public @Nullable T take(long timeoutPs) throws InterruptedException {
        return taken(null, timeoutPs);
    }

    /**
     * Takes the first item that fulfils {@code condition}; the calling thread waits for one.
     *
     * @param condition asked again for every item that comes; it must change nothing. What it throws, whenever it is asked, comes out of
     *     this call: the thread waits no longer, and whoever brought the item hears nothing of it
     */
    public T take(Predicate<? super T> condition) throws InterruptedException {
        return Objects.requireNonNull(
                taken(Objects.requireNonNull(condition, "condition")), "who waits for ever gets one");
    }

    /** Takes the first item that fulfils {@code condition} within {@code timeoutPs}; null if the time went by. */
    public @Nullable T take(Predicate<? super T> condition, long timeoutPs) throws InterruptedException {
        return taken(Objects.requireNonNull(condition, "condition"), timeoutPs);
    }

    private @Nullable T taken(@Nullable Predicate<? super T> condition) throws InterruptedException {
        DirectThread caller = taker(condition);
        try {
            takers.enter(caller);
            return got(caller);
        } finally {
            caller.wanted = null;
        }
    }

    private @Nullable T taken(@Nullable Predicate<? super T> condition, long timeoutPs) throws InterruptedException {
        DirectThread caller = taker(condition);
        try {
            return takers.enter(caller, timeoutPs) ? got(caller) : null;
        } finally {
            caller.wanted = null;
        }
    }

    private DirectThread taker(@Nullable Predicate<? super T> condition) {
        DirectThread caller = takers.group().caller();
        caller.wanted = condition;
        return caller;
    }

    @SuppressWarnings("unchecked") // wanted was the condition, and is the item that returnItem would take back
    private @Nullable T got(DirectThread thread) {
        return (T) thread.wanted;
    }

    /** Takes the first item if there is one and nobody waits; else null. */
    public @Nullable T tryTake() {
        if (takers.size() > 0 || items.isEmpty()) {
            return null;
        }
        T item = items.poll();
        putters.serve();
        return item;
    }

    @SuppressWarnings("unchecked") // put sets what is wanted
    private boolean grantPut(DirectThread thread) {
        if (items.size() >= capacity) {
            return false;
        }
        items.add((T) Objects.requireNonNull(thread.wanted));
        thread.wanted = null;
        return true;
    }

    @SuppressWarnings("unchecked") // take sets what is wanted
    private boolean grantTake(DirectThread thread) {
        Predicate<? super T> condition = (Predicate<? super T>) thread.wanted;
        if (condition == null) {
            thread.wanted = items.poll();
            return thread.wanted != null;
        }
        for (Iterator<T> i = items.iterator(); i.hasNext(); ) {
            T item = i.next();
            if (condition.test(item)) {
                i.remove();
                thread.wanted = item;
                return true;
            }
        }
        return false;
    }

    @SuppressWarnings("unchecked") // grantTake has left the item there
    private void returnItem(DirectThread thread) {
        items.addFirst((T) Objects.requireNonNull(thread.wanted));
        thread.wanted = null;
    }
}
