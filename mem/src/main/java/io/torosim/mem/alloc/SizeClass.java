package io.torosim.mem.alloc;

/**
 * The 30 size classes of Toro's allocator (Memory.pas:GetSX): class 0 holds 0 bytes, class k holds 8 * 2^(k-1) bytes.
 * Toro finds small ones in a table of 1024 entries and the rest by a linear search; the result is the same as here, the
 * cost of the search is charged by the allocator.
 */
final class SizeClass {
    static final int COUNT = 30;
    static final long MAX_BLOCK_BYTES = 1L << 30;
    static final int LARGEST_SPLIT = 28;

    private static final long TABLE_LIMIT = 8192;
    private static final int FIRST_SEARCHED = 11;

    private SizeClass() {}

    /** Returns the smallest class that holds {@code sizeBytes}; at most {@link #MAX_BLOCK_BYTES}. */
    static int of(long sizeBytes) {
        return sizeBytes == 0 ? 0 : sizeBytes <= 8 ? 1 : 62 - Long.numberOfLeadingZeros(sizeBytes - 1);
    }

    static long bytes(int sizeClass) {
        return sizeClass == 0 ? 0 : 8L << sizeClass - 1;
    }

    /** Returns how many turns Toro's linear search takes for this size. */
    static int searchSteps(long sizeBytes) {
        return sizeBytes < TABLE_LIMIT ? 0 : of(sizeBytes) - FIRST_SEARCHED + 1;
    }
}
