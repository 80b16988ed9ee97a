package io.torosim.sweep;

import io.torosim.sweep.Study.CellModel.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs on threads of this process. Each has a stretch of the runs; who has finished his takes the rear half of the longest that is left
 * (work stealing), so one slow run keeps nobody waiting. Lines are made and handed on in small lots, at least every half second, by the thread that waits, so
 * that a long run keeps back no line of a short one before it; nothing else is kept.
 *
 * <p>Once it is to stop, runs that have begun have {@link CellExecutor#graceMillis()} to end. Those that do not are named ({@link CellExecutor.Sink#left}), interrupted and left to themselves: Java
 * cannot end a thread. What they give is thrown away.
 */
final class ThreadExecutor implements CellExecutor {
    private static final int LOT = 256;
    private static final int WAIT_MILLIS = 100;
    private static final int LOT_WAITS = 5; // each costs a thread whose caches are cold about as much as ten lines

    private final int workers;

    /** Creates one with {@code workers} threads, at least 1. */
    ThreadExecutor(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be at least 1, workers=" + workers);
        }
        this.workers = workers;
    }

    @Override
    public void run(Study study, Cells cells, Sink sink, BooleanSupplier stopped) throws InterruptedException {
        Stretches stretches = new Stretches(cells.count(), workers);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        BooleanSupplier isOver = () -> stopped.getAsBoolean() || failure.get() != null;
        List<Worker> all = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            int number = i;
            Worker worker = new Worker(study, sink);
            worker.thread = new Thread(
                    () -> {
                        try {
                            for (int next = stretches.next(number);
                                    next >= 0 && !isOver.getAsBoolean();
                                    next = stretches.next(number)) {
                                if (!worker.make(cells.get(next))) {
                                    return;
                                }
                            }
                        } catch (Throwable e) {
                            failure.compareAndSet(null, e);
                        }
                    },
                    "study-" + i);
            worker.thread.setDaemon(true); // a run that never ends keeps no process alive
            all.add(worker);
            worker.thread.start();
        }
        try {
            waitFor(all, isOver, failure);
        } catch (InterruptedException e) {
            failure.compareAndSet(null, e);
            handOn(all, failure);
            throw e;
        }
        handOn(all, failure);
        Throwable thrown = failure.get();
        if (thrown instanceof Error e) {
            throw e;
        }
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
    }

    /** Until all have ended; once it is to stop, for the grace more, then those that are in a run are left to themselves. */
    private static void waitFor(List<Worker> all, BooleanSupplier isOver, AtomicReference<Throwable> failure)
            throws InterruptedException {
        int graceWaits = CellExecutor.graceMillis() / WAIT_MILLIS;
        int waits = 0;
        int overWaits = 0;
        for (Worker worker : all) {
            while (worker.thread.isAlive() && !worker.isLeft()) {
                worker.thread.join(WAIT_MILLIS);
                if (waits++ % LOT_WAITS == 0) {
                    handOn(all, failure);
                }
                overWaits += worker.thread.isAlive() && isOver.getAsBoolean() ? 1 : 0;
                if (overWaits >= graceWaits) {
                    all.forEach(Worker::leave);
                }
            }
        }
    }

    private static void handOn(List<Worker> all, AtomicReference<Throwable> failure) {
        for (Worker worker : all) {
            try {
                worker.handOn();
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        }
    }

    /** A thread, the run it makes and what came of its runs that are over and have not been handed on. */
    private static final class Worker {
        private final Study study;
        private final Sink sink;

        @SuppressWarnings("NullAway.Init") // start comes first
        private Thread thread;

        private @Nullable Cell current;
        private boolean left;
        private List<Outcome> outcomes = new ArrayList<>();

        Worker(Study study, Sink sink) {
            this.study = study;
            this.sink = sink;
        }

        /** Makes a run; returns false if nobody waits for it any more. */
        boolean make(Cell cell) {
            synchronized (this) {
                current = cell;
            }
            Outcome outcome = CellLine.run(study, cell);
            boolean full;
            synchronized (this) {
                if (left) {
                    return false;
                }
                current = null;
                Thread.interrupted(); // what a model does to its thread is not done to the file's channel
                outcomes.add(outcome);
                full = outcomes.size() >= LOT;
            }
            if (full) {
                handOn();
            }
            return true;
        }

        synchronized boolean isLeft() {
            return left;
        }

        /** Waits no longer for a run; one that sleeps or waits hears of it. Never in the middle of a write, which an interruption would break off. */
        void leave() {
            Cell cell;
            synchronized (this) {
                if (left || current == null) {
                    return;
                }
                left = true;
                cell = current;
                thread.interrupt();
            }
            sink.left(cell);
        }

        void handOn() {
            List<Outcome> taken;
            synchronized (this) {
                taken = outcomes;
                outcomes = new ArrayList<>();
            }
            if (!taken.isEmpty()) {
                sink.accept(taken.stream()
                        .map(outcome -> CellLine.line(study, outcome))
                        .toList());
            }
        }
    }

    /** What each worker has left: a first and an end in one number, so that taking and stealing need no lock. */
    static final class Stretches {
        private final AtomicLong[] left;

        Stretches(int count, int workers) {
            left = new AtomicLong[workers];
            for (int w = 0; w < workers; w++) {
                left[w] = new AtomicLong(
                        pack((int) ((long) count * w / workers), (int) ((long) count * (w + 1) / workers)));
            }
        }

        /** Returns the next number for a worker, or -1 if nothing is left anywhere. */
        int next(int worker) {
            while (true) {
                long own = left[worker].get();
                int first = first(own);
                if (first < end(own)) {
                    if (left[worker].compareAndSet(own, pack(first + 1, end(own)))) {
                        return first;
                    }
                } else if (!steal(worker)) {
                    return -1;
                }
            }
        }

        private boolean steal(int worker) {
            while (true) {
                int victim = -1;
                int most = 0;
                for (int w = 0; w < left.length; w++) {
                    long theirs = left[w].get();
                    if (end(theirs) - first(theirs) > most) {
                        most = end(theirs) - first(theirs);
                        victim = w;
                    }
                }
                if (victim < 0) {
                    return false;
                }
                long theirs = left[victim].get();
                int middle = (first(theirs) + end(theirs)) >>> 1;
                if (first(theirs) < end(theirs) && left[victim].compareAndSet(theirs, pack(first(theirs), middle))) {
                    left[worker].set(pack(middle, end(theirs))); // nobody else changes an empty stretch
                    return true;
                }
            }
        }

        private static long pack(int first, int end) {
            return (long) first << 32 | end;
        }

        private static int first(long packed) {
            return (int) (packed >>> 32);
        }

        private static int end(long packed) {
            return (int) packed;
        }
    }
}
