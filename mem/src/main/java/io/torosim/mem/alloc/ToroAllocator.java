package io.torosim.mem.alloc;

import static io.torosim.mem.alloc.AllocatorRecords.LIST_ARRAY;
import static io.torosim.mem.alloc.AllocatorRecords.LIST_BYTES;
import static io.torosim.mem.alloc.AllocatorRecords.LIST_CAPACITY;
import static io.torosim.mem.alloc.AllocatorRecords.LIST_COUNT;

import io.torosim.core.defect.Defects.Defect;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.AllocatorStatistics;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.GuestAllocator.MemoryPanic;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * Toro's memory manager of 2018-08-25 (commit 72b7e90, Memory.pas), bit for bit in guest memory.
 *
 * <p>The idea: 30 classes of power-of-two sizes; per core and class one LIFO array of pointers to free blocks, itself a
 * block of the allocator. A request takes the last pointer of its class. If there is none, the next larger block is cut:
 * its front serves the request, the rest is cut greedily into ever smaller blocks ({@link #splitChunk}). A block goes back
 * to the list that its 8-byte header names. Nothing merges, so the largest free block never grows. Interrupts are off
 * throughout; nothing guards against other cores.
 *
 * <p>Invariants, which {@link #violations} checks: the blocks of an area lie back to back and fill it; a block is on
 * exactly one list if and only if its free flag is set; the list's class is the header's; after every operation a list has
 * room for one more pointer. Where nothing is left for a longer list, a repaired allocator leaves a free block adrift until it merges.
 *
 * <p>Cost in simulated time: O(1) for a hit, up to 29 lists and as many headers for a miss, O(length) for a list growth.
 *
 * <p>The word before a block is a {@link BlockHeader}, the lists of a core are {@link AllocatorRecords}, a {@link SizeClass} is one of the thirty;
 * {@link AllocatorAudit} is what looks for broken invariants. {@link MemQuirk} names its defects.
 */
public final class ToroAllocator implements GuestAllocator {
    private static final int INITIAL_CAPACITY = 1024;
    private static final int LIST_CLASS = SizeClass.of(INITIAL_CAPACITY * 8);
    private static final int ARRAY_BYTES = BlockHeader.BYTES + INITIAL_CAPACITY * 8;
    /**
     * Places kept free in a list without {@link MemQuirk#NESTED_EXPANSION}. One growth puts at most two pointers on a list (a cut makes at most
     * one block of a class, and the old array is freed), and at most 30 lists grow in a row: 61 with the add that began it.
     */
    private static final int RESERVE = 64;

    /** Bytes at the start of every area that hold its 30 list arrays. */
    static final int DIRECTORY_BYTES = SizeClass.COUNT * ARRAY_BYTES;

    private final SparseRam memory;
    private final MemoryAreas areas;
    private final EnumSet<MemQuirk> quirks;
    private final AllocatorCosts costs;
    private final boolean noCoalescing;
    private final boolean nestedExpansion;
    private final boolean expansionRace;
    private final boolean wrongFreeSize;
    private final long records;
    private final PrivateHeaps privateHeaps;
    private final long[] busyPs;
    private boolean freedSinceMerge = true;
    private int cutting; // depth of operations that leave memory half cut, in which nothing may be merged or grown
    private int coresShort; // bit of every core of which a list runs short
    // Free blocks that are on no list, since theirs is full and cannot grow; a merge finds them by their flag.
    private final long[] adriftBlocks;
    private final long[] adriftBytes;

    /**
     * Prepares all areas, as core 0 does at boot.
     *
     * @param memory RAM that holds the areas; 10,752 bytes in front of them hold the records
     * @param areas the cores' areas
     * @param quirks which defects are on
     * @param costs what the steps cost
     * @throws io.torosim.core.memory.GuestMemory.GuestFault if an area lies outside RAM, or is no multiple of 8 bytes and
     *     {@link MemQuirk#SPLIT_UNDERFLOW} is on: the machine that does not boot
     */
    public ToroAllocator(SparseRam memory, MemoryAreas areas, EnumSet<MemQuirk> quirks, AllocatorCosts costs) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(areas, "areas");
        Objects.requireNonNull(quirks, "quirks");
        Objects.requireNonNull(costs, "costs");
        this.memory = memory;
        this.areas = areas;
        this.quirks = EnumSet.copyOf(quirks);
        this.costs = costs;
        this.noCoalescing = quirks.contains(MemQuirk.NO_COALESCING);
        this.nestedExpansion = quirks.contains(MemQuirk.NESTED_EXPANSION);
        this.expansionRace = quirks.contains(MemQuirk.EXPANSION_RACE);
        this.wrongFreeSize = quirks.contains(MemQuirk.WRONG_FREE_SIZE);
        this.records = areas.start() - (long) AllocatorRecords.BYTES * 8;
        this.privateHeaps = new PrivateHeaps(this);
        this.busyPs = new long[areas.cpuCount()];
        this.adriftBlocks = new long[areas.cpuCount()];
        this.adriftBytes = new long[areas.cpuCount()];
        for (int cpu = 0; cpu < areas.cpuCount(); cpu++) {
            initializeDirectory(cpu);
        }
        for (int cpu = 0; cpu < areas.cpuCount(); cpu++) {
            initializeList(record(cpu) + AllocatorRecords.POOL_HEAP, alloc(0, INITIAL_CAPACITY * 8));
            initializeList(record(cpu) + AllocatorRecords.POOL_HEAP_CHUNK, alloc(0, INITIAL_CAPACITY * 8));
        }
    }

    private void initializeDirectory(int cpu) {
        int owner = has(MemQuirk.BOOT_MEMORY_TAGGED_CPU_0) ? 0 : cpu;
        long start = areas.areaStart(cpu);
        long size = has(MemQuirk.SPLIT_UNDERFLOW) ? areas.bytesPerCpu() : areas.bytesPerCpu() & ~7L;
        long record = record(cpu);
        memory.fill(record, AllocatorRecords.BYTES, 0);
        memory.store64(record + AllocatorRecords.START_ADDRESS, start);
        memory.store64(record + AllocatorRecords.SIZE, size);
        for (int k = 0; k < SizeClass.COUNT; k++) {
            long at = start + (long) k * ARRAY_BYTES;
            memory.store64(at, BlockHeader.shared(owner, LIST_CLASS, false));
            initializeList(record + k * LIST_BYTES, at + BlockHeader.BYTES);
            charge(0, 4 * costs.accessPs());
        }
        count(owner, AllocatorRecords.LIVE_BLOCKS, SizeClass.COUNT);
        count(owner, AllocatorRecords.LIVE_BYTES, SizeClass.COUNT * SizeClass.bytes(LIST_CLASS));
        splitChunk(0, cpu, owner, start + DIRECTORY_BYTES, size - DIRECTORY_BYTES);
        growLists(0);
    }

    private void initializeList(long list, long array) {
        memory.store32(list + AllocatorRecords.LIST_MAX_ALLOC, INITIAL_CAPACITY);
        memory.store32(list + LIST_CAPACITY, INITIAL_CAPACITY);
        memory.store32(list + LIST_COUNT, 0);
        memory.store64(list + LIST_ARRAY, array);
    }

    // ------------------------------------------------------------------ the five operations

    @Override
    public long alloc(int cpuId, long sizeBytes) {
        areas.checkCpu(cpuId);
        MemoryAreas.checkSize(sizeBytes);
        charge(cpuId, costs.lapicIdReadPs() + costs.interruptTogglePs());
        if (sizeBytes > SizeClass.MAX_BLOCK_BYTES) {
            count(cpuId, AllocatorRecords.FAILURES, 1);
            return 0;
        }
        int sizeClass = SizeClass.of(sizeBytes);
        charge(cpuId, costs.accessPs() + SizeClass.searchSteps(sizeBytes) * costs.scanStepPs());
        long block = take(cpuId, sizeClass);
        if (block == 0 && mayMerge() && freedSinceMerge) {
            mergeFreeBlocks(cpuId);
            block = take(cpuId, sizeClass);
        }
        growLists(cpuId);
        if (block == 0) {
            count(cpuId, AllocatorRecords.FAILURES, 1); // Toro prints "ran out of memory" and returns nil
        }
        return block;
    }

    @Override
    public void free(int cpuId, long address) {
        areas.checkCpu(cpuId);
        long header = memory.load64(address - BlockHeader.BYTES);
        charge(cpuId, costs.interruptTogglePs() + 2 * costs.accessPs());
        if (BlockHeader.isFree(header)) {
            throw new MemoryPanic("block is free already", cpuId, address, header);
        }
        if (BlockHeader.isPrivate(header)) {
            memory.store64(address - BlockHeader.BYTES, header | BlockHeader.FREE);
            return;
        }
        int owner = BlockHeader.cpuId(header);
        int sizeClass = BlockHeader.sizeClass(header);
        if (owner >= areas.cpuCount() || sizeClass >= SizeClass.COUNT) {
            throw new MemoryPanic(
                    "block header is corrupted", cpuId, address, header); // Toro would index past its records
        }
        memory.store64(address - BlockHeader.BYTES, header | BlockHeader.FREE);
        freedSinceMerge = true;
        long bytes = SizeClass.bytes(sizeClass);
        count(owner, AllocatorRecords.LIVE_BYTES, -bytes);
        count(owner, AllocatorRecords.LIVE_BLOCKS, -1);
        count(owner, AllocatorRecords.FREES, 1);
        count(owner, AllocatorRecords.FREE_SIZE, bytes);
        long list = list(owner, sizeClass);
        addTo32(list + AllocatorRecords.LIST_CURRENT, -1);
        addTo32(list + AllocatorRecords.LIST_CURRENT_BYTES, -(int) bytes);
        blockListAdd(cpuId, list, address);
        growLists(cpuId);
    }

    @Override
    public long realloc(int cpuId, long address, long sizeBytes) {
        MemoryAreas.checkSize(sizeBytes);
        if (address == 0) {
            return alloc(cpuId, sizeBytes);
        }
        if (sizeBytes == 0) {
            free(cpuId, address);
            return 0;
        }
        long header = memory.load64(address - BlockHeader.BYTES);
        charge(cpuId, costs.accessPs());
        long oldBytes;
        if (!BlockHeader.isPrivate(header)) {
            oldBytes = SizeClass.bytes(checkedClass(cpuId, address, header));
        } else {
            oldBytes = has(MemQuirk.PRIVATE_REALLOC_LOSES_DATA) ? 0 : BlockHeader.privateBytes(header);
        }
        if (sizeBytes <= oldBytes) {
            return address;
        }
        long block = alloc(cpuId, sizeBytes);
        if (block != 0) {
            move(cpuId, address, block, oldBytes);
            free(cpuId, address);
        }
        return block;
    }

    @Override
    public long calloc(int cpuId, long sizeBytes) {
        long block = alloc(cpuId, sizeBytes);
        if (block != 0) {
            memory.fill(block, sizeBytes, 0);
            charge(cpuId, costs.fillPs(sizeBytes));
        }
        return block;
    }

    /**
     * Returns what Memory.pas:GetPointerSize returns for the block at {@code address}, which with
     * {@link MemQuirk#POINTER_SIZE_SWAPPED} is the other kind's reading of the header. Classes beyond 29 give 0.
     */
    public long pointerSize(long address) {
        long header = memory.load64(address - BlockHeader.BYTES);
        if (BlockHeader.isPrivate(header) != has(MemQuirk.POINTER_SIZE_SWAPPED)) {
            return BlockHeader.privateBytes(header);
        }
        int sizeClass = BlockHeader.sizeClass(header);
        return sizeClass < SizeClass.COUNT ? SizeClass.bytes(sizeClass) : 0;
    }

    @Override
    public long usableBytes(long address) {
        long header = memory.load64(address - BlockHeader.BYTES);
        return BlockHeader.isPrivate(header)
                ? BlockHeader.privateBytes(header)
                : SizeClass.bytes(checkedClass(0, address, header));
    }

    // ------------------------------------------------------------------ cutting and lists

    /** Takes a block of the class off the core's own lists, or returns 0. */
    private long take(int cpu, int sizeClass) {
        long list = list(cpu, sizeClass);
        boolean hit = memory.load32(list + LIST_COUNT) > 0;
        long block = hit ? removeLast(cpu, list) : obtainFromLargerChunk(cpu, sizeClass);
        if (block == 0) {
            return 0;
        }
        long header = memory.load64(block - BlockHeader.BYTES);
        if (!BlockHeader.isFree(header)) {
            throw new MemoryPanic("free block is corrupted", cpu, block, header);
        }
        memory.store64(block - BlockHeader.BYTES, header & ~BlockHeader.FREE);
        charge(cpu, 5 * costs.accessPs());
        long bytes = SizeClass.bytes(sizeClass);
        int owner = checkedOwner(cpu, block, header);
        count(owner, AllocatorRecords.LIVE_BYTES, bytes);
        count(owner, AllocatorRecords.LIVE_BLOCKS, 1);
        count(owner, AllocatorRecords.ALLOCATIONS, 1);
        count(cpu, AllocatorRecords.FREE_SIZE, hit || !wrongFreeSize ? -bytes : -2 * bytes);
        addTo32(list + AllocatorRecords.LIST_CURRENT, 1);
        addTo32(list + AllocatorRecords.LIST_TOTAL, 1);
        addTo32(list + AllocatorRecords.LIST_CURRENT_BYTES, (int) bytes);
        addTo32(list + AllocatorRecords.LIST_TOTAL_BYTES, (int) bytes);
        return block;
    }

    private long removeLast(int cpu, long list) {
        int count = memory.load32(list + LIST_COUNT) - 1;
        memory.store32(list + LIST_COUNT, count);
        charge(cpu, 3 * costs.accessPs());
        return memory.load64(memory.load64(list + LIST_ARRAY) + 8L * count);
    }

    private long obtainFromLargerChunk(int cpu, int sizeClass) {
        for (int k = sizeClass + 1; k < SizeClass.COUNT; k++) {
            charge(cpu, costs.scanStepPs() + costs.accessPs());
            if (memory.load32(list(cpu, k) + LIST_COUNT) > 0) {
                long block = removeLast(cpu, list(cpu, k));
                long header = memory.load64(block - BlockHeader.BYTES);
                memory.store64(block - BlockHeader.BYTES, BlockHeader.withClass(header, sizeClass));
                charge(cpu, 2 * costs.accessPs());
                long rest = SizeClass.bytes(k) - SizeClass.bytes(sizeClass);
                if (!wrongFreeSize) {
                    count(cpu, AllocatorRecords.FREE_SIZE, -rest);
                }
                splitChunk(cpu, cpu, cpu, block + SizeClass.bytes(sizeClass), rest);
                return block;
            }
        }
        long pool = record(cpu) + AllocatorRecords.POOL_HEAP; // where Directory[30] would be
        if (has(MemQuirk.POOLED_HEAP_TAKEN_FOR_BLOCK) && memory.load32(pool + LIST_COUNT) > 0) {
            return removeLast(cpu, pool);
        }
        return 0;
    }

    /**
     * Cuts {@code size} bytes into free blocks, always the largest class that fits with its header.
     *
     * @param cpu the executing core
     * @param lists the core on whose lists the blocks go
     * @param owner the core that their headers name
     */
    private void splitChunk(int cpu, int lists, int owner, long area, long size) {
        int blocks = 0;
        long bytes = 0;
        int last = 0;
        cutting++;
        while (size != 0) {
            last = largestFitting(size);
            memory.store64(area, BlockHeader.shared(owner, last, true));
            charge(cpu, costs.scanStepPs() + costs.accessPs());
            blockListAdd(cpu, list(lists, last), area + BlockHeader.BYTES);
            blocks++;
            bytes += SizeClass.bytes(last);
            area += BlockHeader.BYTES + SizeClass.bytes(last);
            size -= BlockHeader.BYTES + SizeClass.bytes(last); // below zero if fewer than 8 bytes were left
        }
        cutting--;
        count(lists, AllocatorRecords.FREE_SIZE, wrongFreeSize ? blocks * SizeClass.bytes(last) : bytes);
    }

    private static int largestFitting(long size) {
        if (size < 0) {
            return SizeClass.LARGEST_SPLIT; // unsigned: close to 2^64
        }
        if (size < 16) {
            return 0;
        }
        return Math.min(SizeClass.LARGEST_SPLIT, 61 - Long.numberOfLeadingZeros(size - BlockHeader.BYTES));
    }

    private void blockListAdd(int cpu, long list, long block) {
        int count = memory.load32(list + LIST_COUNT);
        int capacity = memory.load32(list + LIST_CAPACITY);
        charge(cpu, 5 * costs.accessPs());
        if (expansionRace) {
            if (count == capacity) {
                blockListExpand(cpu, list);
            }
            append(list, block);
        } else if (nestedExpansion) {
            append(list, block);
            if (capacity - (count + 1) == 1) {
                blockListExpand(cpu, list);
            }
        } else if (capacity - count > 1) {
            append(list, block);
            if (runsShort(list)) {
                coresShort |= 1 << coreOf(list);
            }
        } else if (noCoalescing) {
            throw new MemoryPanic("no memory to expand a block list", cpu, memory.load64(list + LIST_ARRAY), capacity);
        } else {
            adriftBlocks[coreOf(list)]++;
            adriftBytes[coreOf(list)] +=
                    SizeClass.bytes(BlockHeader.sizeClass(memory.load64(block - BlockHeader.BYTES)));
        }
    }

    private void append(long list, long block) {
        int count = memory.load32(list + LIST_COUNT);
        memory.store64(memory.load64(list + LIST_ARRAY) + 8L * count, block);
        memory.store32(list + LIST_COUNT, count + 1);
    }

    /**
     * Without {@link MemQuirk#NESTED_EXPANSION}: when nothing is half cut, gives every list that runs short a longer array, one after another.
     * A list for which there is no memory now is asked again after the next add to it.
     */
    private void growLists(int cpu) {
        if (coresShort == 0 || cutting > 0) {
            return;
        }
        cutting++;
        while (coresShort != 0) {
            int core = Integer.numberOfTrailingZeros(coresShort);
            coresShort &= coresShort - 1;
            for (int k = 0; k < SizeClass.COUNT; k++) {
                long list = list(core, k);
                if (runsShort(list) && canServe(cpu, 16L * memory.load32(list + LIST_CAPACITY))) {
                    blockListExpand(cpu, list);
                }
            }
        }
        cutting--;
    }

    private boolean runsShort(long list) {
        return memory.load32(list + LIST_CAPACITY) - memory.load32(list + LIST_COUNT) < RESERVE;
    }

    private int coreOf(long list) {
        return (int) ((list - records) / AllocatorRecords.BYTES);
    }

    private void blockListExpand(int cpu, long list) {
        int capacity = memory.load32(list + LIST_CAPACITY);
        long oldArray = memory.load64(list + LIST_ARRAY);
        int oldCount = memory.load32(list + LIST_COUNT);
        cutting++;
        long array = alloc(cpu, 16L * capacity);
        cutting--;
        if (array == 0) {
            throw new MemoryPanic("no memory to expand a block list", cpu, oldArray, capacity);
        }
        int count = oldCount;
        if (!expansionRace) {
            count = memory.load32(list + LIST_COUNT); // the request itself may have taken from or added to this list
        }
        move(cpu, oldArray, array, 8L * count);
        memory.store64(list + LIST_ARRAY, array);
        memory.store32(list + LIST_CAPACITY, 2 * capacity);
        memory.store32(list + LIST_COUNT, count);
        free(cpu, oldArray);
    }

    // ------------------------------------------------------------------ merging, the repair of NO_COALESCING

    /**
     * Merges neighbouring free blocks of one owner over all areas and cuts the result anew. Two passes: all lists are
     * emptied and the runs noted first, because cutting them may itself ask for memory when a list grows.
     */
    private void mergeFreeBlocks(int cpu) {
        freedSinceMerge = false;
        Arrays.fill(adriftBlocks, 0);
        Arrays.fill(adriftBytes, 0);
        var starts = new LongArrayList();
        var sizes = new LongArrayList();
        for (int c = 0; c < areas.cpuCount(); c++) {
            long at = memory.load64(record(c) + AllocatorRecords.START_ADDRESS);
            long end = at + memory.load64(record(c) + AllocatorRecords.SIZE);
            long runHeader = 0; // 0 = no run open
            while (at < end) {
                long header = memory.load64(at);
                long size = BlockHeader.BYTES + SizeClass.bytes(checkedClass(cpu, at + BlockHeader.BYTES, header));
                charge(cpu, costs.scanStepPs() + costs.accessPs());
                if (!BlockHeader.isFree(header)) {
                    runHeader = 0;
                } else if (runHeader != 0 && BlockHeader.cpuId(header) == BlockHeader.cpuId(runHeader)) {
                    int last = sizes.size() - 1;
                    sizes.set(last, sizes.getLong(last) + size);
                } else {
                    starts.add(at);
                    sizes.add(size);
                    runHeader = header;
                }
                at += size;
            }
        }
        for (int c = 0; c < areas.cpuCount(); c++) {
            memory.store64(record(c) + AllocatorRecords.FREE_SIZE, 0);
            for (int k = 0; k < SizeClass.COUNT; k++) {
                memory.store32(list(c, k) + LIST_COUNT, 0);
                charge(cpu, costs.accessPs());
            }
        }
        for (int i = 0; i < starts.size(); i++) {
            int owner = BlockHeader.cpuId(memory.load64(starts.getLong(i)));
            splitChunk(cpu, owner, owner, starts.getLong(i), sizes.getLong(i));
            growLists(cpu);
        }
        freedSinceMerge = false;
    }

    private boolean mayMerge() {
        return cutting == 0 && !noCoalescing;
    }

    private boolean canServe(int cpu, long sizeBytes) {
        for (int k = SizeClass.of(sizeBytes); k < SizeClass.COUNT; k++) {
            if (memory.load32(list(cpu, k) + LIST_COUNT) > 0) {
                return true;
            }
        }
        return false;
    }

    // ------------------------------------------------------------------ small things

    @Override
    public AllocatorStatistics statistics(int cpuId) {
        areas.checkCpu(cpuId);
        long record = record(cpuId);
        long blocks = adriftBlocks[cpuId];
        long bytes = adriftBytes[cpuId];
        long largest = 0;
        for (int k = 0; k < SizeClass.COUNT; k++) {
            int count = memory.load32(list(cpuId, k) + LIST_COUNT);
            blocks += count;
            bytes += count * SizeClass.bytes(k);
            largest = count > 0 ? SizeClass.bytes(k) : largest;
        }
        return new AllocatorStatistics(
                areas.bytesPerCpu(),
                memory.load64(record + AllocatorRecords.LIVE_BLOCKS),
                memory.load64(record + AllocatorRecords.LIVE_BYTES),
                blocks,
                bytes,
                largest,
                memory.load64(record + AllocatorRecords.ALLOCATIONS),
                memory.load64(record + AllocatorRecords.FREES),
                memory.load64(record + AllocatorRecords.FAILURES));
    }

    /**
     * Returns the free-size counter that Toro itself keeps, in bytes; without {@link MemQuirk#WRONG_FREE_SIZE} it equals
     * {@link AllocatorStatistics#freeBytes()}.
     */
    public long freeSizeCounter(int cpuId) {
        areas.checkCpu(cpuId);
        return memory.load64(record(cpuId) + AllocatorRecords.FREE_SIZE);
    }

    /**
     * Memory.pas:XHeapAcquire: a private heap of 131,072 bytes, as every thread gets one.
     *
     * @return its address, from the core's pool if one waits there, else of a new block; 0 if memory has run out
     */
    public long acquireHeap(int cpuId) {
        return privateHeaps.acquire(cpuId);
    }

    /** Memory.pas:XHeapRelease: gives a private heap back with all that was allocated from it. It waits in the core's pool, at most 1,024 of them. */
    public void releaseHeap(int cpuId, long heap) {
        privateHeaps.release(cpuId, heap);
    }

    /** Returns how many private heaps wait in a core's pool. */
    public int pooledHeaps(int cpuId) {
        areas.checkCpu(cpuId);
        return memory.load32(record(cpuId) + AllocatorRecords.POOL_HEAP + LIST_COUNT);
    }

    @Override
    public int cpuCount() {
        return areas.cpuCount();
    }

    @Override
    public long busyPs(int cpuId) {
        areas.checkCpu(cpuId);
        return busyPs[cpuId];
    }

    boolean has(MemQuirk quirk) {
        return quirks.contains(quirk);
    }

    /** Returns how many free blocks are on no list. */
    long adrift() {
        return LongStream.of(adriftBlocks).sum();
    }

    GuestMemory memory() {
        return memory;
    }

    MemoryAreas areas() {
        return areas;
    }

    AllocatorCosts costs() {
        return costs;
    }

    long record(int cpu) {
        return records + (long) cpu * AllocatorRecords.BYTES;
    }

    long list(int cpu, int sizeClass) {
        return record(cpu) + sizeClass * LIST_BYTES;
    }

    void charge(int cpu, long ps) {
        busyPs[cpu] += ps;
    }

    /** Puts a pointer on a pool list if it has room for {@code limit} pointers. */
    boolean poolPut(int cpu, int pool, int limit, long block) {
        long list = record(cpu) + pool;
        int count = memory.load32(list + LIST_COUNT);
        charge(cpu, 3 * costs.accessPs());
        if (count >= limit) {
            return false;
        }
        memory.store64(memory.load64(list + LIST_ARRAY) + 8L * count, block);
        memory.store32(list + LIST_COUNT, count + 1);
        return true;
    }

    /** Takes the last pointer off a pool list, or returns 0. */
    long poolTake(int cpu, int pool) {
        long list = record(cpu) + pool;
        return memory.load32(list + LIST_COUNT) == 0 ? 0 : removeLast(cpu, list);
    }

    private void move(int cpu, long from, long to, long bytes) {
        byte[] buffer = new byte[(int) Math.min(bytes, 1 << 16)];
        for (long done = 0; done < bytes; done += buffer.length) {
            int part = (int) Math.min(buffer.length, bytes - done);
            memory.copyOut(from + done, buffer, 0, part);
            memory.copyIn(to + done, buffer, 0, part);
        }
        charge(cpu, costs.movePs(bytes, has(MemQuirk.BYTE_LOOP_MOVE)));
    }

    private int checkedClass(int cpu, long block, long header) {
        int sizeClass = BlockHeader.sizeClass(header);
        if (sizeClass >= SizeClass.COUNT) {
            throw new MemoryPanic("block header is corrupted", cpu, block, header);
        }
        return sizeClass;
    }

    private int checkedOwner(int cpu, long block, long header) {
        int owner = BlockHeader.cpuId(header);
        if (owner >= areas.cpuCount()) {
            throw new MemoryPanic("block header is corrupted", cpu, block, header);
        }
        return owner;
    }

    private void count(int cpu, int field, long delta) {
        long at = record(cpu) + field;
        memory.store64(at, memory.load64(at) + delta);
    }

    private void addTo32(long at, int delta) {
        memory.store32(at, memory.load32(at) + delta);
    }

    /** A defect of Toro's memory manager. On = faithful, off = repaired. */
    public enum MemQuirk implements Defect {
        /** Free blocks never merge. Off: when nothing fits, neighbouring free blocks are merged and the request tried again. */
        NO_COALESCING,
        /**
         * At boot all blocks are marked as core 0's, since core 0 prepares every area: what another core allocates from its own
         * list goes to core 0's list when freed (Memory.pas:SplitChunk).
         */
        BOOT_MEMORY_TAGGED_CPU_0,
        /**
         * A list is expanded only when a block comes and it is full, with the old array and length taken before the new array
         * is asked for; what that request itself puts on the list is lost or freed twice. Fixed on 2018-03-25 (commits 9e349c5,
         * 7d6f447), so not part of {@link #toro2018()}. The order of steps before the fix is derived from its description.
         */
        EXPANSION_RACE,
        /**
         * A list grows when one place in it is left, in the middle of the operation that added to it. The request for the longer array may cut a
         * block whose pieces make other lists grow, whose requests again put pieces on this one: past its end, over the header of the block
         * behind (Memory.pas:BlockListAdd, BlockListExpand; derived, no public report is known). Blocks of one size that are asked for until
         * memory ends bring several lists to that place at once. Off: a list keeps 64 places, and grows when nothing is half done.
         */
        NESTED_EXPANSION,
        /** The run-time library copies byte by byte (system.pas:Move). Costs time only. */
        BYTE_LOOP_MOVE,
        /** An area that is no multiple of 8 makes SplitChunk run below zero and write headers over all of memory. */
        SPLIT_UNDERFLOW,
        /** With nothing larger left, a pooled private heap is taken for a free block, which ends in a panic instead of nil. */
        POOLED_HEAP_TAKEN_FOR_BLOCK,
        /** Realloc of a private-heap block copies nothing (Memory.pas:ToroReAllocMem takes it for class 0). */
        PRIVATE_REALLOC_LOSES_DATA,
        /** The chunks of a private heap are not counted, so they are never given back (Memory.pas:XHeapAddChunk). */
        CHUNK_LEAK,
        /** GetPointerSize has its two branches exchanged. Seen only through {@link ToroAllocator#pointerSize}. */
        POINTER_SIZE_SWAPPED,
        /** The free-size counter drifts: misses count twice, splits count with the last class, list growth counts nothing. */
        WRONG_FREE_SIZE;

        /**
         * Guests take and give back: blocks, and a private heap for each thread. They never ask for a longer block, for something of a private heap or for a block's size, and pay for a call as a whole; in no shipped one has a thread exited before memory
         * runs out.
         */
        @Override
        public boolean inGuests() {
            return switch (this) {
                case NO_COALESCING,
                        BOOT_MEMORY_TAGGED_CPU_0,
                        EXPANSION_RACE,
                        NESTED_EXPANSION,
                        SPLIT_UNDERFLOW,
                        WRONG_FREE_SIZE -> true;
                case BYTE_LOOP_MOVE,
                        POOLED_HEAP_TAKEN_FOR_BLOCK,
                        PRIVATE_REALLOC_LOSES_DATA,
                        CHUNK_LEAK,
                        POINTER_SIZE_SWAPPED -> false;
            };
        }

        /** Returns the defects of commit 72b7e90, 2018-08-25: all but {@link #EXPANSION_RACE}. */
        public static EnumSet<MemQuirk> toro2018() {
            EnumSet<MemQuirk> quirks = EnumSet.allOf(MemQuirk.class);
            quirks.remove(EXPANSION_RACE);
            return quirks;
        }

        /** Returns no defect. */
        public static EnumSet<MemQuirk> repaired() {
            return EnumSet.noneOf(MemQuirk.class);
        }
    }

    /**
     * Checks the invariants from the bytes in guest memory alone. O(blocks), for tests and for looking at a machine that has stopped; it takes no
     * simulated time and changes nothing.
     *
     * @return what is broken, one sentence each, naming the rule and the place; empty when all is well
     */
    public List<String> violations() {
        return AllocatorAudit.violations(this);
    }
}
