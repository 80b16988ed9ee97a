package io.torosim.core.explore;

import java.util.Arrays;

/**
 * Numbers for sequences of words: equal sequences have one number, in the order in which they were first met. Exact: what has the same hash
 * is compared.
 */
final class WordTable {
    private long[] words = new long[1 << 10];
    private int[] starts = new int[1 << 8];
    private int[] index = new int[1 << 9];
    private int count;

    /** Returns the number of the first {@code length} words of {@code from}. */
    int numberOf(long[] from, int length) {
        int mask = index.length - 1;
        int slot = hash(from, 0, length) & mask;
        while (index[slot] != 0) {
            int number = index[slot] - 1;
            int start = starts[number];
            if (Arrays.equals(words, start, starts[number + 1], from, 0, length)) {
                return number;
            }
            slot = slot + 1 & mask;
        }
        return add(from, length, slot);
    }

    private int add(long[] from, int length, int slot) {
        int start = starts[count];
        if (start + length > words.length) {
            words = Arrays.copyOf(words, Math.max(start + length, larger(words.length)));
        }
        if (count + 2 > starts.length) {
            starts = Arrays.copyOf(starts, larger(starts.length));
        }
        System.arraycopy(from, 0, words, start, length);
        index[slot] = ++count;
        starts[count] = start + length;
        if (count * 2 > index.length) {
            rehash();
        }
        return count - 1;
    }

    private static int larger(int length) {
        return (int) Math.min(Integer.MAX_VALUE - 8, length * 2L);
    }

    private void rehash() {
        index = new int[index.length * 2];
        int mask = index.length - 1;
        for (int i = 0; i < count; i++) {
            int slot = hash(words, starts[i], starts[i + 1]) & mask;
            while (index[slot] != 0) {
                slot = slot + 1 & mask;
            }
            index[slot] = i + 1;
        }
    }

    private static int hash(long[] from, int start, int end) {
        long hash = 0x9e3779b97f4a7c15L;
        for (int i = start; i < end; i++) {
            hash = (hash ^ from[i]) * 0xff51afd7ed558ccdL;
            hash ^= hash >>> 32;
        }
        return (int) (hash ^ hash >>> 29);
    }

    /** Copies the words of a number. */
    void read(int number, long[] into) {
        int start = starts[number];
        System.arraycopy(words, start, into, 0, starts[number + 1] - start);
    }

    /** Returns how many sequences there are. */
    int count() {
        return count;
    }

    /** Returns the bytes that it holds. */
    long bytes() {
        return 8L * words.length + 4L * starts.length + 4L * index.length;
    }
}
