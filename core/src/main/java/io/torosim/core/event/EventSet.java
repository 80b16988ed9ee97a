package io.torosim.core.event;

import java.util.Arrays;
import java.util.TreeMap;

/**
 * The pending events, ordered by (time, priority class, scheduling order): equal times and classes fire first in, first
 * out.
 *
 * <p>Times are monotone: nothing may be scheduled before the last event taken out. A handle names one pending event; once
 * that has fired or been cancelled the handle is stale, and using it is safe and does nothing.
 *
 * <p>Confined to the simulation thread.
 */
public final class EventSet {
    /** The largest priority class; 0 fires first. */
    public static final int MAX_PRIORITY = 32_767;
    /** No event: never returned as a handle. */
    public static final long NO_HANDLE = 0;

    private record Key(long timePs, int priority, long sequence) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byTime = Long.compare(timePs, other.timePs);
            if (byTime != 0) {
                return byTime;
            }
            int byPriority = Integer.compare(priority, other.priority);
            return byPriority != 0 ? byPriority : Long.compare(sequence, other.sequence);
        }
    }

    private final TreeMap<Key, Integer> order = new TreeMap<>();
    private Key[] keys = new Key[16];
    private EventHandler[] handlers = new EventHandler[16];
    private int[] ops = new int[16];
    private long[] args = new long[16];
    private int[] generations = new int[16];
    private int[] free = new int[16];
    private int freeCount;
    private int slots;
    private long nextSequence;
    private long lastTakenPs;
    /** The first key, kept because a vCPU that runs ahead asks for it at every step; null if it is to be looked up. */
    private Key head;

    /** Creates an empty set. */
    public EventSet() {}

    /** Returns the number of pending events. */
    public int size() {
        return order.size();
    }

    /**
     * Adds an event.
     *
     * @param timePs when, at least the time of the last event taken
     * @param priority class among equal times, in {@code [0, MAX_PRIORITY]}, lower first
     * @return its handle, never {@link #NO_HANDLE}
     */
    public long schedule(long timePs, int priority, EventHandler handler, int op, long arg) {
        if (timePs < lastTakenPs) {
            throw new IllegalArgumentException(
                    "timePs must not lie before the last event taken at " + lastTakenPs + ", timePs=" + timePs);
        }
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("priority must be in [0, 32767], priority=" + priority);
        }
        if (handler == null) {
            throw new NullPointerException("handler");
        }
        int slot = freeCount > 0 ? free[--freeCount] : newSlot();
        Key key = new Key(timePs, priority, nextSequence++);
        keys[slot] = key;
        handlers[slot] = handler;
        ops[slot] = op;
        args[slot] = arg;
        order.put(key, slot);
        if (head != null && key.compareTo(head) < 0) {
            head = key;
        }
        return handle(slot);
    }

    /** Removes the event; false if the handle is stale. */
    public boolean cancel(long handle) {
        int slot = slotOf(handle);
        if (slot < 0) {
            return false;
        }
        order.remove(keys[slot]);
        head = null;
        release(slot);
        return true;
    }

    /**
     * Moves the event to another time, behind those already there; same handle, handler, op, arg and class.
     *
     * @return false if the handle is stale
     */
    public boolean reschedule(long handle, long timePs) {
        int slot = slotOf(handle);
        if (slot < 0) {
            return false;
        }
        if (timePs < lastTakenPs) {
            throw new IllegalArgumentException(
                    "timePs must not lie before the last event taken at " + lastTakenPs + ", timePs=" + timePs);
        }
        order.remove(keys[slot]);
        head = null;
        keys[slot] = new Key(timePs, keys[slot].priority, nextSequence++);
        order.put(keys[slot], slot);
        return true;
    }

    /** Returns whether the handle names an event that is still pending. */
    public boolean isPending(long handle) {
        return slotOf(handle) >= 0;
    }

    /** Returns the time of the next event, or {@link Long#MAX_VALUE} if there is none: ask {@link #size} to tell apart. */
    public long nextTimePs() {
        return order.isEmpty() ? Long.MAX_VALUE : head().timePs;
    }

    /** Returns the priority class of the next event, or {@link Integer#MAX_VALUE} if there is none. */
    public int nextPriority() {
        return order.isEmpty() ? Integer.MAX_VALUE : head().priority;
    }

    /** Takes the next event out and calls its handler; false if there is none. */
    boolean fireNext() {
        if (order.isEmpty()) {
            return false;
        }
        var entry = order.pollFirstEntry();
        head = null;
        int slot = entry.getValue();
        lastTakenPs = entry.getKey().timePs;
        EventHandler handler = handlers[slot];
        int op = ops[slot];
        long arg = args[slot];
        release(slot);
        handler.onEvent(op, arg);
        return true;
    }

    private Key head() {
        if (head == null) {
            head = order.firstKey();
        }
        return head;
    }

    private long handle(int slot) {
        return ((long) generations[slot] << 32) | (slot + 1L);
    }

    private int slotOf(long handle) {
        int slot = (int) handle - 1;
        boolean known = slot >= 0 && slot < slots && generations[slot] == (int) (handle >>> 32);
        return known && handlers[slot] != null ? slot : -1;
    }

    private void release(int slot) {
        handlers[slot] = null;
        keys[slot] = null;
        generations[slot]++;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = slot;
    }

    private int newSlot() {
        if (slots == keys.length) {
            int grown = slots * 2;
            keys = Arrays.copyOf(keys, grown);
            handlers = Arrays.copyOf(handlers, grown);
            ops = Arrays.copyOf(ops, grown);
            args = Arrays.copyOf(args, grown);
            generations = Arrays.copyOf(generations, grown);
        }
        return slots++;
    }
}
