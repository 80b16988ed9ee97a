package io.torosim.sweep.spark;

import io.torosim.sweep.Cell;
import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.CellModel;
import io.torosim.sweep.Design;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Study;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.StudyRun;
import io.torosim.sweep.ThreadExecutor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;

/**
 * What an executor adds to a run, in CPU time: all that its processes use, the result file and the compiler included, less what the runs say that their
 * threads have used. A program, no test: docs/sweep.md has its figures.
 */
final class OverheadMeter {
    private static final int[] MILLIS = {1, 10, 100};
    private static final int WARM_RUNS = 60_000;
    private static final int WARM_STUDIES = 100;
    private static final int WARM_ROUNDS = 1; // of each length, which the compiler meets anew
    private static final int CPU_MILLIS = 4000; // of the runs of each measurement

    private OverheadMeter() {}

    /**
     * Computes until its thread has used as much CPU time as its factor says; gives what it has used, and what its thread had used since its last
     * run ended, which is the executor's, in nanoseconds.
     */
    static final class Spinner implements CellModel {
        private static final long serialVersionUID = 1;
        private static final ThreadLocal<Long> LAST_END = ThreadLocal.withInitial(() -> 0L);

        @Override
        public double[] run(Cell cell) {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long began = threads.getCurrentThreadCpuTime();
            long between = began - LAST_END.get();
            long end = began + 1_000_000L * (long) cell.value("ms");
            long now = began;
            while (now < end) {
                for (int i = 0; i < 1000; i++) {
                    Thread.onSpinWait();
                }
                now = threads.getCurrentThreadCpuTime();
            }
            LAST_END.set(now);
            return new double[] {now - began, between};
        }

        static Study study(int millis, int runs) {
            return Study.of("spinner", new Spinner(), "nanos", "between")
                    .factors(Factor.list("ms", List.of(Integer.toString(millis))))
                    .design(new Design.RandomDraws(runs))
                    .build();
        }
    }

    /** Measures threads, Spark in one process and a cluster of two workers; with an argument the first so many of them. */
    public static void main(String[] args) throws Exception {
        int most = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        Path directory = Files.createTempDirectory("overhead");
        Duration none = Duration.ZERO;
        measure("threads", new ThreadExecutor(2), () -> none, directory);
        if (most < 2) {
            return;
        }
        try (SparkExecutor spark = new SparkExecutor("local[2]", new SparkConf())) {
            measure("local[2]", spark, () -> none, directory);
        }
        if (most < 3) {
            return;
        }
        try (StandaloneCluster cluster = new StandaloneCluster(directory.resolve("cluster"), 2);
                SparkExecutor spark = new SparkExecutor(cluster.url(), StandaloneCluster.settings())) {
            measure("cluster of 2", spark, cluster::cpu, directory);
        }
    }

    private static void measure(String name, CellExecutor executor, Supplier<Duration> others, Path directory)
            throws Exception {
        // so that the compiler has seen it all: runs, and beginnings of studies, which are small tasks
        run(executor, 0, WARM_RUNS, directory.resolve(name + "-warm"));
        for (int i = 0; i < WARM_STUDIES; i++) {
            run(executor, 0, 64, directory.resolve(name + "-warm-" + i));
        }
        for (int millis : MILLIS) {
            int runs = CPU_MILLIS / millis;
            for (int i = 0; i < WARM_ROUNDS; i++) {
                run(executor, millis, runs, directory.resolve(name + "-" + millis + "-warm-" + i));
            }
            Duration before = own().plus(others.get());
            StudyResults results = run(executor, millis, runs, directory.resolve(name + "-" + millis));
            double nanos = own().plus(others.get()).minus(before).toNanos() - sum(results, runs, "nanos");
            System.out.printf(
                    Locale.ROOT,
                    "%-12s %3d ms: %6d runs, %7.1f us of CPU a run, %7.1f of it on the thread of the run%n",
                    name,
                    millis,
                    runs,
                    nanos / 1e3 / runs,
                    sum(results, runs, "between") / 1e3 / runs);
        }
    }

    private static double sum(StudyResults results, int runs, String output) {
        return IntStream.range(0, runs)
                .mapToDouble(i -> results.figure(i, output))
                .sum();
    }

    private static StudyResults run(CellExecutor executor, int millis, int runs, Path where) throws Exception {
        StudyResults results = new StudyRun(Spinner.study(millis, runs), executor)
                .into(where, false)
                .run();
        if (results.doneCount() != runs || results.failedCount() > 0) {
            throw new IllegalStateException("runs are missing: " + results.errors());
        }
        return results;
    }

    private static Duration own() {
        return cpu(List.of(ProcessHandle.current()));
    }

    /** Returns the CPU time that processes have had; of one that is gone nothing is known. */
    static Duration cpu(List<ProcessHandle> processes) {
        return processes.stream()
                .map(p -> p.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }
}
