package io.torosim.core.event;

import java.util.Arrays;

/**
 * The events of the present instant when they are of several priority classes: one first-in first-out lane for each class
 * that occurs, lanes sorted by class. Adding to a known class is a binary search, taking is O(1); a class not seen in this
 * instant moves the lanes behind it. A million events at one instant thus cost no more than a million events.
 */
final class PriorityLanes {
    private final EventRecords records;
    private int[] priorities = new int[8];
    private int[] heads = new int[8];
    private int[] tails = new int[8];
    private int count;
    /** No lane before this one holds anything. */
    private int first;

    PriorityLanes(EventRecords records) {
        this.records = records;
    }

    /** Makes room for classes up to {@code priority}, so that nothing has to grow while events are on the move. */
    void reserve(int priority) {
        if (priority >= priorities.length) {
            int capacity = Integer.highestOneBit(priority) * 2;
            int[] newPriorities = Arrays.copyOf(priorities, capacity);
            int[] newHeads = Arrays.copyOf(heads, capacity);
            tails = Arrays.copyOf(tails, capacity);
            heads = newHeads;
            priorities = newPriorities;
        }
    }

    void close() {
        assert peek() == EventRecords.NONE;
        first = 0;
        count = 0;
    }

    /** Returns whether events of the present instant belong here; the lanes may have run empty meanwhile. */
    boolean isOpen() {
        return count > 0;
    }

    void add(int slot) {
        int priority = records.priority(slot);
        int lane = Arrays.binarySearch(priorities, 0, count, priority);
        if (lane < 0) {
            lane = -lane - 1;
            insertLane(lane, priority);
        }
        if (heads[lane] == EventRecords.NONE) {
            heads[lane] = slot;
            records.setLinks(slot, EventRecords.NONE, EventRecords.NONE);
        } else {
            records.setNext(tails[lane], slot);
            records.setLinks(slot, EventRecords.NONE, tails[lane]);
        }
        tails[lane] = slot;
        first = Math.min(first, lane);
    }

    void remove(int slot) {
        int lane = Arrays.binarySearch(priorities, 0, count, records.priority(slot));
        int next = records.next(slot);
        int previous = records.previous(slot);
        if (previous == EventRecords.NONE) {
            heads[lane] = next;
        } else {
            records.setNext(previous, next);
        }
        if (next == EventRecords.NONE) {
            tails[lane] = previous;
        } else {
            records.setPrevious(next, previous);
        }
    }

    /** Returns the next event, or {@link EventRecords#NONE} and is closed if all lanes are empty. */
    int peek() {
        while (first < count) {
            if (heads[first] != EventRecords.NONE) {
                return heads[first];
            }
            first++;
        }
        first = 0;
        count = 0;
        return EventRecords.NONE;
    }

    int take() {
        int slot = peek();
        if (slot != EventRecords.NONE) {
            remove(slot);
        }
        return slot;
    }

    private void insertLane(int lane, int priority) {
        System.arraycopy(priorities, lane, priorities, lane + 1, count - lane);
        System.arraycopy(heads, lane, heads, lane + 1, count - lane);
        System.arraycopy(tails, lane, tails, lane + 1, count - lane);
        priorities[lane] = priority;
        heads[lane] = EventRecords.NONE;
        tails[lane] = EventRecords.NONE;
        count++;
    }
}
