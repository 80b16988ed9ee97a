package io.torosim.core.event;

import java.util.Arrays;

/**
 * A monotone radix wheel: the pending events once they are many.
 *
 * <p><b>The idea.</b> Write times in base 256. Let {@code base} be a time that no pending event and no future one lies
 * before. An event belongs to the <i>level</i> of the highest digit in which its time differs from {@code base} (level 0 if
 * they are equal), and there to the bucket of its own digit. Eight levels of 256 buckets hold every {@code long}. The next
 * event is in the lowest level that holds anything, in its lowest bucket: one bit mask over the levels and four words of
 * bits a level find it. A bucket of level 0 is one instant. A bucket of a higher level is <i>opened</i>: {@code base}
 * moves to its first instant and its events fall to lower levels; an event falls at most seven times, and one that is alone
 * in its bucket not at all; of two to four the next is looked for and the others stay, with {@code base} where it was. This is the radix heap of Ahuja, Mehlhorn, Orlin and Tarjan ("Faster algorithms for the
 * shortest path problem", 1990) with 256-way levels, laid out as a hierarchical timing wheel (Varghese and Lauck, 1987).
 *
 * <p><b>Why equal times keep their order.</b> Buckets are first-in first-out lists and are opened from the front. All events
 * of one time share a bucket at every moment. A bucket is opened before {@code base} enters it, and only from then on can
 * anything be put into the buckets below it; so those who fell stand before those who come.
 *
 * <p><b>Invariants.</b> (1) {@code base} is at most every pending time. (2) Where an event stands follows from its time and
 * {@code base} alone, hence removal needs no search and records hold no position. For (2), {@code base} enters a bucket only
 * when it is opened or its only event is taken. Looking ahead ({@link #peek}) therefore never moves {@code base}; it scans
 * the next bucket instead.
 *
 * <p><b>Priority classes.</b> A bucket of level 0 remembers whether it holds different classes. If so, its events move to
 * {@link PriorityLanes} when its instant comes, and so do later ones of that same instant.
 */
final class RadixWheel {
    private static final int NONE = EventRecords.NONE;
    /** A list of so many is looked through rather than opened. */
    private static final int SHORT = 4;

    private final EventRecords records;
    private final PriorityLanes lanes;
    private final int[] heads = new int[8 * 256];
    private final int[] tails = new int[8 * 256];
    /** A bit for each bucket that holds something; four words a level. */
    private final long[] occupied = new long[8 * 4];
    /** A bit for each bucket of level 0 that holds different classes. */
    private final long[] mixed = new long[4];

    /** The class of the first event of each bucket of level 0; looking it up through the tail would wait for two loads. */
    private final int[] classes = new int[256];
    /** A bit for each level that holds something. */
    private int levels;

    private long basePs;

    RadixWheel(EventRecords records) {
        this.records = records;
        this.lanes = new PriorityLanes(records);
        Arrays.fill(heads, NONE);
    }

    /** Begins anew at {@code basePs}; the wheel must be empty. */
    void start(long basePs) {
        assert levels == 0;
        lanes.close();
        this.basePs = basePs;
    }

    /** Makes room for priority classes up to {@code priority}. */
    void reserve(int priority) {
        lanes.reserve(priority);
    }

    void add(int slot) {
        long time = records.timePs(slot);
        int shift = shiftOf(time);
        if (shift == 0) {
            addToInstant(slot, time, records.priority(slot));
        } else {
            append(slot, bucketOf(time, shift));
        }
    }

    /** Adds an event whose time and class are at hand. */
    void add(int slot, long time, int priority) {
        assert time >= basePs;
        int shift = shiftOf(time);
        if (shift == 0) {
            addToInstant(slot, time, priority);
        } else {
            append(slot, bucketOf(time, shift));
        }
    }

    void remove(int slot) {
        long time = records.timePs(slot);
        if (time == basePs && lanes.isOpen()) {
            lanes.remove(slot);
            return;
        }
        int bucket = bucketOf(time, shiftOf(time));
        int next = records.next(slot);
        int previous = records.previous(slot); // stale at the head of a list
        if (heads[bucket] == slot) {
            heads[bucket] = next;
            if (next == NONE) {
                clear(bucket);
                return;
            }
        } else {
            records.setNext(previous, next);
        }
        if (next == NONE) {
            tails[bucket] = previous;
        } else {
            records.setPrevious(next, previous);
        }
    }

    /** Removes and returns the next event if its time is at most {@code limitPs}, else {@link EventRecords#NONE}. */
    int take(long limitPs) {
        if (lanes.isOpen()) {
            int slot = lanes.take();
            if (slot != NONE) {
                return slot;
            }
        }
        while (levels != 0) {
            int level = Integer.numberOfTrailingZeros(levels);
            int bucket = firstBucket(level);
            int head = heads[bucket];
            if (level == 0) {
                long time = (basePs & ~0xffL) | bucket;
                if (time > limitPs) {
                    return NONE;
                }
                basePs = time;
                if ((mixed[bucket >>> 6] >>> bucket & 1) != 0) {
                    openLanes(bucket);
                    return lanes.take();
                }
                removeHead(bucket, head);
                return head;
            }
            int tail = tails[bucket];
            if (tail == head) {
                long time = records.timePs(head);
                if (time > limitPs) {
                    return NONE;
                }
                basePs = time;
                clear(bucket);
                return head;
            }
            if (isShort(head, tail)) {
                return takeOfShort(bucket, head, limitPs);
            }
            int shift = level << 3;
            long startPs = (basePs & ((-1L << shift) << 8)) | ((long) (bucket & 0xff) << shift);
            if (startPs > limitPs) {
                return NONE;
            }
            basePs = startPs;
            clear(bucket);
            if (level > 1) {
                fallFromBothEnds(head, tail);
            } else {
                fall(head);
            }
        }
        return NONE;
    }

    /** Whether a list of at least two is one of at most {@link #SHORT}. */
    private boolean isShort(int head, int tail) {
        int slot = records.next(head);
        for (int length = 2; length < SHORT; length++) {
            if (slot == tail) {
                return true;
            }
            slot = records.next(slot);
        }
        return slot == tail;
    }

    /** Takes the next of a few events out of their list, which stays closed, if its time is at most {@code limitPs}. */
    private int takeOfShort(int bucket, int head, long limitPs) {
        int best = head;
        int beforeBest = NONE;
        long bestPs = records.timePs(head);
        int before = head;
        for (int slot = records.next(head); slot != NONE; slot = records.next(slot)) {
            long time = records.timePs(slot);
            if (time < bestPs || time == bestPs && records.priority(slot) < records.priority(best)) {
                best = slot;
                bestPs = time;
                beforeBest = before;
            }
            before = slot;
        }
        if (bestPs > limitPs) {
            return NONE;
        }
        int next = records.next(best);
        if (beforeBest == NONE) {
            heads[bucket] = next;
        } else {
            records.setNext(beforeBest, next);
        }
        if (next == NONE) {
            tails[bucket] = beforeBest;
        } else {
            records.setPrevious(next, beforeBest);
        }
        return best;
    }

    /** Returns the next event without taking it, or {@link EventRecords#NONE}. O(events in the next bucket). */
    int peek() {
        if (lanes.isOpen()) {
            int slot = lanes.peek();
            if (slot != NONE) {
                return slot;
            }
        }
        if (levels == 0) {
            return NONE;
        }
        int bucket = firstBucket(Integer.numberOfTrailingZeros(levels));
        int best = heads[bucket];
        if (bucket < 256 && (mixed[bucket >>> 6] >>> bucket & 1) == 0) {
            return best;
        }
        for (int slot = records.next(best); slot != NONE; slot = records.next(slot)) {
            if (records.precedes(slot, best)) {
                best = slot;
            }
        }
        return best;
    }

    private void addToInstant(int slot, long time, int priority) {
        if (time == basePs && lanes.isOpen()) {
            lanes.add(slot);
            return;
        }
        int bucket = (int) time & 0xff;
        if (heads[bucket] == NONE) {
            classes[bucket] = priority;
        } else if (classes[bucket] != priority) {
            mixed[bucket >>> 6] |= 1L << bucket;
        }
        append(slot, bucket);
    }

    private void append(int slot, int bucket) {
        if (heads[bucket] == NONE) {
            heads[bucket] = slot;
            occupied[bucket >>> 6] |= 1L << bucket;
            levels |= 1 << (bucket >>> 8);
            records.setLinks(slot, NONE, NONE);
        } else {
            int tail = tails[bucket];
            records.setNext(tail, slot);
            records.setLinks(slot, NONE, tail);
        }
        tails[bucket] = slot;
    }

    private void removeHead(int bucket, int head) {
        int next = records.next(head);
        if (next == NONE) {
            clear(bucket);
        } else {
            heads[bucket] = next;
        }
    }

    /** Marks a bucket as empty. */
    private void clear(int bucket) {
        heads[bucket] = NONE;
        int word = bucket >>> 6;
        occupied[word] &= ~(1L << bucket);
        int level = bucket >>> 8;
        if (level == 0) {
            mixed[word] &= ~(1L << bucket);
        }
        int w = level << 2;
        if ((occupied[w] | occupied[w + 1] | occupied[w + 2] | occupied[w + 3]) == 0) {
            levels &= ~(1 << level);
        }
    }

    /** Spreads a list over the levels below the one it stood in. */
    private void fall(int head) {
        int slot = head;
        while (slot != NONE) {
            int next = records.next(slot);
            add(slot);
            slot = next;
        }
    }

    /**
     * The same for a list that may be long. A list is a chain of loads, each of which waits for the one before: of a million events each waits
     * for memory. So a second walk comes from the tail and brings that half into the caches meanwhile.
     */
    private void fallFromBothEnds(int head, int tail) {
        int slot = head;
        int ahead = tail;
        while (slot != ahead) {
            int next = records.next(slot);
            int before = records.previous(ahead);
            records.lookAt(slot);
            records.lookAt(ahead);
            add(slot);
            slot = next;
            if (slot == ahead) {
                break;
            }
            ahead = before;
        }
        fall(slot);
    }

    private void openLanes(int bucket) {
        int slot = heads[bucket];
        clear(bucket);
        while (slot != NONE) {
            int next = records.next(slot);
            lanes.add(slot);
            slot = next;
        }
    }

    private int firstBucket(int level) {
        int w = level << 2;
        while (occupied[w] == 0) {
            w++;
        }
        return (w << 6) + Long.numberOfTrailingZeros(occupied[w]);
    }

    /** Returns eight times the level at which {@code time} stands. */
    private int shiftOf(long time) {
        return (63 - Long.numberOfLeadingZeros((time ^ basePs) | 1)) & ~7;
    }

    private static int bucketOf(long time, int shift) {
        return (shift << 5) + ((int) (time >>> shift) & 0xff);
    }
}
