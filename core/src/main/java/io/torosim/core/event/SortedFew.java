package io.torosim.core.event;

/**
 * A handful of events in a sorted array, the next one last. With a few dozen this beats every clever structure: a new
 * event mostly lies near one end or moves some neighbours in the same cache lines, and nothing is linked.
 */
final class SortedFew {
    static final int CAPACITY = 48;

    private final EventRecords records;
    private final long[] times = new long[CAPACITY];
    private final int[] slots = new int[CAPACITY];
    private int size;

    SortedFew(EventRecords records) {
        this.records = records;
    }

    int size() {
        return size;
    }

    /** Adds an event behind those of the same time and class; there must be room. */
    void add(int slot, long time, int priority) {
        int i = size++;
        while (i > 0 && times[i - 1] <= time) {
            if (times[i - 1] == time && records.priority(slots[i - 1]) > priority) {
                break;
            }
            times[i] = times[i - 1];
            slots[i] = slots[i - 1];
            i--;
        }
        times[i] = time;
        slots[i] = slot;
    }

    void remove(int slot) {
        int i = size - 1;
        while (slots[i] != slot) {
            i--;
        }
        size--;
        for (; i < size; i++) {
            times[i] = times[i + 1];
            slots[i] = slots[i + 1];
        }
    }

    /** Returns the next event, which must exist. */
    int first() {
        return slots[size - 1];
    }

    long firstTimePs() {
        return times[size - 1];
    }

    int takeFirst() {
        return slots[--size];
    }
}
