package io.torosim.mem.alloc;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Vcpu.GuestPanic;
import io.torosim.core.memory.SparseRam;
import io.torosim.mem.map.PhysicalMap;
import java.util.Locale;
import java.util.Objects;

/**
 * A memory allocator whose whole state lies in guest memory. All of them share this face, so that an experiment can swap
 * one for another.
 *
 * <p>Every operation names the core that executes it. Address 0 is nil: returned when memory is exhausted. Each operation
 * takes simulated time, which is added up per core ({@link #busyPs}); the caller lets it pass on the vCPU. Deterministic,
 * confined to the simulation thread; an operation allocates no Java objects.
 *
 * <p>There are {@link ToroAllocator}, Toro's own, and two to hold beside it, {@link BuddyAllocator} and {@link SegregatedFitAllocator}; what an
 * operation costs is {@link AllocatorCosts}, where the cores' areas lie {@link MemoryAreas}, by default as {@link PhysicalMap} divides RAM.
 */
public interface GuestAllocator {
    /** Returns one by binary buddies whose areas are prepared; only core 0 spends time on it. */
    static GuestAllocator buddy(SparseRam memory, MemoryAreas areas, AllocatorCosts costs) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(areas, "areas");
        Objects.requireNonNull(costs, "costs");
        return new BuddyAllocator(memory, areas, costs);
    }

    /** Returns one by two-level segregated fit whose areas are prepared; only core 0 spends time on it. */
    static GuestAllocator segregatedFit(SparseRam memory, MemoryAreas areas, AllocatorCosts costs) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(areas, "areas");
        Objects.requireNonNull(costs, "costs");
        return new SegregatedFitAllocator(memory, areas, costs);
    }

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

    /**
     * The state of one core's share of memory. Sizes are payload without headers.
     *
     * @param areaBytes the core's area of RAM, headers and tables included
     * @param liveBlocks blocks in use, the allocator's own included
     * @param liveBytes what those blocks can hold
     * @param freeBlocks blocks on the core's free lists
     * @param freeBytes what those can hold
     * @param largestFreeBytes the largest of them
     * @param allocations successful requests so far, the allocator's own included
     * @param frees blocks given back so far
     * @param failures requests that ended in nil
     */
    record AllocatorStatistics(
            long areaBytes,
            long liveBlocks,
            long liveBytes,
            long freeBlocks,
            long freeBytes,
            long largestFreeBytes,
            long allocations,
            long frees,
            long failures) {}

    /** The allocator found its own state damaged. In Toro the executing core stops for ever; the others go on. */
    public static final class MemoryPanic extends GuestPanic {
        private static final long serialVersionUID = 1L;

        private final int cpuId;
        private final long address;

        MemoryPanic(String rule, int cpuId, long address, long header) {
            super(String.format(Locale.ROOT, "%s: block 0x%x, header 0x%x, on core %d", rule, address, header, cpuId));
            this.cpuId = cpuId;
            this.address = address;
        }

        /** Returns the core that stops. */
        public int cpuId() {
            return cpuId;
        }

        /** Returns the address of the block that was looked at. */
        public long address() {
            return address;
        }
    }

    /**
     * What the steps of an allocator cost, in picoseconds.
     *
     * @param lapicIdReadPs reading the local APIC's id, which tells a core its own number
     * @param interruptTogglePs saving the flags, {@code cli}, and restoring them
     * @param accessPs one load or store of a header, list entry or counter
     * @param scanStepPs one further turn of a search loop
     * @param moveBytePs copying one byte in a loop of single bytes
     * @param moveWordPs copying eight bytes at once
     * @param fillDwordPs clearing four bytes
     */
    public record AllocatorCosts(
            long lapicIdReadPs,
            long interruptTogglePs,
            long accessPs,
            long scanStepPs,
            long moveBytePs,
            long moveWordPs,
            long fillDwordPs) {
        /** Nothing takes time. */
        public static final AllocatorCosts FREE = new AllocatorCosts(0, 0, 0, 0, 0, 0, 0);

        /** Checks that nothing is negative. */
        public AllocatorCosts {
            if (lapicIdReadPs < 0
                    || interruptTogglePs < 0
                    || accessPs < 0
                    || scanStepPs < 0
                    || moveBytePs < 0
                    || moveWordPs < 0
                    || fillDwordPs < 0) {
                throw new IllegalArgumentException("costs must be at least 0 ps");
            }
        }

        /**
         * Returns the costs of the model: {@code kvm.lapic_id_read} and those named {@code mem.*}.
         *
         * @param tscHz clock rate of the machine, ticks per second
         */
        public static AllocatorCosts of(CostModel model, long tscHz) {
            Objects.requireNonNull(model, "model");
            return new AllocatorCosts(
                    model.ps("kvm.lapic_id_read"),
                    model.cyclesPs("mem.interrupt_toggle", tscHz),
                    model.cyclesPs("mem.access", tscHz),
                    model.cyclesPs("mem.scan_step", tscHz),
                    model.cyclesPs("mem.move_byte", tscHz),
                    model.cyclesPs("mem.move_word", tscHz),
                    model.cyclesPs("mem.fill_dword", tscHz));
        }

        /** Returns the cost of copying {@code bytes} bytes. */
        long movePs(long bytes, boolean byteLoop) {
            return byteLoop ? bytes * moveBytePs : (bytes + 7) / 8 * moveWordPs;
        }

        long fillPs(long bytes) {
            return (bytes + 3) / 4 * fillDwordPs;
        }
    }

    /**
     * The stretches of RAM that the cores' allocators manage, one behind the other.
     *
     * @param start address of core 0's area, at least 0x3000: the allocator's records lie in front of it
     * @param bytesPerCpu bytes of each, at least 1 MiB
     * @param cpuCount in {@code [1, 8]}
     */
    public record MemoryAreas(long start, long bytesPerCpu, int cpuCount) {
        /** Checks the ranges. */
        public MemoryAreas {
            if (start < 0x3000) {
                throw new IllegalArgumentException("start must be at least 0x3000, start=0x" + Long.toHexString(start));
            }
            if (bytesPerCpu < 1 << 20) {
                throw new IllegalArgumentException("bytesPerCpu must be at least 1 MiB, bytesPerCpu=" + bytesPerCpu);
            }
            if (cpuCount < 1 || cpuCount > PhysicalMap.MAX_CPU) {
                throw new IllegalArgumentException("cpuCount must be in [1, 8], cpuCount=" + cpuCount);
            }
        }

        /** Returns the areas of a physical map. */
        public static MemoryAreas of(PhysicalMap map) {
            Objects.requireNonNull(map, "map");
            return new MemoryAreas(map.areaStart(0), map.memoryPerCpu(), map.cpuCount());
        }

        /** Returns the first byte of a core's area. */
        public long areaStart(int cpuId) {
            return start + cpuId * bytesPerCpu;
        }

        /** Returns the first byte behind the last area. */
        public long end() {
            return start + cpuCount * bytesPerCpu;
        }

        void checkCpu(int cpuId) {
            if (cpuId < 0 || cpuId >= cpuCount) {
                throw new IllegalArgumentException("cpuId must be in [0, " + cpuCount + "), cpuId=" + cpuId);
            }
        }

        static void checkSize(long sizeBytes) {
            if (sizeBytes < 0) {
                throw new IllegalArgumentException("sizeBytes must be at least 0, sizeBytes=" + sizeBytes);
            }
        }
    }
}
