package io.torosim.sweep;

import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.Study.CellModel.Cell;
import io.torosim.sweep.Study.StudyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A model whose runs may take so long and no longer: each has a thread of its own, and one that has not ended in time is a failed run. Its thread is interrupted
 * and left to itself, as Java cannot end one that does not listen; it is a daemon, so that it keeps no process alive, but it keeps its processor busy. Once
 * {@link #MOST_LEFT} of them still run in a process the study ends, since what comes after them would be too late because of them.
 *
 * @param model the model
 * @param millis how long a run may take by the clock on the wall, at least 1
 */
record WatchedModel(CellModel model, long millis) implements CellModel {
    private static final long serialVersionUID = 1;

    static final int MOST_LEFT = 16;

    private static final List<Thread> LEFT = new ArrayList<>(); // guarded by itself

    static WatchedModel of(CellModel model, Duration longest) {
        if (longest.isZero() || longest.isNegative()) {
            throw new StudyException("longest-run", "must be positive", longest);
        }
        return new WatchedModel(model, Math.max(1, longest.plusNanos(999_999).toMillis()));
    }

    @Override
    public double[] run(Cell cell) throws Exception {
        Run run = new Run(model, cell);
        Thread thread = new Thread(run, "run-" + cell.number());
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(millis);
        } catch (InterruptedException e) { // nobody waits for it any more
            thread.interrupt();
            throw e;
        }
        if (!thread.isAlive()) {
            return run.result();
        }
        thread.interrupt();
        leave(thread);
        throw new TimeoutException("did not end within " + text());
    }

    /** How long a run may take, as a study's file says it. */
    String text() {
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }

    private void leave(Thread thread) {
        synchronized (LEFT) {
            for (Iterator<Thread> all = LEFT.iterator(); all.hasNext(); ) {
                if (!all.next().isAlive()) {
                    all.remove();
                }
            }
            LEFT.add(thread);
            if (LEFT.size() > MOST_LEFT) {
                throw new TooManyLeft(LEFT.size() + " runs that did not end within " + text()
                        + " still run in this process and cannot be ended; each keeps a processor busy");
            }
        }
    }

    @Override
    public void check(Study study) {
        model.check(study);
    }

    @Override
    public boolean isExact() {
        return model.isExact();
    }

    /** One run and what came of it; read once its thread has ended. */
    private static final class Run implements Runnable {
        private final CellModel model;
        private final Cell cell;
        private double @Nullable [] figures;
        private @Nullable Throwable thrown;

        Run(CellModel model, Cell cell) {
            this.model = model;
            this.cell = cell;
        }

        @Override
        public void run() {
            try {
                figures = model.run(cell);
            } catch (Throwable e) { // whatever a model throws is its own affair
                thrown = e;
            }
        }

        @SuppressWarnings("NullAway") // a model that gives none is told of where lines are made
        double[] result() throws Exception {
            if (thrown instanceof Error e) {
                throw e;
            }
            if (thrown instanceof Exception e) {
                throw e;
            }
            if (thrown != null) {
                throw new IllegalStateException(thrown);
            }
            return figures;
        }
    }
}
