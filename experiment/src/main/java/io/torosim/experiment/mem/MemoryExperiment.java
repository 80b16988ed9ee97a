package io.torosim.experiment.mem;

import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Line;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Point;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.mem.trace.AllocationTrace;
import io.torosim.mem.trace.AllocatorComparison;
import io.torosim.mem.trace.AllocatorComparison.AllocatorChoice;
import io.torosim.mem.trace.AllocatorComparison.Row;
import io.torosim.mem.trace.ToroWorkloads;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** {@link FragmentationExperiment} for the report: Toro's allocator beside others on three recorded traces. */
public final class MemoryExperiment implements Experiment {
    private final Specification spec;

    /** Creates the experiment. */
    public MemoryExperiment(Specification spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "memory";
    }

    /** The seed is not used: the traces are recorded. */
    @Override
    public boolean isExact() {
        return true;
    }

    /** Steps are priced as on a real processor: a profile of an emulator has no figure for them. */
    @Override
    public List<Key<?>> heeds() {
        return spec.profile().mode() == VcpuMode.KVM ? List.of(Keys.HOST_PROFILE, Keys.TSC_MHZ) : List.of(Keys.TSC_MHZ);
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        progress.at("allocators", 0, 1);
        List<Row> rows = FragmentationExperiment.run(spec.costs(), spec.tscHz());
        ExperimentResult.Builder result = ExperimentResult.builder(name(), "Allocators: fragmentation and cost")
                .digest(digest(rows));
        result.setting("machine", "two cores of 12 MiB each");
        result.setting("traces", String.join(", ", ToroWorkloads.NAMES));
        double least = Double.MAX_VALUE;
        double most = 0;
        for (String trace : ToroWorkloads.NAMES) {
            double ratio = (double) AllocatorComparison.leastBytesPerCpu(
                            AllocationTrace.shipped(trace), AllocatorChoice.TORO_2018)
                    / AllocatorComparison.leastBytesPerCpu(
                            AllocationTrace.shipped(trace), AllocatorChoice.SEGREGATED_FIT);
            least = Math.min(least, ratio);
            most = Math.max(most, ratio);
            result.add(chart(
                    rows,
                    trace,
                    trace + ": free bytes outside the largest free block",
                    "%",
                    r -> r.externalPermille() / 10.0));
            result.add(chart(
                    rows, trace, trace + ": simulated time of a request", "ns", r -> r.psPerOperation() / 1000.0));
            for (AllocatorChoice choice : AllocatorChoice.values()) {
                List<Row> of = of(rows, trace, choice.title());
                Row last = of.get(of.size() - 1);
                String name = trace + ", " + choice.title();
                result.add(CaseResult.info(
                        trace + "-" + CaseResult.part(choice) + ".simulated-time-request-end",
                        name,
                        "simulated time of a request, at the end",
                        "ns",
                        last.psPerOperation() / 1000.0,
                        ""));
                result.add(CaseResult.info(
                        trace + "-" + CaseResult.part(choice) + ".free-bytes-outside-largest-free",
                        name,
                        "free bytes outside the largest free block, at the end",
                        "%",
                        last.externalPermille() / 10.0,
                        ""));
                result.add(CaseResult.info(
                        trace + "-" + CaseResult.part(choice) + ".memory-that-serves-trace-most",
                        name,
                        "memory that serves the trace, at most",
                        "KiB",
                        AllocatorComparison.leastBytesPerCpu(AllocationTrace.shipped(trace), choice) / 1024.0,
                        "of a core; found by bisection, whose steps end at 1 MiB"));
            }
        }
        return result.note(String.format(
                        Locale.ROOT,
                        "With 12 MiB a core nothing fails, so what fragmentation costs shows as the memory that a trace needs:"
                                + " Toro's allocator, which never joins free blocks, needs %.2f to %.2f times what segregated"
                                + " fit needs.",
                        least,
                        most))
                .note(
                        "Times follow from counts of instructions and memory accesses; the prices of both are guesses, the same for"
                                + " every allocator, so the order of the lines means more than their height.")
                .parameters(spec.costs(), "mem.")
                .build();
    }

    private static LineChart chart(
            List<Row> rows, String trace, String title, String unit, ToDoubleFunction<Row> figure) {
        List<Line> lines = Arrays.stream(AllocatorChoice.values())
                .map(choice -> new Line(
                        choice.title(),
                        of(rows, trace, choice.title()).stream()
                                .map(r -> new Point(r.operations(), figure.applyAsDouble(r)))
                                .toList()))
                .toList();
        return LineChart.linear(title, "requests to the allocator", unit, lines);
    }

    private static List<Row> of(List<Row> rows, String trace, String allocator) {
        return rows.stream()
                .filter(r -> r.trace().equals(trace) && r.allocator().equals(allocator))
                .toList();
    }

    private static long digest(List<Row> rows) {
        long digest = 0;
        for (Row row : rows) {
            digest = TraceDigest.combine(digest, row.psPerOperation());
            digest = TraceDigest.combine(digest, row.largestFreeBytes());
        }
        return digest;
    }
}
