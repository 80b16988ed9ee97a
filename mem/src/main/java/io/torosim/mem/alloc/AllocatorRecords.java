package io.torosim.mem.alloc;

/**
 * Layout of one core's allocator record in guest memory, 1344 bytes, and of the block lists in it, 40 bytes each.
 *
 * <pre>
 * record:  0 Directory[0..29]   1200 PoolHeap   1240 PoolHeapChunk   1280 eight counters of 8 bytes   1344
 * list:    0 MaxAllocBlockCount  4 CurrentVirtualAlloc  8 TotalVirtualAlloc  12 Current  16 Total
 *         20 Capacity           24 Count               28 (padding)          32 List (pointer)
 * </pre>
 *
 * <p>Names, their order and the two sizes are Toro's. That the fields are 4 bytes wide follows from the size of 40; which
 * counters fill the last 64 bytes, and where the records lie in the kernel's data (here: in front of the first area), is
 * our choice. Nothing but statistics depends on it.
 */
final class AllocatorRecords {
    static final int BYTES = 1344;
    static final int LIST_BYTES = 40;
    static final int POOL_HEAP = SizeClass.COUNT * LIST_BYTES;
    static final int POOL_HEAP_CHUNK = POOL_HEAP + LIST_BYTES;
    static final int START_ADDRESS = 1280;
    static final int SIZE = 1288;
    static final int FREE_SIZE = 1296;
    static final int LIVE_BYTES = 1304;
    static final int LIVE_BLOCKS = 1312;
    static final int ALLOCATIONS = 1320;
    static final int FREES = 1328;
    static final int FAILURES = 1336;

    static final int LIST_MAX_ALLOC = 0;
    static final int LIST_CURRENT_BYTES = 4;
    static final int LIST_TOTAL_BYTES = 8;
    static final int LIST_CURRENT = 12;
    static final int LIST_TOTAL = 16;
    static final int LIST_CAPACITY = 20;
    static final int LIST_COUNT = 24;
    static final int LIST_ARRAY = 32;

    private AllocatorRecords() {}
}
