package io.torosim.sweep.spark;

import io.torosim.sweep.Cell;
import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.CellModel;
import io.torosim.sweep.Design;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Study;
import io.torosim.sweep.StudyRun;
import io.torosim.sweep.ThreadExecutor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;

/**
 * What an executor adds to a run, in CPU time: the runs sleep, so all CPU time of all processes is the executor's, the result file's
 * included. A program, no test: docs/sweep.md has its figures.
 */
final class OverheadMeter {
    private static final int[] MILLIS = {1, 10, 100};
    private static final int WALL_MILLIS = 4000; // of each measurement, two runs at a time

    private OverheadMeter() {}

    /** Sleeps as long as its factor says. */
    static final class Sleeper implements CellModel {
        private static final long serialVersionUID = 1;

        @Override
        public double[] run(Cell cell) throws InterruptedException {
            Thread.sleep((long) cell.value("ms"));
            return new double[] {cell.value("ms")};
        }

        static Study study(int millis, int runs) {
            return Study.of("sleeper", new Sleeper(), "slept")
                    .factors(Factor.list("ms", List.of(Integer.toString(millis))))
                    .design(new Design.RandomDraws(runs))
                    .build();
        }
    }

    /** Measures threads, Spark in one process and a cluster of two workers. */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("overhead");
        Duration none = Duration.ZERO;
        measure("threads", new ThreadExecutor(2), () -> none, directory);
        try (SparkExecutor spark = new SparkExecutor("local[2]", new SparkConf())) {
            measure("local[2]", spark, () -> none, directory);
        }
        try (StandaloneCluster cluster = new StandaloneCluster(directory.resolve("cluster"), 2);
                SparkExecutor spark = new SparkExecutor(cluster.url(), StandaloneCluster.settings())) {
            measure("cluster of 2", spark, cluster::cpu, directory);
        }
    }

    private static void measure(String name, CellExecutor executor, Supplier<Duration> others, Path directory)
            throws Exception {
        for (int millis : MILLIS) { // so that the compiler has seen it all
            run(executor, millis, 2000 / millis, directory.resolve(name + "-warm-" + millis));
        }
        for (int millis : MILLIS) {
            int runs = 2 * WALL_MILLIS / millis;
            Duration before = own().plus(others.get());
            run(executor, millis, runs, directory.resolve(name + "-" + millis));
            long nanos = own().plus(others.get()).minus(before).toNanos();
            System.out.printf(
                    Locale.ROOT,
                    "%-12s %3d ms: %6d runs, %7.1f us of CPU a run%n",
                    name,
                    millis,
                    runs,
                    nanos / 1e3 / runs);
        }
    }

    private static void run(CellExecutor executor, int millis, int runs, Path where) throws Exception {
        if (new StudyRun(Sleeper.study(millis, runs), executor)
                        .into(where, false)
                        .run()
                        .doneCount()
                != runs) {
            throw new IllegalStateException("runs are missing");
        }
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
