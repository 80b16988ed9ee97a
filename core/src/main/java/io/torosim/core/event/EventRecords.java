package io.torosim.core.event;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The storage of events: 32 bytes each in one {@code long[]}, so that an event costs one cache line and no object.
 *
 * <pre>
 *   word 0   time in ps
 *   word 1   next slot (high 32 bits), previous slot (low 32 bits; stale at the head of a list)
 *   word 2   op (high 32 bits), generation (low 28 bits): odd while pending, even while free
 *   word 3   arg
 * </pre>
 *
 * A handle is generation (28 bits), number of the set (10 bits), slot + 1 (26 bits). A generation is never used twice: a
 * slot whose generation would wrap, after nearly 2^27 events, is retired for good. Sets whose numbers are equal in ten bits begin with
 * different generations, 2^19 of them in turn, far apart, so that a handle of one is a stale one for the other. Growing
 * allocates everything first and changes nothing if that fails.
 *
 * <p>{@link EventSet} makes one; the structures that order its events ({@link SortedFew}, {@link RadixWheel}, {@link PriorityLanes}) link slots of it
 * and hold no times of their own.
 */
final class EventRecords {
    static final int NONE = -1;
    private static final int SLOT_BITS = 26;
    private static final int SET_BITS = 10;
    /** The slots that a handle can name. */
    static final int MAX_SLOTS = (1 << SLOT_BITS) - 1;

    private static final int FIRST_SLOTS = 8;

    private static final long LOW = 0xffff_ffffL;
    private static final int GENERATION = (1 << (64 - SLOT_BITS - SET_BITS)) - 1;
    private static final int SET = (1 << SET_BITS) - 1;
    /** Numbers the sets of this JVM. Only the value of handles follows from it, which orders nothing. */
    private static final AtomicInteger SETS = new AtomicInteger();

    private final int set;
    /** Of each slot, even: odd multiples of a constant near the golden ratio of the range. */
    private final int firstGeneration;

    private final int maxSlots;
    private long[] words = new long[4 * FIRST_SLOTS];
    private EventHandler[] handlers = new EventHandler[FIRST_SLOTS];
    private short[] priorities = new short[FIRST_SLOTS];
    private int slots;
    private int free = NONE;
    /** The slot given back last, if nobody has taken it since: most events schedule one other. */
    private int spare = NONE;

    EventRecords(int maxSlots) {
        this.maxSlots = maxSlots;
        int number = SETS.getAndIncrement();
        this.set = number & SET;
        this.firstGeneration = ((number >>> SET_BITS) * 0x4F1BD & 0x7FFFF) << 1;
    }

    /** Takes a slot for an event that is linked nowhere yet. */
    int acquire(long timePs, int priority, EventHandler handler, int op, long arg) {
        int slot = spare;
        if (slot != NONE) {
            spare = NONE;
        } else {
            slot = free;
            if (slot == NONE) {
                slot = newSlot();
            } else {
                free = next(slot);
            }
        }
        long[] w = words;
        int at = slot << 2;
        w[at] = timePs;
        w[at + 2] = ((long) op << 32) | ((w[at + 2] + 1) & GENERATION);
        w[at + 3] = arg;
        priorities[slot] = (short) priority;
        if (handlers[slot] != handler) { // a store of a reference costs a barrier; a slot often keeps its handler
            handlers[slot] = handler;
        }
        return slot;
    }

    /** Gives a slot back; its handler, op and arg may still be read until the next {@link #acquire}. */
    void release(int slot) {
        int at = (slot << 2) + 2;
        long generation = (words[at] + 1) & GENERATION;
        words[at] = (words[at] & ~LOW) | generation;
        if (generation != 0) {
            if (spare == NONE) {
                spare = slot;
            } else {
                setLinks(slot, free, NONE);
                free = slot;
            }
        }
    }

    long handle(int slot) {
        return (words[(slot << 2) + 2] << (SLOT_BITS + SET_BITS)) | (long) set << SLOT_BITS | (slot + 1L);
    }

    /**
     * Returns the slot of a pending event, or {@link #NONE} if the handle is stale or none at all.
     *
     * @throws IllegalArgumentException if it is a handle of another set
     */
    int slotOf(long handle) {
        if (((int) (handle >>> SLOT_BITS) & SET) != set) {
            if (handle == EventSet.NO_HANDLE) {
                return NONE;
            }
            throw new IllegalArgumentException("a handle of another simulation, handle=" + handle);
        }
        int slot = ((int) handle & MAX_SLOTS) - 1;
        int generation = (int) (handle >>> (SLOT_BITS + SET_BITS));
        boolean pending =
                slot >= 0 && slot < slots && (generation & 1) == 1 && (int) words[(slot << 2) + 2] == generation;
        return pending ? slot : NONE;
    }

    long timePs(int slot) {
        return words[slot << 2];
    }

    void setTimePs(int slot, long timePs) {
        words[slot << 2] = timePs;
    }

    int priority(int slot) {
        return priorities[slot];
    }

    /** Brings what is asked for when the event fires into the caches: nothing waits for these two loads. */
    void lookAt(int slot) {
        if (handlers[slot] == null || priorities[slot] < 0) {
            throw new AssertionError("a pending event without a handler or a class, slot=" + slot);
        }
    }

    EventHandler handler(int slot) {
        return handlers[slot];
    }

    int op(int slot) {
        return (int) (words[(slot << 2) + 2] >>> 32);
    }

    long arg(int slot) {
        return words[(slot << 2) + 3];
    }

    int next(int slot) {
        return (int) (words[(slot << 2) + 1] >>> 32);
    }

    int previous(int slot) {
        return (int) words[(slot << 2) + 1];
    }

    void setLinks(int slot, int next, int previous) {
        words[(slot << 2) + 1] = ((long) next << 32) | (previous & LOW);
    }

    void setNext(int slot, int next) {
        int at = (slot << 2) + 1;
        words[at] = ((long) next << 32) | (words[at] & LOW);
    }

    void setPrevious(int slot, int previous) {
        int at = (slot << 2) + 1;
        words[at] = (words[at] & ~LOW) | (previous & LOW);
    }

    /** Returns whether {@code slot} fires before {@code other}, if {@code other} was scheduled first. */
    boolean precedes(int slot, int other) {
        long time = timePs(slot);
        long otherTime = timePs(other);
        return time < otherTime || (time == otherTime && priorities[slot] < priorities[other]);
    }

    /** For tests: makes {@code slot} look as if it had been used often. */
    void age(int slot, int generation) {
        int at = (slot << 2) + 2;
        words[at] = (words[at] & ~LOW) | (generation & GENERATION);
    }

    private int newSlot() {
        if (slots == handlers.length) {
            grow();
        }
        if (slots == maxSlots) {
            throw new IllegalStateException("at most " + maxSlots + " events may be pending");
        }
        words[(slots << 2) + 2] = firstGeneration;
        return slots++;
    }

    private void grow() {
        int grown = (int) Math.min(maxSlots, slots * 2L);
        long[] newWords = Arrays.copyOf(words, 4 * Math.max(grown, slots));
        EventHandler[] newHandlers = Arrays.copyOf(handlers, Math.max(grown, slots));
        short[] newPriorities = Arrays.copyOf(priorities, Math.max(grown, slots));
        words = newWords;
        handlers = newHandlers;
        priorities = newPriorities;
    }
}
