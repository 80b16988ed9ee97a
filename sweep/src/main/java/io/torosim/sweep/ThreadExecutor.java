package io.torosim.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Runs on threads of this process. Each has a stretch of the runs; who has finished his takes the rear half of the longest that is left
 * (work stealing), so one slow run keeps nobody waiting. Lines are handed on in small lots, at least every tenth of a second, by the thread that waits, so
 * that a long run keeps back no line of a short one before it; nothing else is kept.
 */
public final class ThreadExecutor implements CellExecutor {
    private static final int LOT = 256;
    private static final int LOT_MILLIS = 100;

    private final int workers;

    /** Creates one with {@code workers} threads, at least 1. */
    public ThreadExecutor(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be at least 1, workers=" + workers);
        }
        this.workers = workers;
    }

    /** Creates one with as many threads as there are processors. */
    public static ThreadExecutor onAllProcessors() {
        return new ThreadExecutor(Runtime.getRuntime().availableProcessors());
    }

    @Override
    public void run(Study study, Cells cells, Sink sink, BooleanSupplier stopped) throws InterruptedException {
        Stretches stretches = new Stretches(cells.count(), workers);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        List<Lot> lots = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            int worker = i;
            Lot lot = new Lot(sink);
            lots.add(lot);
            Thread thread = new Thread(
                    () -> {
                        try {
                            work(
                                    study,
                                    cells,
                                    lot,
                                    () -> stopped.getAsBoolean() || failure.get() != null,
                                    stretches,
                                    worker);
                        } catch (Throwable e) {
                            failure.compareAndSet(null, e);
                        }
                    },
                    "study-" + i);
            threads.add(thread);
            thread.start();
        }
        try {
            for (Thread thread : threads) {
                while (thread.isAlive()) {
                    thread.join(LOT_MILLIS);
                    handOn(lots, failure);
                }
            }
        } catch (InterruptedException e) {
            failure.compareAndSet(null, e);
            handOn(lots, failure);
            throw e;
        }
        handOn(lots, failure);
        Throwable thrown = failure.get();
        if (thrown instanceof Error e) {
            throw e;
        }
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
    }

    private static void work(
            Study study, Cells cells, Lot lot, BooleanSupplier stopped, Stretches stretches, int worker) {
        for (int i = stretches.next(worker); i >= 0 && !stopped.getAsBoolean(); i = stretches.next(worker)) {
            lot.add(CellExecutor.line(study, cells.get(i)));
        }
    }

    private static void handOn(List<Lot> lots, AtomicReference<Throwable> failure) {
        for (Lot lot : lots) {
            try {
                lot.handOn();
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        }
    }

    /** Lines of runs that are over and have not been handed on. */
    private static final class Lot {
        private final Sink sink;
        private List<String> lines = new ArrayList<>();

        Lot(Sink sink) {
            this.sink = sink;
        }

        void add(String line) {
            boolean full;
            synchronized (this) {
                lines.add(line);
                full = lines.size() >= LOT;
            }
            if (full) {
                handOn();
            }
        }

        void handOn() {
            List<String> taken;
            synchronized (this) {
                taken = lines;
                lines = new ArrayList<>();
            }
            if (!taken.isEmpty()) {
                sink.accept(taken);
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
