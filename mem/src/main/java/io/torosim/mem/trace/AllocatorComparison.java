package io.torosim.mem.trace;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.GuestAllocator;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.AllocatorStatistics;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.alloc.GuestAllocator.MemoryPanic;
import io.torosim.mem.alloc.ToroAllocator;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Replays an allocation trace on an allocator and measures fragmentation and simulated throughput. A pure function of its
 * arguments.
 *
 * <p>An {@link AllocationTrace} goes in, rows of {@link Row} come out; {@link AllocatorChoice} makes the allocators, each a {@link GuestAllocator} in
 * RAM of its own ({@link SparseRam}).
 */
public final class AllocatorComparison {
    private AllocatorComparison() {}

    /**
     * The state after some of the requests.
     *
     * @param trace which trace
     * @param allocator which allocator
     * @param operations requests done so far
     * @param requestedBytes bytes that live blocks were asked for
     * @param grantedBytes bytes that live blocks hold, the allocator's own included
     * @param freeBytes bytes on free lists, all cores
     * @param largestFreeBytes the largest free block of any core
     * @param freeBlocks number of free blocks
     * @param failures requests that ended in nil so far
     * @param busyPs simulated time spent so far, all cores, without preparing the areas
     */
    public record Row(
            String trace,
            String allocator,
            int operations,
            long requestedBytes,
            long grantedBytes,
            long freeBytes,
            long largestFreeBytes,
            long freeBlocks,
            long failures,
            long busyPs) {
        /** Heading of {@link #csv()}. */
        public static final String CSV_HEADING =
                "trace,allocator,operations,requested_bytes,granted_bytes,free_bytes,largest_free_bytes,free_blocks,"
                        + "failures,busy_ps";

        /** Internal fragmentation: the share of granted bytes nobody asked for, in thousandths. */
        public long internalPermille() {
            return grantedBytes == 0 ? 0 : 1000 * (grantedBytes - requestedBytes) / grantedBytes;
        }

        /** External fragmentation: the share of free bytes outside the largest free block, in thousandths. */
        public long externalPermille() {
            return freeBytes == 0 ? 0 : 1000 * (freeBytes - largestFreeBytes) / freeBytes;
        }

        /** Simulated time for each request so far, in picoseconds. */
        public long psPerOperation() {
            return operations == 0 ? 0 : busyPs / operations;
        }

        /** Returns the row as comma-separated values. */
        public String csv() {
            return String.join(
                    ",",
                    trace,
                    allocator,
                    Integer.toString(operations),
                    Long.toString(requestedBytes),
                    Long.toString(grantedBytes),
                    Long.toString(freeBytes),
                    Long.toString(largestFreeBytes),
                    Long.toString(freeBlocks),
                    Long.toString(failures),
                    Long.toString(busyPs));
        }
    }

    /**
     * Replays a trace. A request that ends in nil is counted and its block passed over later.
     *
     * @param name the allocator's name in the rows
     * @param allocator makes the allocator over fresh RAM
     * @param areas the cores' areas, at least as many as the trace has cores
     * @param costs what steps cost
     * @param every a row is taken after each so many requests, and at the end; at least 1
     * @throws MemoryPanic if the allocator panics
     */
    public static List<Row> replay(
            AllocationTrace trace,
            String name,
            BiFunction<SparseRam, AllocatorCosts, GuestAllocator> allocator,
            MemoryAreas areas,
            AllocatorCosts costs,
            int every) {
        if (every < 1 || areas.cpuCount() < trace.cpuCount()) {
            throw new IllegalArgumentException(
                    "every must be at least 1 and areas at least as many as the trace's cores," + " every=" + every
                            + ", areas=" + areas.cpuCount() + ", cores=" + trace.cpuCount());
        }
        GuestAllocator a = allocator.apply(new SparseRam(areas.end()), costs);
        int ids =
                1 + trace.ops().stream().mapToInt(AllocationTrace.Op::id).max().orElse(0);
        long[] address = new long[ids];
        long[] size = new long[ids];
        long booted = busy(a);
        long requested = 0;
        int done = 0;
        List<Row> rows = new ArrayList<>();
        for (AllocationTrace.Op op : trace.ops()) {
            int id = op.id();
            switch (op.kind()) {
                case ALLOC -> {
                    address[id] = a.alloc(op.cpuId(), op.sizeBytes());
                    size[id] = address[id] == 0 ? 0 : op.sizeBytes();
                    requested += size[id];
                }
                case FREE -> {
                    if (address[id] != 0) {
                        a.free(op.cpuId(), address[id]);
                    }
                    requested -= size[id];
                    address[id] = 0;
                    size[id] = 0;
                }
                case REALLOC -> {
                    long block = address[id] == 0 ? 0 : a.realloc(op.cpuId(), address[id], op.sizeBytes());
                    if (block != 0) {
                        requested += op.sizeBytes() - size[id];
                        address[id] = block;
                        size[id] = op.sizeBytes();
                    }
                }
            }
            done++;
            if (done % every == 0 || done == trace.ops().size()) {
                rows.add(row(trace.name(), name, done, requested, a, busy(a) - booted));
            }
        }
        return rows;
    }

    /**
     * Returns the least memory per core, in steps of 64 KiB, with which a shipped allocator serves every request of a trace:
     * neither nil nor a panic. Found by bisection between 1 MiB and 64 MiB, which takes for granted that what is enough
     * stays enough with more; returns -1 if 64 MiB is not enough.
     */
    public static long leastBytesPerCpu(AllocationTrace trace, AllocatorChoice choice) {
        long low = (1 << 20) >> 16; // not known to be enough
        long high = (64 << 20) >> 16;
        if (!serves(trace, choice, high << 16)) {
            return -1;
        }
        while (low < high) {
            long middle = (low + high) / 2;
            if (serves(trace, choice, middle << 16)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return high << 16;
    }

    private static boolean serves(AllocationTrace trace, AllocatorChoice choice, long bytesPerCpu) {
        MemoryAreas areas = new MemoryAreas(0x800000, bytesPerCpu, trace.cpuCount());
        try {
            List<Row> rows = replay(
                    trace,
                    choice.title(),
                    (ram, costs) -> choice.create(ram, areas, costs),
                    areas,
                    AllocatorCosts.FREE,
                    trace.ops().size());
            return rows.get(0).failures() == 0;
        } catch (MemoryPanic e) {
            return false; // a list that could not grow
        }
    }

    private static Row row(String trace, String name, int done, long requested, GuestAllocator a, long busyPs) {
        long granted = 0;
        long free = 0;
        long largest = 0;
        long blocks = 0;
        long failures = 0;
        for (int cpu = 0; cpu < a.cpuCount(); cpu++) {
            AllocatorStatistics s = a.statistics(cpu);
            granted += s.liveBytes();
            free += s.freeBytes();
            largest = Math.max(largest, s.largestFreeBytes());
            blocks += s.freeBlocks();
            failures += s.failures();
        }
        return new Row(trace, name, done, requested, granted, free, largest, blocks, failures, busyPs);
    }

    private static long busy(GuestAllocator a) {
        long sum = 0;
        for (int cpu = 0; cpu < a.cpuCount(); cpu++) {
            sum += a.busyPs(cpu);
        }
        return sum;
    }

    /** The allocators that come with the library, by name. */
    public enum AllocatorChoice {
        /** Toro's, with the defects of 2018-08-25. */
        TORO_2018("Toro 2018"),
        /** Toro's, without them. */
        TORO_REPAIRED("Toro repaired"),
        /** Binary buddies. */
        BUDDY("Buddy"),
        /** Two-level segregated fit. */
        SEGREGATED_FIT("Segregated fit");

        private final String title;

        AllocatorChoice(String title) {
            this.title = title;
        }

        /** Returns the name for a reader. */
        public String title() {
            return title;
        }

        /** Creates the allocator and prepares its areas. */
        public GuestAllocator create(SparseRam ram, MemoryAreas areas, AllocatorCosts costs) {
            return switch (this) {
                case TORO_2018 -> new ToroAllocator(ram, areas, MemQuirk.toro2018(), costs);
                case TORO_REPAIRED -> new ToroAllocator(ram, areas, MemQuirk.repaired(), costs);
                case BUDDY -> GuestAllocator.buddy(ram, areas, costs);
                case SEGREGATED_FIT -> GuestAllocator.segregatedFit(ram, areas, costs);
            };
        }
    }
}
