package io.torosim.sweep.spark;

import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.StudyException;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.StudyRun;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;

/**
 * A study on Spark as a program: what {@code torosim study --master} starts.
 *
 * <pre>SparkStudy MASTER STUDY DIRECTORY resume|new MOST-RUNS MOST-NANOSECONDS</pre>
 *
 * {@code STUDY} is a serialised {@link Study}; results go to {@code cells.jsonl} in the directory. Settings of Spark's own come as {@code -Dspark.…=…}.
 */
public final class SparkStudy {
    private SparkStudy() {}

    /** Runs it; status 2 if the study cannot be run as asked. */
    public static void main(String[] args) throws IOException, ClassNotFoundException, InterruptedException {
        Study study;
        try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(Path.of(args[1])))) {
            study = (Study) in.readObject();
        }
        CountDownLatch over = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> onExit(over), "study-exit"));
        try (SparkExecutor executor = new SparkExecutor(args[0], new SparkConf())) {
            if (!args[0].startsWith("local")) {
                watch(executor);
            }
            long[] shown = {System.nanoTime()};
            StudyResults results = new StudyRun(study, executor)
                    .into(Path.of(args[2]), args[3].equals("resume"))
                    .atMost(Long.parseLong(args[4]))
                    .atMost(Duration.ofNanos(Long.parseLong(args[5])), System::nanoTime)
                    .progress((done, known) -> {
                        synchronized (shown) {
                            if (System.nanoTime() - shown[0] > 2_000_000_000L) {
                                shown[0] = System.nanoTime();
                                System.err.println("torosim: " + done + " of " + known + " runs");
                            }
                        }
                    })
                    .run();
            List<Long> left = results.left();
            if (!left.isEmpty()) {
                System.err.println(
                        "torosim: " + left.size() + " runs were on their way and were left, nothing of them is kept;"
                                + " the first is run " + left.get(0) + " (alone: --cell " + left.get(0) + ")");
            }
            System.err.println("torosim: " + results.doneCount() + " runs, digest " + results.digest());
        } catch (StudyException e) {
            System.err.println("torosim: " + e.getMessage());
            System.exit(2);
        } catch (IllegalStateException e) { // the cluster is gone, and Spark's context with it
            if (exit().isPresent()) {
                return; // which says it
            }
            System.err.println("torosim: Spark has stopped: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "; what is over is kept");
            System.exit(2);
        } catch (IOException | UncheckedIOException e) {
            Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
            System.err.println("torosim: " + cause.getMessage());
            System.exit(2);
        } finally {
            over.countDown();
        }
    }

    private static void watch(SparkExecutor executor) {
        IdleCluster cluster = new IdleCluster(executor.executorMemory());
        Thread watching = new Thread(
                () -> {
                    try {
                        while (executor.isOpen()) {
                            cluster.look(executor.executors(), System.nanoTime())
                                    .ifPresent(line -> System.err.println("torosim: " + line));
                            Thread.sleep(1_000);
                        }
                    } catch (InterruptedException | RuntimeException e) {
                        // the context has stopped, which the study's end tells of
                    }
                },
                "study-watch");
        watching.setDaemon(true);
        watching.start();
    }

    /** A model in this process, as with local[2], that calls System.exit: no result is right, whatever status it asked for. */
    private static void onExit(CountDownLatch over) {
        Optional<String> place = exit();
        if (place.isEmpty()) {
            return;
        }
        try {
            over.await(5, TimeUnit.SECONDS); // what has come is written first
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.err.println(
                "torosim: the model ended the process, by System.exit at " + place.get() + "; what is over is kept");
        Runtime.getRuntime().halt(2);
    }

    private static Optional<String> exit() {
        return CellExecutor.exitPlace()
                .filter(place ->
                        !place.startsWith(SparkStudy.class.getName()) && !place.startsWith("org.apache.spark."));
    }
}
