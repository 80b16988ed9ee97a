package io.torosim.sweep.spark;

import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel.Cell;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A task of which Spark has had enough since every process that made it ended: a model that calls {@code System.exit}, or the memory. Spark says so in words only,
 * those of {@code TaskSetManager} and {@code ExecutorLostFailure}.
 *
 * @param task its number in the job
 * @param attempts how often it was made
 * @param reason Spark's, such as {@code Command exited with code 5}
 */
record LostTask(int task, int attempts, String reason) {
    private static final Pattern WORDS = Pattern.compile(
            "Task (\\d+) in stage \\S+ failed (\\d+) times, .*ExecutorLostFailure \\(.*?\\) Reason: ([^\\n]*)");

    /** Returns the task that a job ended by, if that was why. */
    static Optional<LostTask> of(Throwable jobsEnd) {
        Matcher words = WORDS.matcher(String.valueOf(jobsEnd.getMessage()));
        return words.find()
                ? Optional.of(new LostTask(
                        Integer.parseInt(words.group(1)),
                        Integer.parseInt(words.group(2)),
                        words.group(3).strip()))
                : Optional.empty();
    }

    /** Returns the line for the user: which runs, whose model, and how to see it. */
    String message(Study study, List<Cell> cells) {
        long first = cells.get(0).number();
        long last = cells.get(cells.size() - 1).number();
        return (cells.size() == 1 ? "run " + first : "one of " + cells.size() + " runs, " + first + " to " + last + ",")
                + " of the model " + study.modelName() + " ended its process, " + reason + ", in " + attempts
                + (attempts == 1 ? " attempt" : " attempts")
                + ": a model must not call System.exit, and may need more memory (spark.executor.memory); what is over is kept; alone: --cell "
                + first;
    }
}
