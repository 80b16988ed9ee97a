package io.torosim.mem.alloc;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.AllocatorStatistics;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.GuestAllocator.MemoryPanic;

/**
 * The binary buddy system with coalescing (Knowlton, "A fast storage allocator", CACM 8(10), 1965; Knuth, The Art of
 * Computer Programming, volume 1, section 2.5), one per core, in guest memory.
 *
 * <p>A block of order k is 2^k bytes at a multiple of 2^k from the start of the area, header included; its buddy differs in
 * bit k of that offset. Free blocks of an order form a doubly linked list. A freed block merges with its buddy as long as
 * that is whole and free. The area is first cut into the largest aligned blocks that fit.
 *
 * <pre>
 * header  63 .. 16 magic | 15 .. 8 order | 7 .. 1 zero | 0 free        free block: + 8 next, + 16 previous
 * area    0 list heads [41] of 8 bytes | counters | ... blocks, from offset 512
 * </pre>
 *
 * <p>Cost: O(orders) for each operation. A block is on its area's lists whichever core frees it.
 */
final class BuddyAllocator implements GuestAllocator {
    private static final int MIN_ORDER = 5; // header and two links need 24 bytes
    private static final int MAX_ORDER = 40;
    private static final int TABLE_BYTES = 512;
    private static final long MAGIC = 0x62_75_64_64_79_21L << 16; // "buddy!"
    private static final long MAGIC_MASK = -1L << 16;
    private static final long FREE = 1;

    private final AreaLedger ledger;
    private final SparseRam memory;

    /** Prepares all areas; only core 0 spends time on it. */
    BuddyAllocator(SparseRam memory, MemoryAreas areas, AllocatorCosts costs) {
        this.memory = memory;
        this.ledger = new AreaLedger(areas, costs);
        for (int cpu = 0; cpu < areas.cpuCount(); cpu++) {
            memory.fill(areas.areaStart(cpu), TABLE_BYTES, 0);
            long offset = TABLE_BYTES;
            while (offset + (1L << MIN_ORDER) <= areas.bytesPerCpu()) {
                int order = Long.numberOfTrailingZeros(offset);
                while (offset + (1L << order) > areas.bytesPerCpu()) {
                    order--;
                }
                push(0, cpu, areas.areaStart(cpu) + offset, order);
                offset += 1L << order;
            }
        }
    }

    @Override
    public long alloc(int cpuId, long sizeBytes) {
        ledger.begin(cpuId, sizeBytes);
        int order = orderFor(sizeBytes);
        int k = order;
        while (k <= MAX_ORDER && memory.load64(head(cpuId, k)) == 0) {
            k++;
            ledger.scan(cpuId, 1);
        }
        if (k > MAX_ORDER) {
            return ledger.fail(cpuId);
        }
        long block = memory.load64(head(cpuId, k));
        remove(cpuId, cpuId, block, k);
        while (k > order) {
            k--;
            push(cpuId, cpuId, block + (1L << k), k);
        }
        memory.store64(block, MAGIC | (long) order << 8);
        ledger.access(cpuId, 1);
        ledger.took(cpuId, (1L << order) - BlockHeader.BYTES);
        return block + BlockHeader.BYTES;
    }

    @Override
    public void free(int cpuId, long address) {
        ledger.begin(cpuId, 0);
        long block = address - BlockHeader.BYTES;
        int order = order(cpuId, address);
        int owner = ledger.owner(cpuId, block);
        long base = ledger.areas().areaStart(owner);
        ledger.gave(owner, (1L << order) - BlockHeader.BYTES);
        while (order < MAX_ORDER) {
            long buddyOffset = block - base ^ 1L << order;
            ledger.scan(cpuId, 1);
            if (buddyOffset < TABLE_BYTES
                    || buddyOffset + (1L << order) > ledger.areas().bytesPerCpu()) {
                break;
            }
            ledger.access(cpuId, 1);
            if (memory.load64(base + buddyOffset) != (MAGIC | (long) order << 8 | FREE)) {
                break;
            }
            remove(cpuId, owner, base + buddyOffset, order);
            memory.store64(base + buddyOffset, 0);
            memory.store64(block, 0); // the upper half's header must not be taken for one
            block = base + Math.min(block - base, buddyOffset);
            order++;
        }
        push(cpuId, owner, block, order);
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
        return (1L << order(0, address)) - BlockHeader.BYTES;
    }

    private static int orderFor(long sizeBytes) {
        long whole = Math.max(sizeBytes, (1L << MIN_ORDER) - BlockHeader.BYTES) + BlockHeader.BYTES;
        return 64 - Long.numberOfLeadingZeros(whole - 1);
    }

    private int order(int cpu, long address) {
        long header = memory.load64(address - BlockHeader.BYTES);
        if ((header & MAGIC_MASK) != MAGIC) {
            throw new MemoryPanic("block header is corrupted", cpu, address, header);
        }
        if ((header & FREE) != 0) {
            throw new MemoryPanic("block is free already", cpu, address, header);
        }
        return (int) (header >>> 8 & 0xff);
    }

    private long head(int cpu, int order) {
        return ledger.areas().areaStart(cpu) + 8L * order;
    }

    private void push(int cpu, int owner, long block, int order) {
        long next = memory.load64(head(owner, order));
        memory.store64(block, MAGIC | (long) order << 8 | FREE);
        memory.store64(block + 8, next);
        memory.store64(block + 16, 0);
        if (next != 0) {
            memory.store64(next + 16, block);
        }
        memory.store64(head(owner, order), block);
        ledger.freeBlock(owner, (1L << order) - BlockHeader.BYTES, 1);
        ledger.access(cpu, 6);
    }

    private void remove(int cpu, int owner, long block, int order) {
        long next = memory.load64(block + 8);
        long previous = memory.load64(block + 16);
        if (previous == 0) {
            memory.store64(head(owner, order), next);
        } else {
            memory.store64(previous + 8, next);
        }
        if (next != 0) {
            memory.store64(next + 16, previous);
        }
        ledger.freeBlock(owner, (1L << order) - BlockHeader.BYTES, -1);
        ledger.access(cpu, 4);
    }

    @Override
    public AllocatorStatistics statistics(int cpuId) {
        ledger.areas().checkCpu(cpuId);
        int order = MAX_ORDER;
        while (order >= MIN_ORDER && memory.load64(head(cpuId, order)) == 0) {
            order--;
        }
        return ledger.statistics(cpuId, order < MIN_ORDER ? 0 : (1L << order) - BlockHeader.BYTES);
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
