package io.torosim.mem.alloc;

import io.torosim.core.memory.SparseRam;

/**
 * A memory allocator whose whole state lies in guest memory. All of them share this face, so that an experiment can swap
 * one for another.
 *
 * <p>Every operation names the core that executes it. Address 0 is nil: returned when memory is exhausted. Each operation
 * takes simulated time, which is added up per core ({@link #busyPs}); the caller lets it pass on the vCPU. Deterministic,
 * confined to the simulation thread; an operation allocates no Java objects.
 */
public interface GuestAllocator {
    /** Returns one by binary buddies whose areas are prepared; only core 0 spends time on it. */
    static GuestAllocator buddy(SparseRam memory, MemoryAreas areas, AllocatorCosts costs) {
        return new BuddyAllocator(memory, areas, costs);
    }

    /** Returns one by two-level segregated fit whose areas are prepared; only core 0 spends time on it. */
    static GuestAllocator segregatedFit(SparseRam memory, MemoryAreas areas, AllocatorCosts costs) {
        return new SegregatedFitAllocator(memory, areas, costs);
    }

    /** Returns the number of cores; core ids are {@code [0, cpuCount)}. */
    int cpuCount();

    /**
     * Returns the address of {@code sizeBytes} bytes of undefined content, aligned to 8 where the areas are, or 0.
     *
     * @param cpuId the executing core
     * @param sizeBytes at least 0
     */
    long alloc(int cpuId, long sizeBytes);

    /**
     * Gives a block back, from any core.
     *
     * @throws MemoryPanic if the block is free already or its header is damaged
     */
    void free(int cpuId, long address);

    /**
     * Changes the size of a block, keeping the bytes that fit. Nil allocates, size 0 frees and returns 0; when memory is
     * exhausted it returns 0 and the old block stays.
     */
    long realloc(int cpuId, long address, long sizeBytes);

    /** Allocates and clears; returns 0 when memory is exhausted. */
    long calloc(int cpuId, long sizeBytes);

    /** Returns how many bytes the live block at {@code address} can hold. */
    long usableBytes(long address);

    /** Returns the state of one core's share. */
    AllocatorStatistics statistics(int cpuId);

    /** Returns the simulated time core {@code cpuId} has spent in here since power-on, in picoseconds. */
    long busyPs(int cpuId);

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
    record AllocatorStatistics(
            long areaBytes,
            long liveBlocks,
            long liveBytes,
            long freeBlocks,
            long freeBytes,
            long largestFreeBytes,
            long allocations,
            long frees,
            long failures) {}
}
