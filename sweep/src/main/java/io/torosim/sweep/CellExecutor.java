package io.torosim.sweep;

import io.torosim.sweep.Study.CellModel.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Where the runs of a study are made: the threads of this process, or a cluster. */
public interface CellExecutor {
    /**
     * Makes runs, in any order.
     *
     * @param study what is run
     * @param cells which
     * @param sink takes the lines of runs that are over; every one once
     * @param stopped asked now and then: true ends the work early; what has begun may be finished within {@link #graceMillis()}, whatever takes longer is
     *     {@link Sink#left left}
     * @throws InterruptedException if the calling thread is interrupted
     */
    void run(Study study, Cells cells, Sink sink, BooleanSupplier stopped) throws InterruptedException;

    /** The runs to make: made as they are asked for, so that a million need no memory. */
    interface Cells {
        /** Returns how many there are. */
        int count();

        /** Returns one of them. */
        Cell get(int index);
    }

    /** Takes results. Any thread may call it. */
    @FunctionalInterface
    interface Sink {
        /** Takes the lines of finished runs, as {@link CellExecutor#line} makes them. */
        void accept(List<String> lines);

        /** Hears of a run that was still going when nobody wanted to wait any longer; no line of it comes. */
        default void left(Cell cell) {}
    }

    /**
     * Returns how long runs that have begun may take to end once a study is to stop, in milliseconds: 5000, or what the system property
     * {@code torosim.sweep.grace} says, in whole seconds from 1 to 86,400.
     */
    static int graceMillis() {
        return 1000 * Math.max(1, Math.min(86_400, Integer.getInteger("torosim.sweep.grace", 5)));
    }

    /** Makes a run and returns its line in the result file. A run that throws has a line too. */
    static String line(Study study, Cell cell) {
        Objects.requireNonNull(study, "study");
        Objects.requireNonNull(cell, "cell");
        return CellLine.line(study, CellLine.run(study, cell));
    }

    /**
     * Returns where {@code System.exit} was called, as {@code my.Model.run(Model.java:15)}, if some thread, a model's, is on its way out by it: what a
     * shutdown hook asks. A signal's handler does not pass there. Looks at the stacks of all threads, so it costs about as much as a thread dump.
     */
    static Optional<String> exitPlace() {
        for (StackTraceElement[] frames : Thread.getAllStackTraces().values()) { // one of them at most
            for (int i = 0; i < frames.length - 1; i++) {
                if (frames[i].getClassName().equals("java.lang.Runtime")
                        && frames[i].getMethodName().equals("exit")) {
                    StackTraceElement next = frames[i + 1];
                    boolean through = next.getClassName().equals("java.lang.System") && i + 2 < frames.length;
                    return Optional.of(
                            (through ? frames[i + 2] : next).toString().replaceAll("^.*//|^[a-z]+/", ""));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Returns threads of this process. Each has a stretch of the runs; who has finished his takes the rear half of the longest that is left, so one
     * slow run keeps nobody waiting. Once they are to stop, runs that do not end within {@link #graceMillis} are named ({@link Sink#left}),
     * interrupted and left to themselves: Java cannot end a thread. What they give is thrown away.
     *
     * @param workers how many, at least 1
     */
    static CellExecutor threads(int workers) {
        return new ThreadExecutor(workers);
    }

    /** Returns as many {@link #threads} as there are processors. */
    static CellExecutor threads() {
        return threads(Runtime.getRuntime().availableProcessors());
    }

    /**
     * A search through numbered attempts on several threads whose answer does not depend on how many there are: the finding of the lowest number
     * wins. Numbers are handed out in order; once one has found something, only those below it are finished.
     *
     * @param number of the finding, or how many attempts were made in vain
     * @param finding what was found
     * @param <T> what an attempt finds
     */
    record LowestFinding<T>(long number, Optional<T> finding) {
        /** One attempt: a pure function of its number, called by any thread. */
        @FunctionalInterface
        public interface Attempt<T> {
            /** Returns what it finds, if anything. */
            Optional<T> run(long number);
        }

        /**
         * Searches.
         *
         * @param workers threads, at least 1
         * @param most attempts at most, at least 1
         * @param goesOn asked before each attempt but the first; false ends the search early, then a finding is the lowest of the attempts made
         * @throws RuntimeException what the attempt of the lowest number threw, if that comes before any finding
         */
        public static <T> LowestFinding<T> search(int workers, long most, BooleanSupplier goesOn, Attempt<T> attempt)
                throws InterruptedException {
            if (workers < 1 || most < 1) {
                throw new IllegalArgumentException(
                        "workers and attempts must be at least 1, workers=" + workers + ", attempts=" + most);
            }
            Best<T> best = new Best<>();
            AtomicLong next = new AtomicLong();
            AtomicLong made = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            for (int w = 0; w < workers; w++) {
                Thread thread = new Thread(
                        () -> {
                            for (long i = next.getAndIncrement();
                                    i < most && i < best.number;
                                    i = next.getAndIncrement()) {
                                if (i > 0 && !goesOn.getAsBoolean()) {
                                    return;
                                }
                                try {
                                    Optional<T> found = attempt.run(i);
                                    made.incrementAndGet();
                                    if (found.isPresent()) {
                                        best.take(i, found, null);
                                    }
                                } catch (RuntimeException | Error e) {
                                    best.take(i, Optional.empty(), e);
                                }
                            }
                        },
                        "search-" + w);
                threads.add(thread);
                thread.start();
            }
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                best.take(-1, Optional.empty(), null); // nobody begins another attempt
                throw e;
            }
            if (best.thrown instanceof RuntimeException e) {
                throw e;
            }
            if (best.thrown instanceof Error e) {
                throw e;
            }
            return new LowestFinding<>(best.finding.isPresent() ? best.number : made.get(), best.finding);
        }

        /** The lowest number that ended the search so far. */
        private static final class Best<T> {
            private volatile long number = Long.MAX_VALUE;
            private Optional<T> finding = Optional.empty();
            private @Nullable Throwable thrown;

            synchronized void take(long at, Optional<T> found, @Nullable Throwable failure) {
                if (at < number) {
                    number = at;
                    finding = found;
                    thrown = failure;
                }
            }
        }
    }
}
