package io.torosim.guest.fs;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.function.LongUnaryOperator;

/**
 * The buffer heads of one block file: a ring of those in use and one of free ones, least recently freed at its end. Heads are numbered from 0;
 * their data lie in guest memory. A head that was taken and neither appended nor given back is lost, as when its reader is killed.
 */
final class BlockCache {
    /** Buffers of a cache of Toro ({@code MAX_BUFFERS_IN_CACHE}). */
    static final int MAX_BUFFERS = 5000;

    static final int BLOCK_BYTES = 512;
    static final int NONE = -1;

    private final LongUnaryOperator allocate;
    private final long[] blocks = new long[MAX_BUFFERS];
    private final int[] counts = new int[MAX_BUFFERS];
    private final long[] data = new long[MAX_BUFFERS];
    private final IntArrayList inUse = new IntArrayList();
    private final IntArrayList free = new IntArrayList();
    private int made;
    /** Elements that the last search looked at. */
    private int compared;

    BlockCache(LongUnaryOperator allocate) {
        this.allocate = allocate;
    }

    int compared() {
        return compared;
    }

    private int find(IntArrayList ring, long block) {
        for (int i = 0; i < ring.size(); i++) {
            if (blocks[ring.getInt(i)] == block) {
                compared = i + 1;
                return ring.getInt(i);
            }
        }
        compared = ring.size();
        return NONE;
    }

    int findInUse(long block) {
        return find(inUse, block);
    }

    /** Looks among the free ones; one that is found is in use from now on. */
    int findFree(long block) {
        int head = find(free, block);
        if (head != NONE) {
            free.rem(head);
            inUse.add(head);
        }
        return head;
    }

    /** Returns a head for another block: a new one, or the oldest free one; {@link #NONE} if all are in use. */
    int take() {
        if (made < MAX_BUFFERS) {
            long at = allocate.applyAsLong(BLOCK_BYTES);
            if (at >= 0) {
                data[made] = at;
                return made++;
            }
        }
        return free.isEmpty() ? NONE : free.removeInt(free.size() - 1);
    }

    void append(int head, long block) {
        blocks[head] = block;
        inUse.add(head);
    }

    void get(int head) {
        counts[head]++;
    }

    /** {@code PutBlock}. */
    void put(int head) {
        if (--counts[head] == 0) {
            inUse.rem(head);
            free.add(0, head);
        }
    }

    long data(int head) {
        return data[head];
    }

    int inUseCount() {
        return inUse.size();
    }
}
