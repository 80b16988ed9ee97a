package io.torosim.core.event;

import java.util.ArrayList;
import java.util.List;

/** The pending events as the plainest thing that can be right: a list, sorted by (time, priority, scheduling order). */
final class SortedListModel {
    record Entry(long timePs, int priority, long sequence, long id) {
        boolean before(Entry other) {
            if (timePs != other.timePs) {
                return timePs < other.timePs;
            }
            return priority != other.priority ? priority < other.priority : sequence < other.sequence;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private long nextSequence;

    void schedule(long timePs, int priority, long id) {
        insert(new Entry(timePs, priority, nextSequence++, id));
    }

    boolean cancel(long id) {
        return entries.removeIf(e -> e.id == id);
    }

    boolean reschedule(long id, long timePs) {
        for (int i = 0; i < entries.size(); i++) {
            Entry e = entries.get(i);
            if (e.id == id) {
                entries.remove(i);
                insert(new Entry(timePs, e.priority, nextSequence++, id));
                return true;
            }
        }
        return false;
    }

    Entry first() {
        return entries.isEmpty() ? null : entries.get(0);
    }

    Entry take() {
        return entries.remove(0);
    }

    int size() {
        return entries.size();
    }

    private void insert(Entry entry) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).before(entry)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        entries.add(low, entry);
    }
}
