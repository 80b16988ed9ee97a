package io.torosim.experiment.mem;

import io.torosim.core.cost.CostModel;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.trace.AllocationTrace;
import io.torosim.mem.trace.AllocatorComparison;
import io.torosim.mem.trace.AllocatorComparison.AllocatorChoice;
import io.torosim.mem.trace.AllocatorComparison.Row;
import io.torosim.mem.trace.ToroWorkloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Fragmentation and simulated throughput of four allocators on the three shipped traces, on two cores of 12 MiB each. A
 * pure function of the cost model.
 *
 * <p>From the command line: {@code java -cp bench/target/benchmarks.jar io.torosim.experiment.mem.FragmentationExperiment DIR}
 * writes {@code memory-fragmentation.csv} and {@code memory-fragmentation.svg} into DIR and prints the last rows.
 */
final class FragmentationExperiment {
    /** The cores' areas. */
    public static final MemoryAreas AREAS = new MemoryAreas(0x800000, 12 << 20, 2);

    private static final int POINTS = 120;

    private FragmentationExperiment() {}

    /** Returns all rows, trace by trace, allocator by allocator, in order of operations. */
    public static List<Row> run(CostModel model) {
        return run(model, model.count("machine.tsc_hz"));
    }

    /** The same on cores of another clock, ticks per second. */
    static List<Row> run(CostModel model, long tscHz) {
        AllocatorCosts costs = AllocatorCosts.of(model, tscHz);
        List<Row> rows = new ArrayList<>();
        for (String name : ToroWorkloads.NAMES) {
            AllocationTrace trace = AllocationTrace.shipped(name);
            for (AllocatorChoice choice : AllocatorChoice.values()) {
                rows.addAll(AllocatorComparison.replay(
                        trace,
                        choice.title(),
                        (ram, c) -> choice.create(ram, AREAS, c),
                        AREAS,
                        costs,
                        trace.ops().size() / POINTS + 1));
            }
        }
        return rows;
    }

    /** Writes the files; the only argument is the directory. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length == 1 ? args[0] : "docs");
        List<Row> rows = run(CostModel.standard());
        StringBuilder csv = new StringBuilder(Row.CSV_HEADING).append('\n');
        rows.forEach(row -> csv.append(row.csv()).append('\n'));
        Files.writeString(directory.resolve("memory-fragmentation.csv"), csv);
        Files.writeString(directory.resolve("memory-fragmentation.svg"), new FragmentationChart(rows).svg());
        System.out.println("| trace | allocator | ns per request | granted but not asked for, at the peak"
                + " | free bytes outside the largest free block, at the end | memory needed per core, KiB |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        for (String name : ToroWorkloads.NAMES) {
            AllocationTrace trace = AllocationTrace.shipped(name);
            for (AllocatorChoice choice : AllocatorChoice.values()) {
                List<Row> of = rows.stream()
                        .filter(r -> r.trace().equals(name) && r.allocator().equals(choice.title()))
                        .toList();
                Row peak = of.stream()
                        .max(Comparator.comparingLong(Row::requestedBytes))
                        .orElseThrow();
                Row last = of.get(of.size() - 1);
                System.out.println(String.format(
                        Locale.ROOT,
                        "| %s | %s | %.1f | %.1f %% | %.1f %% | %d |",
                        name,
                        choice.title(),
                        last.psPerOperation() / 1000.0,
                        peak.internalPermille() / 10.0,
                        last.externalPermille() / 10.0,
                        AllocatorComparison.leastBytesPerCpu(trace, choice) / 1024));
            }
        }
    }
}
