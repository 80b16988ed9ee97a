package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.Study.StudyException;
import io.torosim.sweep.StudyResults.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Threads that share the runs, and runs that do not end. */
final class StudyThreadsTest extends StudyRuns {
    @Test
    void runThatNeverEnds_isLeftWhenTheTimeIsOver_andNamed_theRestIsKept() throws Exception {
        java.util.concurrent.CountDownLatch hung = new java.util.concurrent.CountDownLatch(2);
        java.util.concurrent.atomic.AtomicBoolean isToEnd = new java.util.concurrent.atomic.AtomicBoolean();
        CellModel model = cell -> {
            if (cell.value("x") == 2) {
                hung.countDown();
                while (!isToEnd.get()) { // an interruption does not end it
                    Thread.onSpinWait();
                }
            } else if (cell.value("x") == 4) {
                hung.countDown();
                Thread.sleep(1_000_000); // one does
            } else if (cell.value("x") == 5) {
                Thread.currentThread().interrupt(); // harms nobody's file
            }
            return new double[] {cell.value("x")};
        };
        Study study = Study.of("hanging", model, "y")
                .factors(Factor.list("x", List.of("0", "1", "2", "3", "4", "5", "6")))
                .build();
        Path where = directory.resolve("hang");
        StudyResults part = new StudyRun(study, CellExecutor.threads(3))
                .into(where, false)
                .atMost(java.time.Duration.ofNanos(1), () -> hung.getCount() == 0 && part(where) == 5 ? 1 : 0)
                .run();
        assertThat(part.ending()).isEqualTo(Ending.TIME);
        assertThat(part.left()).containsExactly(2L, 4L);
        assertThat(part.doneCount()).isEqualTo(5);
        assertThat(part.failedCount()).as("an interrupted run has not failed").isZero();
        assertThat(Files.readString(where.resolve("summary.json"))).contains("\"left\":[2,4]");
        isToEnd.set(true);
        Study ended = Study.of("hanging", cell -> new double[] {cell.value("x")}, "y")
                .factors(study.factors())
                .build();
        StudyResults whole = run(ended, "hang", 2, true);
        assertThat(whole.isComplete()).isTrue();
        assertThat(whole.digest()).isEqualTo(run(ended, "whole", 1, false).digest());
    }

    private static long part(Path where) {
        try (java.util.stream.Stream<String> lines = Files.lines(where.resolve("cells.jsonl"))) {
            return lines.count() - 1;
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void workStealing_givesEveryNumberOnce() throws Exception {
        ThreadExecutor.Stretches stretches = new ThreadExecutor.Stretches(100_000, 5);
        java.util.BitSet[] seen = new java.util.BitSet[5];
        List<Thread> threads = new ArrayList<>();
        for (int w = 0; w < 5; w++) {
            int worker = w;
            seen[w] = new java.util.BitSet();
            Thread thread = new Thread(() -> {
                int most = worker == 4 ? 10 : Integer.MAX_VALUE; // one gives up early: the others take what it leaves
                for (int i = 0; i < most; i++) {
                    int number = stretches.next(worker);
                    if (number < 0) {
                        return;
                    }
                    seen[worker].set(number);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        java.util.BitSet all = new java.util.BitSet();
        int sum = 0;
        for (java.util.BitSet s : seen) {
            all.or(s);
            sum += s.cardinality();
        }
        assertThat(sum).isEqualTo(100_000);
        assertThat(all.cardinality()).isEqualTo(100_000);
        assertThat(seen[4].cardinality()).isLessThanOrEqualTo(10);
    }

    private static volatile boolean mayEnd;

    @Test
    void runsThatDoNotListen_areFailedOnes_untilTooManyKeepProcessorsBusy() {
        Study study = Study.of(
                        "deaf",
                        cell -> {
                            while (!mayEnd) {
                                try {
                                    Thread.sleep(5);
                                } catch (InterruptedException e) {
                                    // deaf
                                }
                            }
                            return new double[1];
                        },
                        "y")
                .factors(Factor.range("x", 0, 1))
                .design(new Design.RandomDraws(100))
                .longestRun(Duration.ofMillis(20))
                .build();
        assertThatThrownBy(() -> new StudyRun(study, CellExecutor.threads(1)).run())
                .isInstanceOf(StudyException.class)
                .hasMessage("17 runs that did not end within 20 ms still run in this process and cannot be ended; each"
                        + " keeps a processor busy, at run 16 of the model deaf, a run at most 20 ms");
        mayEnd = true;
        assertThatThrownBy(() -> study.withLongestRun(Duration.ZERO))
                .hasMessage("longest-run: must be positive, value=PT0S");
    }

    @Test
    void limitOfARun_changesNoFigure_butTheFingerprint() {
        Study plain = Models.trivial(1500).build();
        Study limited = plain.withLongestRun(Duration.ofMinutes(5));
        StudyResults there = StudyRun.inMemory(limited);
        assertThat(there.means("draw")).isEqualTo(StudyRun.inMemory(plain).means("draw"));
        assertThat(there.errors())
                .containsExactly(java.util.Map.entry(999L, "java.lang.IllegalStateException: cell 999, \"as asked\""));
        assertThat(limited.fingerprint()).isNotEqualTo(plain.fingerprint());
        assertThat(limited.model().isExact()).isEqualTo(plain.model().isExact());
    }
}
