package io.torosim.guest.heap;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu.GuestPanic;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.guest.code.CodeCosts;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.AllocatorStatistics;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.ToroAllocator;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.mem.map.PhysicalMap;
import io.torosim.mem.map.PhysicalMap.E820Map;
import io.torosim.sched.ToroKernel.ThreadMemory;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * {@code ToroGetMem} and {@code ToroFreeMem} on a machine: Toro's allocator with its headers and lists in the machine's own RAM, laid out as
 * the firmware's memory map says. Packets, sockets, services, rings and buffers come from here, and what threads need ({@link #threads}), so that what leaks runs out.
 *
 * <p>What a call takes is the caller's to spend ({@link io.torosim.guest.code.CodeCosts.Routine#ALLOCATE}); interrupts are off throughout, so that a call is
 * one step. At most eight cores have a share of memory, as in Toro. Confined to the simulation thread; a call allocates nothing.
 */
public final class KernelHeap {
    private final GuestMemory memory;
    private final ToroAllocator allocator;
    private final int cores;
    private final long recordBytes;
    private long live;
    private long highWater;

    /**
     * Divides the machine's RAM among its cores and prepares their lists.
     *
     * @param quirks the defects that are on
     * @throws IllegalArgumentException if the machine has too little memory: 8 MiB for the kernel and 1 MiB for each core; if the kernel does not boot ({@link MemQuirk#SPLIT_UNDERFLOW})
     */
    public KernelHeap(Machine machine, Set<MemQuirk> quirks) {
        cores = Math.min(machine.vcpuCount(), PhysicalMap.MAX_CPU);
        int ramMib = machine.spec().ramMib();
        if (ramMib < 10 + 2 * cores) {
            throw new IllegalArgumentException("a kernel with " + cores + " cores needs at least " + (10 + 2 * cores)
                    + " MiB of memory, ramMib=" + ramMib);
        }
        memory = machine.memory();
        recordBytes = machine.costs().model().count("toro.thread_record");
        MemoryAreas areas = MemoryAreas.of(new PhysicalMap(E820Map.qemuPc((long) ramMib << 20), cores));
        EnumSet<MemQuirk> on = quirks.isEmpty() ? EnumSet.noneOf(MemQuirk.class) : EnumSet.copyOf(quirks);
        try {
            allocator = new ToroAllocator(machine.memory().ram(), areas, on, AllocatorCosts.FREE);
        } catch (GuestFault e) {
            throw new IllegalArgumentException(
                    "with SPLIT_UNDERFLOW a kernel does not boot on " + cores + " cores and " + ramMib
                            + " MiB of memory, of which each has " + areas.bytesPerCpu()
                            + " bytes, no multiple of 8: " + e.getMessage(),
                    e);
        }
    }

    /** Returns the memory that it manages. */
    public GuestMemory memory() {
        return memory;
    }

    /**
     * {@code ToroGetMem}.
     *
     * @param core who asks; beyond the eighth core 0's memory is used
     * @return the address of the block, 0 if the core's memory has run out
     */
    public long get(int core, long bytes) {
        long block = allocator.alloc(core < cores ? core : 0, bytes);
        if (block != 0) {
            live += allocator.usableBytes(block);
            highWater = Math.max(highWater, live);
        }
        return block;
    }

    /**
     * {@code ToroFreeMem}; nothing for address 0. The block goes to the list of the core that its header names, whoever frees it.
     *
     * @throws GuestPanic if there is no block at that address, or it is free already
     */
    public void free(int core, long block) {
        if (block == 0) {
            return;
        }
        try {
            long bytes = allocator.usableBytes(block);
            allocator.free(core < cores ? core : 0, block);
            live -= bytes;
        } catch (GuestFault e) {
            throw new GuestPanic(
                    "ToroFreeMem of 0x" + Long.toHexString(block) + " on core " + core + ": " + e.getMessage());
        }
    }

    /** A thread's private heap: from the core's pool, else a new block; 0 if the core's memory has run out. */
    long getPrivateHeap(int core) {
        int share = core < cores ? core : 0;
        int pooled = allocator.pooledHeaps(share);
        long heap = allocator.acquireHeap(share);
        if (heap != 0 && allocator.pooledHeaps(share) == pooled) {
            live += allocator.usableBytes(heap);
            highWater = Math.max(highWater, live);
        }
        return heap;
    }

    /** Gives a private heap back, to the core's pool: it stays a block in use. Where the pool is full it is freed. */
    void freePrivateHeap(int core, long heap) {
        int share = core < cores ? core : 0;
        int pooled = allocator.pooledHeaps(share);
        try {
            allocator.releaseHeap(share, heap);
            if (allocator.pooledHeaps(share) == pooled) {
                live -= allocator.usableBytes(heap);
            }
        } catch (GuestFault e) {
            throw new GuestPanic(
                    "XHeapRelease of 0x" + Long.toHexString(heap) + " on core " + core + ": " + e.getMessage());
        }
    }

    /**
     * Returns what a kernel's threads take their memory from ({@code ToroKernel.boot}): records, stacks, thread variables and private heaps are blocks of this heap.
     *
     * @param code what a call of the allocator takes
     */
    public ThreadMemory threads(CodeCosts code) {
        return new ThreadBlocks(this, memory, Objects.requireNonNull(code, "code"), recordBytes);
    }

    /**
     * Attaches a network service to a thread: {@code NetworkService} of its record.
     *
     * @param record of the thread, 0 in a kernel whose threads take no memory: nothing is attached then
     * @param service address of its record
     */
    public void networkService(long record, long service) {
        if (record != 0) {
            memory.store64(record + ThreadBlocks.NETWORK_SERVICE, service);
        }
    }

    /** Returns the bytes in blocks that were asked for here and not freed, by what the blocks hold; private heaps that wait in a pool for the next thread among them. */
    public long liveBytes() {
        return live;
    }

    /** Returns the most that {@link #liveBytes} ever was. */
    public long highWaterBytes() {
        return highWater;
    }

    /** Returns the state of a core's share, in {@code [0, min(vcpus, 8))}. */
    public AllocatorStatistics statistics(int core) {
        return allocator.statistics(core);
    }
}
