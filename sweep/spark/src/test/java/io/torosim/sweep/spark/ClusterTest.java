package io.torosim.sweep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.StudyException;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.StudyRun;
import io.torosim.sweep.model.BuiltInStudies;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master and two workers on this machine give what threads give, and go on giving it when processes die. */
class ClusterTest {
    private static final boolean LONG = Boolean.getBoolean("torosim.sweep.long");
    private static final int WORKERS = 2;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(180);

    @TempDir
    static Path directory;

    private static StandaloneCluster cluster;

    @BeforeAll
    static void start() throws InterruptedException {
        try {
            cluster = new StandaloneCluster(directory.resolve("cluster"), WORKERS);
        } catch (IOException e) {
            assumeTrue(false, "no cluster can be started here: " + e.getMessage());
        }
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** One test, since what a dead worker leaves is a smaller cluster: equal files, a driver that dies, a worker that dies. */
    @Test
    void threadsAndCluster_giveTheSameFile_whateverDies() throws Exception {
        Study guests = BuiltInStudies.shortGuest(200, 7);
        Study slow = TestStudies.slow(200);
        String guestsDigest =
                run(guests, CellExecutor.threads(2), "guests-threads", false).digest();
        String slowDigest =
                run(slow, CellExecutor.threads(16), "slow-threads", false).digest();

        int kept = driverKilledInTheMiddle(slow, directory.resolve("slow-cluster"));
        assertThat(kept).isBetween(1, 199);

        try (SparkExecutor spark = new SparkExecutor(cluster.url(), StandaloneCluster.settings())) {
            awaitExecutors(spark, WORKERS);
            assertThat(run(guests, spark, "guests-cluster", false).digest()).isEqualTo(guestsDigest);
            assertThat(sorted("guests-cluster"))
                    .isEqualTo(sorted("guests-threads"))
                    .hasSize(201);

            AtomicInteger doneAtDeath = new AtomicInteger();
            Study longer = TestStudies.slow(300);
            Thread death = new Thread(() -> {
                try {
                    Path file = directory.resolve("longer-cluster").resolve("cells.jsonl");
                    doneAtDeath.set(awaitLines(file, 40, () -> true));
                    cluster.kill(0);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            death.start();
            StudyResults survived = run(longer, spark, "longer-cluster", false);
            death.join();
            assertThat(doneAtDeath.get()).as("died in the middle").isBetween(40, 299);
            awaitExecutors(spark, WORKERS - 1);
            assertThat(survived.digest())
                    .isEqualTo(run(longer, CellExecutor.threads(16), "longer-threads", false)
                            .digest());
            assertThat(sorted("longer-cluster"))
                    .isEqualTo(sorted("longer-threads"))
                    .hasSize(301);

            StudyResults resumed = run(slow, spark, "slow-cluster", true);
            assertThat(resumed.digest()).isEqualTo(slowDigest);
            assertThat(sorted("slow-cluster")).isEqualTo(sorted("slow-threads")).hasSize(201);
        }
    }

    @Test
    void modelThatEndsItsProcess_isNamedWithItsRun_andWhatIsOverIsKept() throws Exception {
        SparkConf once = StandaloneCluster.settings().set("spark.task.maxFailures", "1");
        try (SparkExecutor spark = new SparkExecutor(cluster.url(), once)) {
            assertThatThrownBy(() -> run(TestStudies.exiting(), spark, "exiting", false))
                    .isInstanceOf(StudyException.class)
                    .hasMessage(
                            "run 2 of the model exiting ended its process, Command exited with code 0, in 1 attempt:"
                                    + " a model must not call System.exit, and may need more memory (spark.executor.memory);"
                                    + " what is over is kept; alone: --cell 2");
        }
        assertThat(lines(directory.resolve("exiting").resolve("cells.jsonl"))).isBetween(2, 11);
    }

    /** Returns how many runs were kept. */
    private static int driverKilledInTheMiddle(Study study, Path out) throws IOException, InterruptedException {
        Path serialized = directory.resolve("study.ser");
        try (ObjectOutputStream stream = new ObjectOutputStream(Files.newOutputStream(serialized))) {
            stream.writeObject(study);
        }
        List<String> settings = Arrays.stream(StandaloneCluster.settings().getAll())
                .map(setting -> "-D" + setting._1() + "=" + setting._2())
                .toList();
        List<String> arguments = new ArrayList<>(settings);
        arguments.addAll(List.of(
                SparkStudy.class.getName(),
                LONG ? cluster.url() : "local[2]", // which starts no executors; what dies is the driver
                serialized.toString(),
                out.toString(),
                "new",
                Long.toString(Long.MAX_VALUE),
                Long.toString(Long.MAX_VALUE)));
        Path said = directory.resolve("driver.log");
        Process driver = new ProcessBuilder(StandaloneCluster.java(arguments.toArray(new String[0])))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            awaitLines(out.resolve("cells.jsonl"), 10, driver::isAlive);
        } finally {
            driver.destroyForcibly().waitFor();
        }
        return lines(out.resolve("cells.jsonl"));
    }

    private static int awaitLines(Path file, int least, BooleanSupplier alive)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        int lines = lines(file);
        while (lines < least) {
            if (!alive.getAsBoolean() || System.nanoTime() - began > PATIENCE_NANOS) {
                throw new IOException(file + ": only " + lines + " lines");
            }
            Thread.sleep(10);
            lines = lines(file);
        }
        return lines;
    }

    /** Runs with a line, without the heading. */
    private static int lines(Path file) throws IOException {
        return Files.exists(file) ? Math.max(0, Files.readString(file).split("\n").length - 1) : 0;
    }

    private static void awaitExecutors(SparkExecutor spark, int count) throws InterruptedException {
        long began = System.nanoTime();
        while (spark.executors() != count && System.nanoTime() - began < PATIENCE_NANOS) {
            Thread.sleep(20);
        }
        assertThat(spark.executors()).as("executors").isEqualTo(count);
    }

    private static StudyResults run(Study study, CellExecutor executor, String where, boolean resume) throws Exception {
        return new StudyRun(study, executor)
                .into(directory.resolve(where), resume)
                .run();
    }

    private static List<String> sorted(String where) throws IOException {
        return Files.readAllLines(directory.resolve(where).resolve("cells.jsonl")).stream()
                .sorted()
                .toList();
    }
}
