package io.torosim.sweep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel.Cell;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Spark 4.2.0's words, as a cluster gave them. */
class LostTaskTest {
    private static final String WORDS =
            "Job aborted due to stage failure: Task 1 in stage 0.0 failed 4 times, most recent"
                    + " failure: Lost task 1.3 in stage 0.0 (TID 4) (127.0.0.1 executor 3): ExecutorLostFailure (executor 3 exited"
                    + " caused by one of the running tasks) Reason: Command exited with code 5\nDriver stacktrace:";

    @Test
    void wordsOfALostTask_areRead() {
        assertThat(LostTask.of(new IllegalStateException(WORDS)))
                .hasValue(new LostTask(1, 4, "Command exited with code 5"));
    }

    @Test
    void otherEndsOfAJob_areNoLostTask() {
        assertThat(LostTask.of(new IllegalStateException("Job 0 cancelled because SparkContext was shut down")))
                .isEmpty();
        assertThat(LostTask.of(new IllegalStateException())).isEmpty();
        assertThat(LostTask.of(new IllegalStateException(
                        "Task 1 in stage 0.0 failed 4 times, most recent failure: java.io.IOException: x")))
                .isEmpty();
    }

    @Test
    void severalRunsOfATask_areNamedByTheFirstAndTheLast() {
        Study study = TestStudies.exiting();
        List<Cell> cells = new ArrayList<>();
        for (long number : new long[] {3, 5, 9}) {
            cells.add(new Cell(number, 0, 0, 1, List.of(), List.of()));
        }
        assertThat(new LostTask(1, 4, "Command exited with code 5").message(study, cells))
                .startsWith(
                        "one of 3 runs, 3 to 9, of the model exiting ended its process, Command exited with code 5, in 4"
                                + " attempts: ")
                .endsWith("alone: --cell 3");
    }
}
