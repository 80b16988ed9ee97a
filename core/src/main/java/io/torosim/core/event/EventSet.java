package io.torosim.core.event;

import org.jspecify.annotations.Nullable;

/**
 * The pending events, ordered by (time, priority class, scheduling order): equal times and classes fire first in, first
 * out.
 *
 * <p>Times are monotone: nothing may be scheduled before the last event taken out. A handle names one pending event; once
 * that has fired or been cancelled the handle is stale, and using it is safe and does nothing, however often its memory is
 * used again. A handle of another set is refused; which set it is of is told by ten of its bits, so one in 1,024 passes for
 * a stale one, and names no event.
 *
 * <p>Up to 48 events stand in a sorted array, more in a radix wheel, which is built when it is first needed. Scheduling, cancelling, rescheduling and taking are O(1)
 * (amortized, at most 47 moves in the array, at most seven between the levels of the wheel) and allocate nothing, except when more events are pending than
 * ever before: then the storage doubles, 38 bytes an event. If there is no memory for that, {@link #schedule} throws
 * {@link OutOfMemoryError} and the set stays as it was, whole and usable. A handler that has fired may stay reachable
 * until its slot is used again.
 *
 * <p>Confined to the simulation thread.
 *
 * <p>The {@link Simulation} owns it and is the only one to take events out. {@link EventRecords} stores them, {@link SortedFew} and {@link RadixWheel}
 * order them, an {@link EventHandler} is what each is for.
 */
final class EventSet {
    /** The largest priority class; 0 fires first. */
    static final int MAX_PRIORITY = 32_767;
    /** No event: never returned as a handle. */
    static final long NO_HANDLE = 0;

    private static final int NONE = EventRecords.NONE;
    /** The wheel's events move back to the array at this size; well below its capacity, so that no size flutters. */
    static final int FEW_AGAIN = 24;

    private final EventRecords records;
    private final SortedFew few;
    /** Holds the events; null while they are few and stand in the array. */
    private @Nullable RadixWheel wheel;
    /** The wheel, in use or not; null until it is first needed. */
    private @Nullable RadixWheel built;

    private int size;
    /** Nothing is pending, and nothing may be scheduled, before this time. */
    private long floorPs;
    /** The first event of the wheel if it is known, else {@link EventRecords#NONE}. */
    private int head = NONE;

    private int highestPriority;

    /** Creates an empty set. */
    public EventSet() {
        this(EventRecords.MAX_SLOTS);
    }

    /** Creates an empty set for at most {@code maxEvents} at a time. */
    EventSet(int maxEvents) {
        records = new EventRecords(maxEvents);
        few = new SortedFew(records);
    }

    /** Returns the number of pending events. */
    public int size() {
        return size;
    }

    /**
     * Adds an event.
     *
     * @param timePs when, at least the time of the last event taken
     * @param priority class among equal times, in {@code [0, MAX_PRIORITY]}, lower first
     * @return its handle, never {@link #NO_HANDLE}
     * @throws IllegalStateException if 67 million events are pending
     */
    public long schedule(long timePs, int priority, EventHandler handler, int op, long arg) {
        if (timePs < floorPs) {
            throw tooEarly(timePs);
        }
        if ((priority & ~MAX_PRIORITY) != 0) {
            throw new IllegalArgumentException("priority must be in [0, 32767], priority=" + priority);
        }
        if (handler == null) {
            throw new NullPointerException("handler");
        }
        if (priority > highestPriority) {
            if (built != null) {
                built.reserve(priority);
            }
            highestPriority = priority;
        }
        if (wheel == null && size == SortedFew.CAPACITY) {
            becomeMany(); // before anything is taken that a lack of memory would lose
        }
        int slot = records.acquire(timePs, priority, handler, op, arg);
        insert(slot, timePs, priority);
        size++;
        return records.handle(slot);
    }

    /** Removes the event; false if the handle is stale. */
    public boolean cancel(long handle) {
        int slot = records.slotOf(handle);
        if (slot == NONE) {
            return false;
        }
        remove(slot);
        records.release(slot);
        size--;
        return true;
    }

    /**
     * Moves the event to another time, behind those already there; same handle, handler, op, arg and class.
     *
     * @return false if the handle is stale
     */
    public boolean reschedule(long handle, long timePs) {
        int slot = records.slotOf(handle);
        if (slot == NONE) {
            return false;
        }
        if (timePs < floorPs) {
            throw tooEarly(timePs);
        }
        remove(slot);
        records.setTimePs(slot, timePs);
        insert(slot, timePs, records.priority(slot));
        return true;
    }

    /** Returns whether the handle names an event that is still pending. */
    public boolean isPending(long handle) {
        return records.slotOf(handle) != NONE;
    }

    /**
     * Returns the time of a pending event.
     *
     * @throws IllegalArgumentException if the handle is stale
     */
    public long timePs(long handle) {
        return records.timePs(pendingSlot(handle));
    }

    /**
     * Returns the priority class of a pending event.
     *
     * @throws IllegalArgumentException if the handle is stale
     */
    public int priority(long handle) {
        return records.priority(pendingSlot(handle));
    }

    /** Returns the time of the next event, or {@link Long#MAX_VALUE} if there is none: ask {@link #size} to tell apart. */
    public long nextTimePs() {
        if (size == 0) {
            return Long.MAX_VALUE;
        }
        return wheel != null ? records.timePs(head(wheel)) : few.firstTimePs();
    }

    /** Returns the priority class of the next event, or {@link Integer#MAX_VALUE} if there is none. */
    public int nextPriority() {
        if (size == 0) {
            return Integer.MAX_VALUE;
        }
        return records.priority(wheel != null ? head(wheel) : few.first());
    }

    /** Returns the handler of the next event, or null if there is none. */
    @Nullable
    EventHandler nextHandler() {
        return size == 0 ? null : records.handler(wheel != null ? head(wheel) : few.first());
    }

    /** Takes the next event out and calls its handler; false if there is none. */
    boolean fireNext() {
        int slot = take(Long.MAX_VALUE);
        if (slot == NONE) {
            return false;
        }
        records.handler(slot).onEvent(records.op(slot), records.arg(slot));
        return true;
    }

    /**
     * Takes out the next event if its time is at most {@code limitPs}. If there is one but it lies beyond, nothing may be
     * scheduled before {@code limitPs} any more.
     *
     * @return a number for {@link #takenTimePs}, {@link #takenPriority}, {@link #handler}, {@link #op} and {@link #arg}, good until
     *     the next event is scheduled; negative if there is no such event
     */
    int take(long limitPs) {
        RadixWheel many = wheel;
        if (many != null) {
            return takeOfMany(many, limitPs);
        }
        if (size == 0) {
            return NONE;
        }
        long firstPs = few.firstTimePs();
        if (firstPs > limitPs) {
            floorPs = Math.max(floorPs, limitPs);
            return NONE;
        }
        floorPs = firstPs;
        int slot = few.takeFirst();
        records.release(slot);
        size--;
        return slot;
    }

    private int takeOfMany(RadixWheel many, long limitPs) {
        int slot = many.take(limitPs);
        if (slot == NONE) {
            floorPs = Math.max(floorPs, limitPs);
            return NONE;
        }
        head = NONE;
        floorPs = records.timePs(slot);
        records.release(slot);
        if (--size <= FEW_AGAIN) {
            becomeFew(many);
        }
        return slot;
    }

    long takenTimePs(int taken) {
        return records.timePs(taken);
    }

    int takenPriority(int taken) {
        return records.priority(taken);
    }

    EventHandler handler(int taken) {
        return records.handler(taken);
    }

    int op(int taken) {
        return records.op(taken);
    }

    long arg(int taken) {
        return records.arg(taken);
    }

    private int pendingSlot(long handle) {
        int slot = records.slotOf(handle);
        if (slot == NONE) {
            throw new IllegalArgumentException("the event is not pending any more, handle=" + handle);
        }
        return slot;
    }

    private void insert(int slot, long timePs, int priority) {
        if (wheel != null) {
            wheel.add(slot, timePs, priority);
            if (head != NONE && records.precedes(slot, head)) {
                head = slot;
            }
        } else {
            few.add(slot, timePs, priority);
        }
    }

    private void remove(int slot) {
        if (wheel != null) {
            if (head == slot) {
                head = NONE;
            }
            wheel.remove(slot);
        } else {
            few.remove(slot);
        }
    }

    private void becomeMany() {
        RadixWheel many = built;
        if (many == null) {
            many = new RadixWheel(records);
            many.reserve(highestPriority);
            built = many;
        }
        many.start(floorPs);
        while (few.size() > 0) {
            many.add(few.takeFirst());
        }
        head = NONE;
        wheel = many;
    }

    private void becomeFew(RadixWheel many) {
        for (int i = 0; i < size; i++) {
            int slot = many.take(Long.MAX_VALUE);
            few.add(slot, records.timePs(slot), records.priority(slot));
        }
        wheel = null;
    }

    private int head(RadixWheel many) {
        if (head == NONE) {
            head = many.peek();
        }
        return head;
    }

    private IllegalArgumentException tooEarly(long timePs) {
        return new IllegalArgumentException(
                "timePs must not lie before the last event taken at " + floorPs + ", timePs=" + timePs);
    }
}
