package io.torosim.sweep.spark;

import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Study.CellModel.Cell;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the runs into jobs of tasks. How long runs have taken decides where it cuts, which no result shows. A task costs Spark milliseconds, whatever is in it, so it
 * should be long; but what is on its way when a study is to stop should end within the grace, and no core wait long for another's last task.
 */
final class Plan {
    static final int JOBS_AT_A_TIME =
            3; // a task for each core in each: while one waits for a long run, the others take turns
    static final double TASK_NANOS = 1e9;
    static final double LAST_TASK_NANOS = 0.25e9;
    static final int MOST_RUNS_A_TASK = 2000;

    private final CellExecutor.Cells cells;
    private final int tasks;
    private int next;
    private long runs;
    private long nanos;

    /** Plans {@code cells} for so many cores. */
    Plan(CellExecutor.Cells cells, int cores) {
        this.cells = cells;
        tasks = Math.max(1, cores);
    }

    /** Returns the tasks of the next job, or null if there are no more runs. */
    synchronized List<Chunk> next() {
        if (next == cells.count()) {
            return null;
        }
        List<Chunk> job = new ArrayList<>();
        int most = runsATask();
        while (job.size() < tasks && next < cells.count()) {
            int end = Math.min(cells.count(), next + most);
            List<Cell> task = new ArrayList<>(end - next);
            while (next < end) {
                task.add(cells.get(next++));
            }
            job.add(new Chunk(task));
        }
        return job;
    }

    /** One until something is known: of long runs no job must be so long that a limited time ends none. */
    private int runsATask() {
        if (runs == 0) {
            return 1;
        }
        double each = Math.max(1.0, (double) nanos / runs);
        int share = (cells.count() - next) / (JOBS_AT_A_TIME * tasks); // as if these jobs were the last
        double wanted = Math.max(LAST_TASK_NANOS / each, Math.min(TASK_NANOS / each, share));
        return (int) Math.max(1, Math.min(MOST_RUNS_A_TASK, wanted));
    }

    /** Hears how long a task took. */
    synchronized void took(Done done) {
        runs += done.lines().size();
        nanos += done.nanos();
    }
}
