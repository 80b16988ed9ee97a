package io.torosim.sweep.spark;

import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Design;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.Study.CellModel.Cell;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.StudyRun;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;

/**
 * What an executor adds to a run, in CPU time. A program, no test: docs/sweep.md has its figures.
 *
 * <p>The thread of the run tells its own part to the nanosecond, what it has used from the end of one run to the beginning of the next. Of all that the processes have used
 * the runs' own time is taken off, then this part, the compiler's, which is of a process and not of a run, and the virtual machine's, which is of the clock on the wall. What is left has been
 * used by the executor's other threads and by the study's beginning and end; it is known to 10 ms a round.
 */
final class OverheadMeter {
    private static final int WARM_RUNS = 60_000;
    private static final int WARM_STUDIES = 100; // at a time, until the compiler has little to do
    private static final int MOST_WARM_ROUNDS = 4;
    private static final double LITTLE_COMPILER = 0.1;
    private static final int ROUNDS = 3;

    private OverheadMeter() {}

    /**
     * Computes until its thread has used as much CPU time as its factor says; gives what it has used, and what its thread had used since its last
     * run ended, which is the executor's, in nanoseconds.
     */
    static final class Spinner implements CellModel {
        private static final long serialVersionUID = 1;
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
        private static final ThreadLocal<long[]> LAST_END = ThreadLocal.withInitial(() -> new long[1]);

        @Override
        public double[] run(Cell cell) {
            long began = THREADS.getCurrentThreadCpuTime();
            long[] last = LAST_END.get();
            long between = began - last[0];
            long end = began + 1_000_000L * (long) cell.value("ms");
            long now = began;
            while (now < end) {
                for (int i = 0; i < 1000; i++) {
                    Thread.onSpinWait();
                }
                now = THREADS.getCurrentThreadCpuTime();
            }
            last[0] = now;
            return new double[] {now - began, between};
        }

        static Study study(int millis, int runs) {
            return Study.of("spinner", new Spinner(), "nanos", "between")
                    .factors(Factor.list("ms", List.of(Integer.toString(millis))))
                    .design(new Design.RandomDraws(runs))
                    .build();
        }
    }

    /** Measures one executor: {@code threads}, {@code local} or {@code cluster}; then the seconds of runs in each round (4), and the lengths (1 10 100). */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("overhead");
        double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 4;
        int[] lengths = args.length > 2
                ? Arrays.stream(args).skip(2).mapToInt(Integer::parseInt).toArray()
                : new int[] {1, 10, 100};
        switch (args[0]) {
            case "threads" -> measure("threads", CellExecutor.threads(2), List::of, directory, seconds, lengths);
            case "local" -> {
                try (SparkExecutor spark = new SparkExecutor("local[2]", new SparkConf())) {
                    measure("local[2]", spark, List::of, directory, seconds, lengths);
                }
            }
            default -> {
                try (StandaloneCluster cluster = new StandaloneCluster(directory.resolve("cluster"), 2);
                        SparkExecutor spark = new SparkExecutor(cluster.url(), StandaloneCluster.settings())) {
                    measure("cluster", spark, cluster::processes, directory, seconds, lengths);
                }
            }
        }
    }

    private static void measure(
            String name,
            CellExecutor executor,
            Supplier<List<ProcessHandle>> others,
            Path directory,
            double seconds,
            int[] lengths)
            throws Exception {
        run(executor, 0, WARM_RUNS, directory.resolve("runs"));
        CpuTimes warm;
        int rounds = 0;
        do {
            CpuTimes before = now(others);
            for (int i = 0; i < WARM_STUDIES; i++) {
                run(executor, 0, 64, directory.resolve("warm-" + rounds + "-" + i));
            }
            warm = now(others).since(before);
        } while (warm.compiler() > LITTLE_COMPILER * warm.all() && ++rounds < MOST_WARM_ROUNDS);
        System.out.printf(
                Locale.ROOT,
                "%s: the compiler has %.0f %% of small studies after %d of them%n",
                name,
                100 * warm.compiler() / warm.all(),
                (rounds + 1) * WARM_STUDIES);
        for (int millis : lengths) {
            int runs = (int) (1000 * seconds / millis);
            List<double[]> runNanos = new ArrayList<>();
            List<double[]> betweens = new ArrayList<>();
            CpuTimes first = now(others);
            long begun = System.nanoTime();
            for (int round = 0; round < ROUNDS; round++) {
                CpuTimes before = now(others);
                long began = System.nanoTime();
                StudyResults results = run(executor, millis, runs, directory.resolve(millis + "-" + round));
                double wall = (System.nanoTime() - began) / 1e9;
                runNanos.add(figures(results, "nanos"));
                betweens.add(figures(results, "between"));
                print(
                        name,
                        millis,
                        wall,
                        runNanos.get(round),
                        betweens.get(round),
                        now(others).since(before));
            }
            double wall = (System.nanoTime() - begun) / 1e9;
            print(
                    name + ", all",
                    millis,
                    wall,
                    together(runNanos),
                    together(betweens),
                    now(others).since(first));
        }
    }

    private static void print(
            String name, int millis, double wall, double[] runNanos, double[] betweens, CpuTimes used) {
        int runs = betweens.length;
        double[] between = Arrays.stream(betweens).sorted().toArray();
        double threads = Arrays.stream(between).sum();
        double rest = used.all() - Arrays.stream(runNanos).sum() - threads - used.compiler() - used.machine();
        System.out.printf(
                Locale.ROOT,
                "%s %3d ms: %5d runs in %4.1f s; us of CPU a run: the run's thread %6.1f (half of them below %6.1f), other threads %6.1f, compiler %6.1f, machine %5.1f%n",
                name,
                millis,
                runs,
                wall,
                threads / 1e3 / runs,
                between[runs / 2] / 1e3,
                rest / 1e3 / runs,
                used.compiler() / 1e3 / runs,
                used.machine() / 1e3 / runs);
    }

    private static double[] figures(StudyResults results, String output) {
        return IntStream.range(0, results.cellCount())
                .mapToDouble(i -> results.figure(i, output))
                .toArray();
    }

    private static double[] together(List<double[]> rounds) {
        return rounds.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    private static CpuTimes now(Supplier<List<ProcessHandle>> others) throws IOException {
        List<ProcessHandle> all = new ArrayList<>(others.get());
        all.add(ProcessHandle.current());
        return CpuTimes.of(all);
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
}
