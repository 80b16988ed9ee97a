package io.torosim.sweep;

import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.Study.CellModel.Cell;
import io.torosim.sweep.Study.StudyException;
import io.torosim.sweep.StudyResults.Ending;
import io.torosim.sweep.StudyResults.WideInterval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a study: the points of its design, then more replications or points as its rules ask for, until there is nothing more to do.
 * What comes next depends on results only, so a study that is gone on with makes the same decisions as one that was never stopped.
 *
 * <p>The {@link Design} gives points, the {@link CellExecutor} runs cells in batches, {@link ResultLog} keeps each line on disk, and
 * {@link StudyResults} is what comes out.
 */
public final class StudyRun {
    private final Study study;
    private final CellExecutor executor;
    private @Nullable Path directory;
    private boolean resume;
    private Progress progress = (done, known) -> {};
    private BooleanSupplier stopped = () -> false;
    private long mostCells = Long.MAX_VALUE;
    private long mostNanos = Long.MAX_VALUE;
    private LongSupplier nanoClock = () -> 0;
    private long begunNanos;
    private volatile boolean outOfTime; // asked by every thread that makes runs

    /** Prepares a run of {@code study} by {@code executor}. */
    public StudyRun(Study study, CellExecutor executor) {
        Objects.requireNonNull(study, "study");
        Objects.requireNonNull(executor, "executor");
        this.study = study;
        this.executor = executor;
    }

    /** Runs a study on all processors and keeps its results in memory: for tests and small studies. */
    public static StudyResults inMemory(Study study) {
        Objects.requireNonNull(study, "study");
        try {
            return new StudyRun(study, CellExecutor.threads()).run();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e); // no file, and nobody interrupts
        }
    }

    /**
     * Makes one run alone and returns its line in the result file, to look at a failure again: one of the design, or one that followed from results, for a precision
     * or a refinement.
     *
     * @param results where those results are; they are only read, also while somebody writes to them
     * @throws StudyException if neither the design nor what follows from the results has such a run
     */
    public static String line(Study study, long cell, Path results) throws IOException, InterruptedException {
        Objects.requireNonNull(results, "results");
        if (cell < 0 || cell < designRuns(study) || !Files.exists(results.resolve(ResultLog.FILE))) {
            return line(study, cell);
        }
        return CellExecutor.line(study, looked(study, results).cell(cell));
    }

    /** Returns how many runs the design has, before any result. */
    public static long designRuns(Study study) {
        Objects.requireNonNull(study, "study");
        return (long) study.design().points(study.factors(), study.seed()).size()
                * study.stopping().least();
    }

    /** Looks at results without a lock and without writing: what is there, and what follows from it. */
    private static StudyResults looked(Study study, Path directory) throws IOException, InterruptedException {
        StudyRun look = new StudyRun(study, (same, cells, sink, stopped) -> {});
        look.directory = directory;
        StudyResults results = new StudyResults(study);
        results.add(study.design().points(study.factors(), study.seed()));
        Batch batch = look.first(results);
        results.add(batch);
        List<CellLine.Read> early = new ArrayList<>();
        ResultLog.look(study, directory, line -> known(results, early, line));
        look.execute(results, batch, early, null);
        return results;
    }

    private static void known(StudyResults results, List<CellLine.Read> early, CellLine.Read line) {
        if (line.cell() < results.cellCount()) {
            results.put(line);
        } else {
            early.add(line);
        }
    }

    /**
     * Makes one run of the design alone and returns its line in the result file: to look at a failure again.
     *
     * @throws StudyException if the design has no such run
     */
    public static String line(Study study, long cell) {
        Objects.requireNonNull(study, "study");
        StudyResults results = new StudyResults(study);
        results.add(study.design().points(study.factors(), study.seed()));
        Batch batch = new StudyRun(study, CellExecutor.threads(1)).first(results);
        if (cell < 0 || cell >= batch.size()) {
            throw new StudyException(study.name() + ": the design has runs 0 to " + (batch.size() - 1)
                    + (study.stopping().relativeHalfWidth() > 0 || study.design() instanceof Design.Refine
                            ? "; later ones follow from results: say where they are (--out)"
                            : "")
                    + ", cell=" + cell);
        }
        return CellExecutor.line(study, batch.cell((int) cell));
    }

    /** Returns whether a line of a run, as {@link #line} gives it, tells of a failure. */
    public static boolean failed(Study study, String line) {
        Objects.requireNonNull(study, "study");
        Objects.requireNonNull(line, "line");
        return CellLine.read(study, line).error() != null;
    }

    /** Hears how far a study is. Called by any thread. */
    @FunctionalInterface
    public interface Progress {
        /** {@code done} runs are over of {@code known} that are known to come. */
        void at(int done, int known);
    }

    /**
     * Writes the results to {@code cells.jsonl} in {@code where} as they come, {@code cells.csv} and {@code summary.json} at the end.
     *
     * @param goOn whether results that are there are kept and only what is missing is run; then there must be some
     */
    public StudyRun into(Path where, boolean goOn) {
        Objects.requireNonNull(where, "where");
        directory = where;
        resume = goOn;
        return this;
    }

    /** Sets who hears how far it is. */
    public StudyRun progress(Progress hearer) {
        Objects.requireNonNull(hearer, "hearer");
        progress = hearer;
        return this;
    }

    /** Sets what is asked whether to end early; runs that are over are kept. */
    public StudyRun stopWhen(BooleanSupplier condition) {
        Objects.requireNonNull(condition, "condition");
        stopped = condition;
        return this;
    }

    /**
     * Ends early once {@code time} has passed since {@link #run} was called; runs that have begun may be finished within five seconds, those that are not are
     * {@link StudyResults#left}, and what is over is kept for a run that goes on. How much is done then depends on the machine; what a run gives does not.
     *
     * @param time positive
     * @param nanoClock what tells the time in nanoseconds, such as {@code System::nanoTime}
     */
    public StudyRun atMost(Duration time, LongSupplier nanoClock) {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(nanoClock, "nanoClock");
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException("the time of a study must be positive, time=" + time);
        }
        this.nanoClock = nanoClock;
        mostNanos = time.toNanos();
        return this;
    }

    /** Ends before a batch of runs that would exceed this many in all. */
    public StudyRun atMost(long cells) {
        mostCells = cells;
        return this;
    }

    /**
     * Runs it.
     *
     * @throws StudyException if the model finds the study wrong ({@link CellModel#check}), the directory holds other results, or the study exceeds its
     *     budget before it begins
     * @throws IOException if results cannot be written; the message names the file
     */
    public StudyResults run() throws IOException, InterruptedException {
        study.model().check(study);
        begunNanos = nanoClock.getAsLong();
        StudyResults results = new StudyResults(study);
        results.add(study.design().points(study.factors(), study.seed()));
        if (results.live().isEmpty()) {
            throw new StudyException(study.name() + ": the design has no points");
        }
        List<CellLine.Read> early = new ArrayList<>(); // of batches that are not known yet
        Batch batch = first(results);
        if (batch.size() > mostCells) {
            throw new StudyException(
                    "budget", "must be at least the " + batch.size() + " runs that the design takes", mostCells);
        }
        results.add(batch);
        if (directory == null) {
            results.keepAllErrors();
            execute(results, batch, early, null);
            results.digest(results.digested());
            return results;
        }
        try (ResultLog log = ResultLog.open(study, directory, resume, line -> known(results, early, line))) {
            execute(results, batch, early, log);
            results.digest(log.sorted(results.cellCount()));
            log.summary(results);
        }
        return results;
    }

    private void execute(StudyResults results, Batch first, List<CellLine.Read> early, @Nullable ResultLog log)
            throws InterruptedException {
        Batch batch = first;
        Path where = directory == null ? Path.of("") : directory;
        while (batch != null) {
            int before = results.cellCount();
            early.removeIf(line -> {
                if (line.cell() < before) {
                    try {
                        results.put(line);
                    } catch (IllegalArgumentException e) {
                        throw new StudyException(
                                where.resolve(ResultLog.FILE) + ": run " + line.cell() + ": " + e.getMessage());
                    }
                }
                return line.cell() < before;
            });
            Batch present = batch;
            int[] missing = IntStream.range(0, batch.size())
                    .filter(i -> !results.isDone((int) present.first() + i))
                    .toArray();
            progress.at(results.doneCount(), results.cellCount());
            if (missing.length > 0) {
                executor.run(study, new Missing(batch, missing), new Taking(results, log), this::isToStop);
            }
            if (results.doneCount() < results.cellCount()) {
                results.ending(outOfTime ? Ending.TIME : Ending.STOPPED);
                return;
            }
            batch = next(results);
            if (batch != null) {
                if (batch.first() + batch.size() > mostCells) {
                    results.ending(Ending.BUDGET);
                    return;
                }
                results.add(batch);
            }
        }
        if (!early.isEmpty()) {
            throw new StudyException(directory + ": a run that is none of this study, cell="
                    + early.get(0).cell());
        }
        results.ending(Ending.COMPLETE);
    }

    private boolean isToStop() {
        if (stopped.getAsBoolean()) {
            return true;
        }
        outOfTime |= nanoClock.getAsLong() - begunNanos >= mostNanos;
        return outOfTime;
    }

    /** Takes what an executor gives. */
    private final class Taking implements CellExecutor.Sink {
        private final StudyResults results;
        private final @Nullable ResultLog log;

        Taking(StudyResults results, @Nullable ResultLog log) {
            this.results = results;
            this.log = log;
        }

        @Override
        public void accept(List<String> lines) {
            take(results, log, lines);
        }

        @Override
        public void left(Cell cell) {
            results.left(cell.number());
        }
    }

    private void take(StudyResults results, @Nullable ResultLog log, List<String> lines) {
        List<String> further = new ArrayList<>(lines.size()); // a cluster may make a run twice
        for (String line : lines) {
            CellLine.Read run = CellLine.read(study, line);
            if (results.put(run)) {
                further.add(line);
            }
        }
        if (log != null) {
            log.append(further);
        }
        int done;
        synchronized (results) {
            done = results.doneCount();
        }
        progress.at(done, results.cellCount());
    }

    /** The runs of a batch that are not there yet. */
    private record Missing(Batch batch, int[] indices) implements CellExecutor.Cells {
        @Override
        public int count() {
            return indices.length;
        }

        @Override
        public Cell get(int index) {
            return batch.cell(indices[index]);
        }
    }

    private Batch first(StudyResults results) {
        int[] all = IntStream.range(0, results.live().size()).toArray();
        return new Batch(study, 0, all, new int[all.length], study.stopping().least(), results.live());
    }

    /** What follows from the results so far, or null if it is enough. */
    private @Nullable Batch next(StudyResults results) {
        int[] imprecise = imprecise(results);
        if (imprecise.length > 0) {
            int[] made = madeAt(results);
            int[] from = Arrays.stream(imprecise).map(p -> made[p]).toArray();
            int least = study.stopping().least();
            int more = Math.min(
                    least, study.stopping().most() - Arrays.stream(from).max().orElse(0));
            return new Batch(study, results.cellCount(), imprecise, from, more, results.live());
        }
        if (study.design() instanceof Design.Refine refine) {
            List<Double> means =
                    Arrays.stream(results.means(refine.output())).boxed().toList();
            List<List<Double>> middles = refine.next(
                    results.live(), means, study.factors().get(0) instanceof Factor.Ranged first && first.whole());
            if (!middles.isEmpty()) {
                int before = results.live().size();
                results.add(middles);
                int[] points = IntStream.range(before, before + middles.size()).toArray();
                return new Batch(
                        study,
                        results.cellCount(),
                        points,
                        new int[points.length],
                        study.stopping().least(),
                        results.live());
            }
        }
        return null;
    }

    private static int[] madeAt(StudyResults results) {
        int[] made = new int[results.live().size()];
        for (int cell = 0; cell < results.cellCount(); cell++) {
            made[results.point(cell)]++;
        }
        return made;
    }

    /** The points whose intervals are too wide and that may have more replications; only those with the fewest, so that a batch is even. */
    private int[] imprecise(StudyResults results) {
        int[] wide =
                results.wide().stream().mapToInt(WideInterval::point).distinct().toArray();
        if (wide.length == 0) {
            return wide;
        }
        int[] made = madeAt(results);
        int[] candidates = Arrays.stream(wide)
                .filter(p -> made[p] < study.stopping().most())
                .toArray();
        int fewest = Arrays.stream(candidates).map(p -> made[p]).min().orElse(0);
        return Arrays.stream(candidates).filter(p -> made[p] == fewest).toArray();
    }
}
