package io.torosim.core.explore;

import java.util.Arrays;

/** Numbers in the order of adding. */
final class IntList {
    private int[] items = new int[16];
    private int size;

    void add(int item) {
        if (size == items.length) {
            items = Arrays.copyOf(items, (int) Math.min(Integer.MAX_VALUE - 8, size * 2L));
        }
        items[size++] = item;
    }

    int get(int at) {
        return items[at];
    }

    int size() {
        return size;
    }

    int[] toArray() {
        return Arrays.copyOf(items, size);
    }
}
