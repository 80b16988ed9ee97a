package io.torosim.mem.alloc;

/**
 * A memory allocator whose whole state lies in guest memory. All of them share this face, so that an experiment can swap
 * one for another.
 *
 * <p>Every operation names the core that executes it. Address 0 is nil: returned when memory is exhausted. Each operation
 * takes simulated time, which is added up per core ({@link #busyPs}); the caller lets it pass on the vCPU. Deterministic,
 * confined to the simulation thread; an operation allocates no Java objects.
 */
public interface GuestAllocator {
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
}
