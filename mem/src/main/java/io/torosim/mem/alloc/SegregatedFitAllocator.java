package io.torosim.mem.alloc;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.AllocatorStatistics;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.GuestAllocator.MemoryPanic;

/**
 * Two-level segregated fit with immediate coalescing (Masmano, Ripoll, Crespo, Real, "TLSF: a new dynamic memory allocator
 * for real-time systems", ECRTS 2004), one per core, in guest memory.
 *
 * <p>Sizes are multiples of 8, at least 24. Free blocks of about one size form a doubly linked list: the first level is
 * the power of two, the second one of 16 steps in it; bitmaps find the first list that surely fits in constant time. The
 * boundary tags of Knuth merge a freed block with both neighbours at once: a header knows whether the block before it is
 * free, and a free block's last eight bytes repeat its size.
 *
 * <pre>
 * header   63 .. 48 magic | 47 .. 2 size / 4 | 1 previous free | 0 free       free: + 8 next, + 16 previous, last 8: size
 * area     0 first-level bitmap | 8 second-level bitmaps [64] of 8 | 520 list heads [64][16] of 8 | 8712 blocks | end mark
 * </pre>
 *
 * <p>Cost: O(1) for each operation. A block is on its area's lists whichever core frees it.
 *
 * <p>A {@link GuestAllocator} to hold beside {@link ToroAllocator}: the word before a block is a {@link BlockHeader} as there; {@link AreaLedger} counts
 * what is in use.
 */
final class SegregatedFitAllocator implements GuestAllocator {
    private static final long MIN_BYTES = 24;
    private static final int STEPS_LOG2 = 4;
    private static final int SECOND = 8;
    private static final int HEADS = SECOND + 64 * 8;
    private static final int BLOCKS = HEADS + 64 * 16 * 8;
    private static final long FREE = 1;
    private static final long PREVIOUS_FREE = 2;
    private static final long SIZE_MASK = 0xFFFF_FFFF_FFF8L;
    private static final long MAGIC = 0x7466L << 48; // "tf"
    private static final long MAGIC_MASK = 0xFFFFL << 48;

    private final AreaLedger ledger;
    private final SparseRam memory;

    /** Prepares all areas; only core 0 spends time on it. */
    SegregatedFitAllocator(SparseRam memory, MemoryAreas areas, AllocatorCosts costs) {
        this.memory = memory;
        this.ledger = new AreaLedger(areas, costs);
        for (int cpu = 0; cpu < areas.cpuCount(); cpu++) {
            long start = areas.areaStart(cpu);
            memory.fill(start, BLOCKS, 0);
            long size = (areas.bytesPerCpu() & ~7L) - BLOCKS - 2 * BlockHeader.BYTES;
            memory.store64(start + BLOCKS + BlockHeader.BYTES + size, MAGIC); // a used block of size 0 ends the area
            insert(0, cpu, start + BLOCKS, size, 0);
        }
    }

    @Override
    public long alloc(int cpuId, long sizeBytes) {
        ledger.begin(cpuId, sizeBytes);
        long size = Math.max(MIN_BYTES, sizeBytes + 7 & ~7L);
        long base = ledger.areas().areaStart(cpuId);
        int list = sizeBytes > ledger.areas().bytesPerCpu() ? -1 : firstFitting(cpuId, base, size);
        if (list < 0) {
            return ledger.fail(cpuId);
        }
        long block = memory.load64(base + HEADS + 8L * list);
        long found = memory.load64(block) & SIZE_MASK;
        remove(cpuId, cpuId, block, found);
        long flags = memory.load64(block) & PREVIOUS_FREE;
        if (found - size >= MIN_BYTES + BlockHeader.BYTES) {
            long rest = block + BlockHeader.BYTES + size;
            insert(cpuId, cpuId, rest, found - size - BlockHeader.BYTES, 0);
            found = size;
        } else {
            long after = block + BlockHeader.BYTES + found;
            memory.store64(after, memory.load64(after) & ~PREVIOUS_FREE);
        }
        memory.store64(block, MAGIC | found | flags);
        ledger.access(cpuId, 5);
        ledger.took(cpuId, found);
        return block + BlockHeader.BYTES;
    }

    @Override
    public void free(int cpuId, long address) {
        ledger.begin(cpuId, 0);
        long block = address - BlockHeader.BYTES;
        long header = checkedHeader(cpuId, address);
        int owner = ledger.owner(cpuId, block);
        long size = header & SIZE_MASK;
        ledger.gave(owner, size);
        long after = block + BlockHeader.BYTES + size;
        long next = memory.load64(after);
        if ((next & FREE) != 0) {
            remove(cpuId, owner, after, next & SIZE_MASK);
            memory.store64(after, 0);
            size += BlockHeader.BYTES + (next & SIZE_MASK);
        }
        long flags = header & PREVIOUS_FREE;
        if (flags != 0) {
            long before = memory.load64(block - 8);
            memory.store64(block, 0); // swallowed: must not be taken for a header
            block -= BlockHeader.BYTES + before;
            flags = memory.load64(block) & PREVIOUS_FREE;
            remove(cpuId, owner, block, before);
            size += BlockHeader.BYTES + before;
        }
        ledger.access(cpuId, 4);
        insert(cpuId, owner, block, size, flags);
    }

    @Override
    public long realloc(int cpuId, long address, long sizeBytes) {
        return ledger.realloc(this, memory, cpuId, address, sizeBytes);
    }

    @Override
    public long calloc(int cpuId, long sizeBytes) {
        return ledger.calloc(this, memory, cpuId, sizeBytes);
    }

    @Override
    public long usableBytes(long address) {
        return checkedHeader(0, address) & SIZE_MASK;
    }

    private long checkedHeader(int cpu, long address) {
        long header = memory.load64(address - BlockHeader.BYTES);
        if ((header & MAGIC_MASK) != MAGIC) {
            throw new MemoryPanic("block header is corrupted", cpu, address, header);
        }
        if ((header & FREE) != 0) {
            throw new MemoryPanic("block is free already", cpu, address, header);
        }
        return header;
    }

    /** Returns the list of blocks of this size: sixteen for each power of two. */
    private static int listOf(long size) {
        int first = 63 - Long.numberOfLeadingZeros(size);
        return first << STEPS_LOG2 | (int) (size >>> first - STEPS_LOG2) & 15;
    }

    /** Returns the first list that is not empty and whose blocks are all large enough, or -1. */
    private int firstFitting(int cpu, long base, long size) {
        int first = 63 - Long.numberOfLeadingZeros(size);
        int list = listOf(size + (1L << first - STEPS_LOG2) - 1); // round up to the next step
        ledger.access(cpu, 3);
        first = list >>> STEPS_LOG2;
        long second = memory.load64(base + SECOND + 8L * first) & -1L << (list & 15);
        if (second == 0) {
            long higher = first == 63 ? 0 : memory.load64(base) & -1L << first + 1;
            if (higher == 0) {
                return -1;
            }
            first = Long.numberOfTrailingZeros(higher);
            second = memory.load64(base + SECOND + 8L * first);
        }
        return first << STEPS_LOG2 | Long.numberOfTrailingZeros(second);
    }

    private void insert(int cpu, int owner, long block, long size, long flags) {
        long base = ledger.areas().areaStart(owner);
        int list = listOf(size);
        long head = base + HEADS + 8L * list;
        long next = memory.load64(head);
        memory.store64(block, MAGIC | size | flags | FREE);
        memory.store64(block + 8, next);
        memory.store64(block + 16, 0);
        if (next != 0) {
            memory.store64(next + 16, block);
        }
        memory.store64(head, block);
        memory.store64(block + size, size); // the last eight bytes of the payload
        long after = block + BlockHeader.BYTES + size;
        memory.store64(after, memory.load64(after) | PREVIOUS_FREE);
        int first = list >>> STEPS_LOG2;
        memory.store64(base + SECOND + 8L * first, memory.load64(base + SECOND + 8L * first) | 1L << (list & 15));
        memory.store64(base, memory.load64(base) | 1L << first);
        ledger.freeBlock(owner, size, 1);
        ledger.access(cpu, 11);
    }

    private void remove(int cpu, int owner, long block, long size) {
        long base = ledger.areas().areaStart(owner);
        int list = listOf(size);
        long next = memory.load64(block + 8);
        long previous = memory.load64(block + 16);
        if (next != 0) {
            memory.store64(next + 16, previous);
        }
        if (previous != 0) {
            memory.store64(previous + 8, next);
        } else {
            memory.store64(base + HEADS + 8L * list, next);
            if (next == 0) {
                int first = list >>> STEPS_LOG2;
                long second = memory.load64(base + SECOND + 8L * first) & ~(1L << (list & 15));
                memory.store64(base + SECOND + 8L * first, second);
                if (second == 0) {
                    memory.store64(base, memory.load64(base) & ~(1L << first));
                }
            }
        }
        ledger.freeBlock(owner, size, -1);
        ledger.access(cpu, 5);
    }

    @Override
    public AllocatorStatistics statistics(int cpuId) {
        ledger.areas().checkCpu(cpuId);
        long base = ledger.areas().areaStart(cpuId);
        long firsts = memory.load64(base);
        long largest = 0;
        if (firsts != 0) {
            int first = 63 - Long.numberOfLeadingZeros(firsts);
            int second = 63 - Long.numberOfLeadingZeros(memory.load64(base + SECOND + 8L * first));
            long block = memory.load64(base + HEADS + 8L * (first << STEPS_LOG2 | second));
            for (; block != 0; block = memory.load64(block + 8)) {
                largest = Math.max(largest, memory.load64(block) & SIZE_MASK);
            }
        }
        return ledger.statistics(cpuId, largest);
    }

    @Override
    public int cpuCount() {
        return ledger.areas().cpuCount();
    }

    @Override
    public long busyPs(int cpuId) {
        return ledger.busyPs(cpuId);
    }
}
