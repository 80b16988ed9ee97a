package io.torosim.mem.alloc;

import io.torosim.core.memory.GuestMemory;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.GuestAllocator.MemoryPanic;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;

/**
 * Toro's private heaps (Memory.pas, XHeap procedures): 128 KiB for each thread, from which small requests are cut by moving
 * a pointer, and which is given back as a whole. All state lies in guest memory, in a record of 3176 bytes at the heap's
 * start.
 *
 * <p>A request of 1 MiB or more becomes a large block of the shared allocator, at most 128 of them; when the heap is full it
 * goes on in chunks of 1 MiB. Freeing a single block only marks it. A scratch heap can be stacked on a heap; requests go
 * to the topmost. Released heaps and chunks wait in the executing core's pools (at most 1024 and 128).
 *
 * <p>Layout of the record (names and sizes are Toro's, the order is ours):
 *
 * <pre>
 *   0 Current (start of chunk)   8 Offset     16 Capacity    24 ChunkCount   32 LargeBlockCount   40 StackCount
 * 104 Chunks[128]             1128 LargeBlocks[128]        2152 Stack[128]                        3176 end
 * </pre>
 */
final class PrivateHeaps {
    /** Bytes of a heap (Memory.pas: XHEAP_INITIAL_CAPACITY). */
    public static final long HEAP_BYTES = 131072;
    /** Bytes of a further chunk (Memory.pas: XHEAP_CHUNK_CAPACITY). */
    public static final long CHUNK_BYTES = 1 << 20;
    /** Most chunks, large blocks and stacked heaps of one heap. */
    public static final int MAX = 128;
    /** Most heaps in a core's pool. */
    public static final int POOL_MAX_HEAPS = 1024;
    /** Most chunks in a core's pool. */
    public static final int POOL_MAX_CHUNKS = 128;

    static final int RECORD_BYTES = 3176;
    private static final int CURRENT = 0;
    private static final int OFFSET = 8;
    private static final int CAPACITY = 16;
    private static final int CHUNK_COUNT = 24;
    private static final int LARGE_COUNT = 32;
    private static final int STACK_COUNT = 40;
    private static final int CHUNKS = 104;
    private static final int LARGE_BLOCKS = CHUNKS + 8 * MAX;
    private static final int STACK = LARGE_BLOCKS + 8 * MAX;

    private final ToroAllocator allocator;
    private final GuestMemory memory;

    /** Creates the heaps of {@code allocator}. */
    public PrivateHeaps(ToroAllocator allocator) {
        this.allocator = allocator;
        this.memory = allocator.memory();
    }

    /** Returns a fresh heap, from the core's pool if it has one, or 0 when memory is exhausted. */
    public long acquire(int cpuId) {
        allocator.areas().checkCpu(cpuId);
        long heap = allocator.poolTake(cpuId, AllocatorRecords.POOL_HEAP);
        if (heap == 0) {
            heap = allocator.alloc(cpuId, HEAP_BYTES);
        }
        if (heap != 0) {
            memory.store64(heap + CURRENT, heap);
            memory.store64(heap + OFFSET, RECORD_BYTES);
            memory.store64(heap + CAPACITY, HEAP_BYTES);
            memory.store64(heap + CHUNK_COUNT, 0);
            memory.store64(heap + LARGE_COUNT, 0);
            memory.store64(heap + STACK_COUNT, 0);
            allocator.charge(cpuId, 6 * allocator.costs().accessPs());
        }
        return heap;
    }

    /**
     * Returns a block of the heap, or of the topmost heap stacked on it; 0 when memory, or the heap's tables, are exhausted.
     *
     * @param sizeBytes at least 0, rounded up to a multiple of 8
     */
    public long alloc(int cpuId, long heap, long sizeBytes) {
        allocator.areas().checkCpu(cpuId);
        MemoryAreas.checkSize(sizeBytes);
        long depth = memory.load64(heap + STACK_COUNT);
        if (depth > 0) {
            return alloc(cpuId, memory.load64(heap + STACK + 8 * (depth - 1)), sizeBytes);
        }
        long size = sizeBytes + 7 & ~7L;
        allocator.charge(cpuId, 4 * allocator.costs().accessPs());
        if (size >= CHUNK_BYTES) {
            return allocLarge(cpuId, heap, size);
        }
        long block = size + BlockHeader.BYTES;
        if (memory.load64(heap + OFFSET) + block >= memory.load64(heap + CAPACITY)) {
            if (block >= CHUNK_BYTES || !addChunk(cpuId, heap)) {
                return 0; // a request between a chunk less its header and a chunk fits nowhere
            }
        }
        long offset = memory.load64(heap + OFFSET);
        long header = memory.load64(heap + CURRENT) + offset;
        memory.store64(header, BlockHeader.ofPrivate(size));
        memory.store64(heap + OFFSET, offset + block);
        return header + BlockHeader.BYTES;
    }

    private long allocLarge(int cpu, long heap, long size) {
        long count = memory.load64(heap + LARGE_COUNT);
        if (count == MAX) {
            return 0;
        }
        long block = allocator.alloc(cpu, size);
        if (block != 0) {
            memory.store64(heap + LARGE_BLOCKS + 8 * count, block);
            memory.store64(heap + LARGE_COUNT, count + 1);
        }
        return block;
    }

    private boolean addChunk(int cpu, long heap) {
        long count = memory.load64(heap + CHUNK_COUNT);
        if (count == MAX) {
            return false;
        }
        long chunk = allocator.poolTake(cpu, AllocatorRecords.POOL_HEAP_CHUNK);
        if (chunk == 0) {
            chunk = allocator.alloc(cpu, CHUNK_BYTES);
        }
        if (chunk == 0) {
            return false;
        }
        memory.store64(heap + CHUNKS + 8 * count, chunk);
        if (!allocator.has(MemQuirk.CHUNK_LEAK)) {
            memory.store64(heap + CHUNK_COUNT, count + 1);
        }
        memory.store64(heap + CURRENT, chunk);
        memory.store64(heap + OFFSET, 0);
        memory.store64(heap + CAPACITY, CHUNK_BYTES);
        return true;
    }

    /** Stacks a scratch heap: requests go to it until {@link #unstack}. Returns it, or 0 if there is no room for one. */
    public long stack(int cpuId, long heap) {
        long depth = memory.load64(heap + STACK_COUNT);
        long scratch = depth == MAX ? 0 : acquire(cpuId);
        if (scratch != 0) {
            memory.store64(heap + STACK + 8 * depth, scratch);
            memory.store64(heap + STACK_COUNT, depth + 1);
        }
        return scratch;
    }

    /**
     * Releases the topmost scratch heap with all that was allocated from it.
     *
     * @throws IllegalStateException if none is stacked
     */
    public void unstack(int cpuId, long heap) {
        long depth = memory.load64(heap + STACK_COUNT);
        if (depth == 0) {
            throw new IllegalStateException("no scratch heap is stacked on heap 0x" + Long.toHexString(heap));
        }
        memory.store64(heap + STACK_COUNT, depth - 1);
        release(cpuId, memory.load64(heap + STACK + 8 * (depth - 1)));
    }

    /**
     * Gives the heap back with everything in it; heaps stacked on it too.
     *
     * @throws MemoryPanic if its record counts more than there can be: something has written over it
     */
    public void release(int cpuId, long heap) {
        check(cpuId, heap, STACK_COUNT);
        check(cpuId, heap, LARGE_COUNT);
        check(cpuId, heap, CHUNK_COUNT);
        while (memory.load64(heap + STACK_COUNT) > 0) {
            unstack(cpuId, heap);
        }
        long large = memory.load64(heap + LARGE_COUNT);
        for (long i = 0; i < large; i++) {
            allocator.free(cpuId, memory.load64(heap + LARGE_BLOCKS + 8 * i));
        }
        long chunks = memory.load64(heap + CHUNK_COUNT);
        for (long i = 0; i < chunks; i++) {
            give(cpuId, AllocatorRecords.POOL_HEAP_CHUNK, POOL_MAX_CHUNKS, memory.load64(heap + CHUNKS + 8 * i));
        }
        give(cpuId, AllocatorRecords.POOL_HEAP, POOL_MAX_HEAPS, heap);
    }

    private void check(int cpu, long heap, int field) {
        long count = memory.load64(heap + field);
        if (count < 0 || count > MAX) {
            throw new MemoryPanic("record of a private heap is corrupted", cpu, heap, count);
        }
    }

    private void give(int cpu, int pool, int limit, long block) {
        if (!allocator.poolPut(cpu, pool, limit, block)) {
            allocator.free(cpu, block);
        }
    }
}
