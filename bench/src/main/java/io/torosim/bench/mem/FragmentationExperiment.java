package io.torosim.bench.mem;

import io.torosim.core.cost.CostModel;
import io.torosim.mem.alloc.AllocatorCosts;
import io.torosim.mem.alloc.MemoryAreas;
import io.torosim.mem.trace.AllocationTrace;
import io.torosim.mem.trace.AllocatorChoice;
import io.torosim.mem.trace.AllocatorComparison;
import io.torosim.mem.trace.AllocatorComparison.Row;
import io.torosim.mem.trace.ToroWorkloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Fragmentation and simulated throughput of four allocators on the three shipped traces, on two cores of 12 MiB each. A
 * pure function of the cost model.
 *
 * <p>From the command line: {@code java -cp bench/target/benchmarks.jar io.torosim.bench.mem.FragmentationExperiment DIR}
 * writes {@code memory-fragmentation.csv} and {@code memory-fragmentation.svg} into DIR and prints the last rows.
 */
public final class FragmentationExperiment {
    /** The cores' areas. */
    public static final MemoryAreas AREAS = new MemoryAreas(0x800000, 12 << 20, 2);

    private static final int POINTS = 120;

    private FragmentationExperiment() {}

    /** Returns all rows, trace by trace, allocator by allocator, in order of operations. */
    public static List<Row> run(CostModel model) {
        AllocatorCosts costs = AllocatorCosts.of(model, model.count("machine.tsc_hz"));
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
        System.out.println(
                "| trace | allocator | ns per request | granted over requested | free outside the largest block"
                        + " | largest free KiB | nil |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            boolean last = i + 1 == rows.size() || rows.get(i + 1).operations() < row.operations();
            if (last) {
                System.out.println(String.format(
                        Locale.ROOT,
                        "| %s | %s | %.1f | %.1f %% | %.1f %% | %d | %d |",
                        row.trace(),
                        row.allocator(),
                        row.psPerOperation() / 1000.0,
                        row.internalPermille() / 10.0,
                        row.externalPermille() / 10.0,
                        row.largestFreeBytes() / 1024,
                        row.failures()));
            }
        }
    }
}
