package io.torosim.virtio.testkit;

/**
 * A set of states by 128-bit hashes: two of a million states are taken for one with a probability of some 10^-27.
 */
final class StateSet {
    private long[] table = new long[1 << 13]; // pairs
    private int size;

    /** Returns whether the state is new. */
    boolean add(SearchState state) {
        if (4 * size > table.length) {
            grow();
        }
        long first = state.hash(0x9e3779b97f4a7c15L) | 1; // 0 marks a free place
        long second = state.hash(0xc2b2ae3d27d4eb4fL);
        if (put(table, first, second)) {
            size++;
            return true;
        }
        return false;
    }

    private static boolean put(long[] table, long first, long second) {
        int mask = table.length - 1;
        for (int at = (int) (first >>> 7) << 1 & mask; ; at = at + 2 & mask) {
            if (table[at] == 0) {
                table[at] = first;
                table[at + 1] = second;
                return true;
            }
            if (table[at] == first && table[at + 1] == second) {
                return false;
            }
        }
    }

    private void grow() {
        long[] larger = new long[2 * table.length];
        for (int i = 0; i < table.length; i += 2) {
            if (table[i] != 0) {
                put(larger, table[i], table[i + 1]);
            }
        }
        table = larger;
    }

    int size() {
        return size;
    }
}
