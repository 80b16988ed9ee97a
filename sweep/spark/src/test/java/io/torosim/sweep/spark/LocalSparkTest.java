package io.torosim.sweep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.StudyException;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.StudyRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSparkTest {
    private static SparkExecutor spark;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        System.setProperty("torosim.sweep.grace", "1");
        spark = new SparkExecutor("local[2]", new SparkConf());
    }

    @AfterAll
    static void stop() {
        System.clearProperty("torosim.sweep.grace");
        spark.close();
    }

    private StudyResults run(Study study, CellExecutor executor, String where) throws Exception {
        return new StudyRun(study, executor)
                .into(directory.resolve(where), false)
                .run();
    }

    private List<String> sorted(String where) throws Exception {
        return Files.readAllLines(directory.resolve(where).resolve("cells.jsonl")).stream()
                .sorted()
                .toList();
    }

    @Test
    void sparkAndThreads_giveTheSameSortedFileAndDigest() throws Exception {
        Study study = TestStudies.draws(3000);
        StudyResults threads = run(study, CellExecutor.threads(2), "threads");
        StudyResults cluster = run(study, spark, "spark");
        assertThat(cluster.digest()).isEqualTo(threads.digest());
        assertThat(sorted("spark")).isEqualTo(sorted("threads")).hasSize(3001);
        assertThat(cluster.failedCount()).as("failing runs are rows here too").isEqualTo(3);
    }

    @Test
    void stoppedOnSpark_goneOnWithByThreads_isTheSame() throws Exception {
        Study study = TestStudies.draws(2000);
        String whole = run(study, CellExecutor.threads(2), "whole").digest();
        AtomicInteger asked = new AtomicInteger();
        StudyResults part = new StudyRun(study, spark)
                .into(directory.resolve("part"), false)
                .stopWhen(() -> asked.incrementAndGet() > 2)
                .run();
        assertThat(part.isComplete()).isFalse();
        assertThat(part.doneCount()).isPositive();
        StudyResults rest = new StudyRun(study, CellExecutor.threads(2))
                .into(directory.resolve("part"), true)
                .run();
        assertThat(rest.digest()).isEqualTo(whole);
    }

    private static volatile boolean hasBegun; // in this process, as the driver is
    private static volatile boolean mayEnd;

    private static double[] waiting() throws InterruptedException {
        hasBegun = true;
        while (!mayEnd) {
            Thread.sleep(5);
        }
        return new double[1];
    }

    private static Study.Builder hanging(io.torosim.sweep.Study.CellModel model) {
        return Study.of("hanging", cell -> cell.number() == 2 ? model.run(cell) : new double[1], "y")
                .factors(io.torosim.sweep.Factor.range("x", 0, 1))
                .design(new io.torosim.sweep.Design.RandomDraws(12));
    }

    @Test
    void runThatDoesNotEnd_isLeft_andTheOtherRunsOfItsJobAreKept() throws Exception {
        StudyResults part = new StudyRun(hanging(cell -> waiting()).build(), spark)
                .stopWhen(() -> hasBegun)
                .run();
        mayEnd = true;
        assertThat(part.ending()).isEqualTo(io.torosim.sweep.StudyResults.Ending.STOPPED);
        assertThat(part.left()).containsExactly(2L);
        assertThat(part.doneCount())
                .as("the first three jobs have two tasks of one run each")
                .isBetween(3, 11);
    }

    private static volatile boolean isOver;
    private static volatile boolean wasInterrupted;

    private static double[] looping() {
        while (!isOver) {
            Thread.onSpinWait();
        }
        return new double[1];
    }

    private static double[] sleeping() throws InterruptedException {
        try {
            Thread.sleep(600_000);
        } catch (InterruptedException e) {
            wasInterrupted = true;
            throw e;
        }
        return new double[1];
    }

    @Test
    void runThatExceedsItsLimit_isAFailedRow_theSameAsOnThreads() throws Exception {
        for (io.torosim.sweep.Study.CellModel model :
                List.<io.torosim.sweep.Study.CellModel>of(cell -> looping(), cell -> sleeping())) {
            Study study = hanging(model).longestRun(Duration.ofMillis(700)).build();
            StudyResults cluster = new StudyRun(study, spark).run();
            assertThat(cluster.isComplete()).isTrue();
            assertThat(cluster.doneCount()).isEqualTo(12);
            assertThat(cluster.errors())
                    .containsExactly(java.util.Map.entry(
                            2L, "java.util.concurrent.TimeoutException: did not end within 700 ms"));
            assertThat(StudyRun.inMemory(study).digest()).isEqualTo(cluster.digest());
        }
        isOver = true;
        assertThat(wasInterrupted).isTrue();
    }

    @Test
    void modelWithoutFigures_isOneLine_asOnThreads() {
        Study study = Study.of("none", cell -> cell.number() == 5 ? new double[3] : new double[1], "y")
                .factors(io.torosim.sweep.Factor.range("x", 0, 1))
                .design(new io.torosim.sweep.Design.RandomDraws(20))
                .build();
        assertThatThrownBy(() -> new StudyRun(study, spark).run())
                .isInstanceOf(StudyException.class)
                .hasMessage("outputs: must be as many as the figures that the model gives, figures=3 at cell 5 of the"
                        + " model none, value=[y]");
    }

    @Test
    void modelThatCannotBeSerialised_isToldBeforeAnythingIsSent() {
        Object secret = new Object();
        Study study = Study.of("secret", cell -> new double[] {secret.hashCode()}, "y")
                .build();
        assertThatThrownBy(() -> new StudyRun(study, spark).run())
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(
                        "the model secret cannot be sent to a cluster: java.io.NotSerializableException: java.lang.Object");
    }
}
