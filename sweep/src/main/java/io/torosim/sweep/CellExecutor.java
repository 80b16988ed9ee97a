package io.torosim.sweep;

import io.torosim.sweep.CellModel.Cell;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

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
}
