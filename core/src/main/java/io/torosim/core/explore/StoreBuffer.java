package io.torosim.core.explore;

/** The stores of one vCPU that others cannot see yet, oldest first. */
final class StoreBuffer {
    private final int[] words;
    private final int[] shapes;
    private final long[] values;
    int count;

    StoreBuffer(int depth) {
        words = new int[depth];
        shapes = new int[depth];
        values = new long[depth];
    }

    boolean full() {
        return count == words.length;
    }

    /** A shape is the offset in the word times 16 plus the width. */
    void add(int word, int shape, long value) {
        words[count] = word;
        shapes[count] = shape;
        values[count++] = value;
    }

    int oldestWord() {
        return words[0];
    }

    /** Returns what the word becomes when the oldest store reaches it, and forgets that store. */
    long takeOldest(long before) {
        long after = merge(before, shapes[0], values[0]);
        count--;
        System.arraycopy(words, 1, words, 0, count);
        System.arraycopy(shapes, 1, shapes, 0, count);
        System.arraycopy(values, 1, values, 0, count);
        return after;
    }

    /** Returns the word as its own vCPU sees it. */
    long seen(int word, long inMemory) {
        long value = inMemory;
        for (int i = 0; i < count; i++) {
            if (words[i] == word) {
                value = merge(value, shapes[i], values[i]);
            }
        }
        return value;
    }

    static long merge(long before, int shape, long value) {
        int width = shape & 15;
        if (width == 8) {
            return value;
        }
        int shift = 8 * (shape >> 4);
        long mask = (1L << 8 * width) - 1 << shift;
        return before & ~mask | value << shift & mask;
    }

    int save(long[] into, int at) {
        int next = at;
        for (int i = 0; i < count; i++) {
            into[next++] = (long) words[i] << 8 | shapes[i];
            into[next++] = values[i];
        }
        return next;
    }

    int restore(long[] from, int at, int stores) {
        int next = at;
        count = stores;
        for (int i = 0; i < stores; i++) {
            words[i] = (int) (from[next] >> 8);
            shapes[i] = (int) from[next++] & 255;
            values[i] = from[next++];
        }
        return next;
    }
}
