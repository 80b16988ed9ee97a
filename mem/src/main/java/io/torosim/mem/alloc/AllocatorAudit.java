package io.torosim.mem.alloc;

import io.torosim.core.memory.GuestMemory;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks the invariants of {@link ToroAllocator} from the bytes in guest memory alone. Cost: O(blocks), for tests and for
 * looking at a machine that has stopped; it takes no simulated time and changes nothing.
 */
final class AllocatorAudit {
    private final GuestMemory memory;
    private final ToroAllocator allocator;
    private final List<String> violations = new ArrayList<>();
    private int unlisted; // free blocks on no list
    private final Long2IntOpenHashMap listed = new Long2IntOpenHashMap(); // block -> core * 64 + class

    private AllocatorAudit(ToroAllocator allocator) {
        this.allocator = allocator;
        this.memory = allocator.memory();
        listed.defaultReturnValue(-1);
    }

    /** Returns what is broken, one sentence each, naming the rule and the place; empty when all is well. */
    static List<String> violations(ToroAllocator allocator) {
        AllocatorAudit audit = new AllocatorAudit(allocator);
        for (int cpu = 0; cpu < allocator.cpuCount(); cpu++) {
            audit.readLists(cpu);
        }
        LongOpenHashSet met = new LongOpenHashSet();
        for (int cpu = 0; cpu < allocator.cpuCount(); cpu++) {
            audit.walkArea(cpu, met);
        }
        if (audit.unlisted != allocator.adrift()) {
            audit.violations.add("a free block must be listed or known to be adrift: " + audit.unlisted + " unlisted, "
                    + allocator.adrift() + " adrift");
        }
        if (met.size() != audit.listed.size()) {
            audit.violations.add("every listed block must lie in an area: " + audit.listed.size() + " listed, "
                    + met.size() + " found");
        }
        return audit.violations;
    }

    private void readLists(int cpu) {
        for (int k = 0; k < SizeClass.COUNT; k++) {
            long list = allocator.list(cpu, k);
            int count = memory.load32(list + AllocatorRecords.LIST_COUNT);
            int capacity = memory.load32(list + AllocatorRecords.LIST_CAPACITY);
            check(count >= 0 && count < capacity, "a list must have room for one more", cpu, k, count);
            long array = memory.load64(list + AllocatorRecords.LIST_ARRAY);
            for (int i = 0; i < count && i < capacity; i++) {
                long block = memory.load64(array + 8L * i);
                long header = memory.load64(block - BlockHeader.BYTES);
                check(BlockHeader.isFree(header), "a listed block must be free", cpu, k, block);
                check(BlockHeader.sizeClass(header) == k, "a listed block must have the list's class", cpu, k, block);
                check(
                        allocator.has(MemQuirk.BOOT_MEMORY_TAGGED_CPU_0) || BlockHeader.cpuId(header) == cpu,
                        "a listed block must belong to the list's core",
                        cpu,
                        k,
                        block);
                check(listed.put(block, cpu * 64 + k) == -1, "a block must be on one list", cpu, k, block);
            }
        }
    }

    private void walkArea(int cpu, LongOpenHashSet met) {
        long record = allocator.record(cpu);
        long at = memory.load64(record + AllocatorRecords.START_ADDRESS);
        long end = at + memory.load64(record + AllocatorRecords.SIZE);
        while (at < end) {
            long header = memory.load64(at);
            int sizeClass = BlockHeader.sizeClass(header);
            if (BlockHeader.isPrivate(header) || sizeClass >= SizeClass.COUNT) {
                check(false, "a header must be one", cpu, sizeClass, at);
                return;
            }
            long block = at + BlockHeader.BYTES;
            boolean onList = listed.containsKey(block);
            if (BlockHeader.isFree(header) && !onList && !allocator.has(MemQuirk.NO_COALESCING)) {
                unlisted++;
            } else {
                check(
                        BlockHeader.isFree(header) == onList,
                        "a block must be listed if and only if free",
                        cpu,
                        sizeClass,
                        block);
            }
            if (onList) {
                met.add(block);
            }
            at = block + SizeClass.bytes(sizeClass);
        }
        check(at == end, "the blocks must fill the area exactly", cpu, 0, at);
    }

    private void check(boolean holds, String rule, int cpu, int sizeClass, long where) {
        if (!holds && violations.size() < 20) {
            violations.add(rule + ": core " + cpu + ", class " + sizeClass + ", at 0x" + Long.toHexString(where));
        }
    }
}
