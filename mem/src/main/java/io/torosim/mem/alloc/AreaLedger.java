package io.torosim.mem.alloc;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.AllocatorStatistics;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.GuestAllocator.MemoryPanic;

/** What the comparison allocators share: areas, the account of time and bytes, and realloc and calloc by the others. */
final class AreaLedger {
    private final MemoryAreas areas;
    private final AllocatorCosts costs;
    private final long[] busyPs;
    private final long[][]
            counters; // per core: live blocks, live bytes, free blocks, free bytes, allocations, frees, failures

    AreaLedger(MemoryAreas areas, AllocatorCosts costs) {
        this.areas = areas;
        this.costs = costs;
        this.busyPs = new long[areas.cpuCount()];
        this.counters = new long[areas.cpuCount()][7];
    }

    MemoryAreas areas() {
        return areas;
    }

    /** Checks the arguments and charges what every operation costs, as in Toro: own id, interrupts off and on. */
    void begin(int cpu, long sizeBytes) {
        areas.checkCpu(cpu);
        MemoryAreas.checkSize(sizeBytes);
        busyPs[cpu] += costs.lapicIdReadPs() + costs.interruptTogglePs();
    }

    void access(int cpu, int count) {
        busyPs[cpu] += count * costs.accessPs();
    }

    void scan(int cpu, int steps) {
        busyPs[cpu] += steps * (costs.scanStepPs() + costs.accessPs());
    }

    long fail(int cpu) {
        counters[cpu][6]++;
        return 0;
    }

    void took(int cpu, long bytes) {
        counters[cpu][0]++;
        counters[cpu][1] += bytes;
        counters[cpu][4]++;
    }

    void gave(int cpu, long bytes) {
        counters[cpu][0]--;
        counters[cpu][1] -= bytes;
        counters[cpu][5]++;
    }

    void freeBlock(int cpu, long bytes, int sign) {
        counters[cpu][2] += sign;
        counters[cpu][3] += sign * bytes;
    }

    /** Returns the core whose area holds the block. */
    int owner(int cpu, long block) {
        if (block < areas.start() || block >= areas.end()) {
            throw new MemoryPanic("block must lie in an area", cpu, block, 0);
        }
        return (int) ((block - areas.start()) / areas.bytesPerCpu());
    }

    AllocatorStatistics statistics(int cpu, long largestFreeBytes) {
        long[] c = counters[cpu];
        return new AllocatorStatistics(areas.bytesPerCpu(), c[0], c[1], c[2], c[3], largestFreeBytes, c[4], c[5], c[6]);
    }

    long busyPs(int cpu) {
        areas.checkCpu(cpu);
        return busyPs[cpu];
    }

    long realloc(GuestAllocator allocator, SparseRam memory, int cpu, long address, long sizeBytes) {
        MemoryAreas.checkSize(sizeBytes);
        if (address == 0) {
            return allocator.alloc(cpu, sizeBytes);
        }
        if (sizeBytes == 0) {
            allocator.free(cpu, address);
            return 0;
        }
        long oldBytes = allocator.usableBytes(address);
        if (sizeBytes <= oldBytes) {
            return address;
        }
        long block = allocator.alloc(cpu, sizeBytes);
        if (block != 0) {
            copy(memory, address, block, oldBytes);
            busyPs[cpu] += costs.movePs(oldBytes, false);
            allocator.free(cpu, address);
        }
        return block;
    }

    long calloc(GuestAllocator allocator, SparseRam memory, int cpu, long sizeBytes) {
        long block = allocator.alloc(cpu, sizeBytes);
        if (block != 0) {
            memory.fill(block, sizeBytes, 0);
            busyPs[cpu] += costs.fillPs(sizeBytes);
        }
        return block;
    }

    static void copy(SparseRam memory, long from, long to, long bytes) {
        byte[] buffer = new byte[(int) Math.min(bytes, 1 << 16)];
        for (long done = 0; done < bytes; done += buffer.length) {
            int part = (int) Math.min(buffer.length, bytes - done);
            memory.copyOut(from + done, buffer, 0, part);
            memory.copyIn(to + done, buffer, 0, part);
        }
    }
}
