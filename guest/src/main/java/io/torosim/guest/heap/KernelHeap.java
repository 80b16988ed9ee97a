package io.torosim.guest.heap;

import io.torosim.core.machine.Machine;
import io.torosim.core.memory.GuestMemory;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.AllocatorStatistics;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.ToroAllocator;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.mem.map.PhysicalMap;
import io.torosim.mem.map.PhysicalMap.E820Map;
import java.util.EnumSet;
import java.util.Set;

/**
 * {@code ToroGetMem} and {@code ToroFreeMem} on a machine: Toro's allocator with its headers and lists in the machine's own RAM, laid out as
 * the firmware's memory map says. Packets, sockets, rings and buffers come from here, so that what leaks runs out.
 *
 * <p>What a call takes is the caller's to spend ({@link io.torosim.guest.code.CodeCosts.Routine#ALLOCATE}); interrupts are off throughout, so that a call is
 * one step. At most eight cores have a share of memory, as in Toro. Confined to the simulation thread; a call allocates nothing.
 */
public final class KernelHeap {
    private final GuestMemory memory;
    private final ToroAllocator allocator;
    private final int cores;
    private long live;
    private long highWater;

    /**
     * Divides the machine's RAM among its cores and prepares their lists.
     *
     * @param quirks the defects that are on
     * @throws IllegalArgumentException if the machine has too little memory: 8 MiB for the kernel and 1 MiB for each core
     */
    public KernelHeap(Machine machine, Set<MemQuirk> quirks) {
        cores = Math.min(machine.vcpuCount(), PhysicalMap.MAX_CPU);
        int ramMib = machine.spec().ramMib();
        if (ramMib < 10 + 2 * cores) {
            throw new IllegalArgumentException("a kernel with " + cores + " cores needs at least " + (10 + 2 * cores)
                    + " MiB of memory, ramMib=" + ramMib);
        }
        memory = machine.memory();
        MemoryAreas areas = MemoryAreas.of(new PhysicalMap(E820Map.qemuPc((long) ramMib << 20), cores));
        EnumSet<MemQuirk> on = quirks.isEmpty() ? EnumSet.noneOf(MemQuirk.class) : EnumSet.copyOf(quirks);
        allocator = new ToroAllocator(machine.memory().ram(), areas, on, AllocatorCosts.FREE);
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

    /** {@code ToroFreeMem}; nothing for address 0. */
    public void free(int core, long block) {
        if (block != 0) {
            live -= allocator.usableBytes(block);
            allocator.free(core < cores ? core : 0, block);
        }
    }

    /** Returns the bytes in blocks that were asked for here and not freed, by what the blocks hold. */
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
