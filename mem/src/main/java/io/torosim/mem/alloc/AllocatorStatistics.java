package io.torosim.mem.alloc;

/**
 * The state of one core's share of memory. Sizes are payload without headers.
 *
 * @param areaBytes the core's area of RAM, headers and tables included
 * @param liveBlocks blocks in use, the allocator's own included
 * @param liveBytes what those blocks can hold
 * @param freeBlocks blocks on the core's free lists
 * @param freeBytes what those can hold
 * @param largestFreeBytes the largest of them
 * @param allocations successful requests so far, the allocator's own included
 * @param frees blocks given back so far
 * @param failures requests that ended in nil
 */
public record AllocatorStatistics(
        long areaBytes,
        long liveBlocks,
        long liveBytes,
        long freeBlocks,
        long freeBytes,
        long largestFreeBytes,
        long allocations,
        long frees,
        long failures) {}
