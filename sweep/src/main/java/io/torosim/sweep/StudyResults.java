package io.torosim.sweep;

import io.torosim.core.stats.Tally;
import io.torosim.sweep.Study.CellModel.Cell;
import io.torosim.sweep.Study.Stopping;
import io.torosim.sweep.Study.StudyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a study gave: points, and the figures of every run that is over. In the order of the cells, whatever the order in which they
 * ended, so every sum over it is the same. Confined to one thread once the study is over.
 *
 * <p>{@link StudyRun} fills it line by line ({@link CellLine}); {@link io.torosim.sweep.analysis.Estimates Estimates} and others compute from it.
 * {@link FailureKinds} counts what failed.
 */
public final class StudyResults {
    private static final int MOST_ERRORS = 1000;

    private final Study study;
    private final List<List<Double>> points = new ArrayList<>();
    /** A row of figures for each cell, one after the other. */
    private double[] figures = new double[0];

    private int[] pointOf = new int[0];
    private int cells;
    private final BitSet done = new BitSet();
    private final BitSet failed = new BitSet();
    private final TreeMap<Long, String> errors = new TreeMap<>();
    private final TreeSet<Long> left = new TreeSet<>();
    private final FailureKinds failures = new FailureKinds();
    private Ending ending = Ending.STOPPED;
    private boolean allErrors;
    private String digest = "";

    StudyResults(Study study) {
        this.study = study;
    }

    /** Returns the study. */
    public Study study() {
        return study;
    }

    /** Returns the points: a value for every factor. */
    public List<List<Double>> points() {
        return List.copyOf(points);
    }

    /** Returns how many runs the study has, as far as it is known. */
    public int cellCount() {
        return cells;
    }

    /** Returns how many runs are over. */
    public int doneCount() {
        return done.cardinality();
    }

    /** Returns how many of them failed. */
    public int failedCount() {
        return failed.cardinality();
    }

    /** Has every error kept, as there is no file for them. */
    void keepAllErrors() {
        allErrors = true;
    }

    /** Returns what the thousand of the lowest numbers that failed said, by cell; all of them of results that are in memory only. */
    public Map<Long, String> errors() {
        return errors;
    }

    /** Returns why runs failed: each reason once, the most frequent first. */
    public List<FailureKind> failures() {
        return failures.all();
    }

    /** Returns the numbers of the runs that were still going when the study ended early, and of which nothing is known. */
    public List<Long> left() {
        return List.copyOf(left);
    }

    /** Returns why the study ended. */
    public Ending ending() {
        return ending;
    }

    /**
     * Returns what a mean stands on: {@code exact} where the seed changes nothing, {@code one seed}, or {@code replications}; {@code no figure} of none.
     *
     * @param observations how many figures
     */
    public String basis(long observations) {
        if (observations == 0) {
            return "no figure";
        }
        return study.model().isExact() ? "exact" : observations == 1 ? "one seed" : "replications";
    }

    /**
     * Returns the intervals that are wider than the stopping rule asks for, by point and output; none if it asks for no precision. Points of which every
     * run failed have none.
     */
    public List<WideInterval> wide() {
        Stopping rule = study.stopping();
        if (rule.relativeHalfWidth() == 0) {
            return List.of();
        }
        int outputs = study.outputs().size();
        Tally[] tallies = tallies();
        List<WideInterval> wide = new ArrayList<>();
        for (int i = 0; i < tallies.length; i++) {
            Tally tally = tallies[i];
            if (rule.isWide(tally, study.model().isExact())) {
                wide.add(new WideInterval(
                        i / outputs,
                        study.outputs().get(i % outputs),
                        tally.mean(),
                        tally.min() == tally.max()
                                ? Double.NaN
                                : tally.interval(rule.confidence()).halfWidth(),
                        rule.relativeHalfWidth() * StrictMath.abs(tally.mean()),
                        tally.count()));
            }
        }
        return wide;
    }

    /** A tally for each point and output, the outputs of a point one after the other, in the order of the cells. */
    Tally[] tallies() {
        int outputs = study.outputs().size();
        Tally[] tallies = new Tally[points.size() * outputs];
        for (int i = 0; i < tallies.length; i++) {
            tallies[i] = new Tally();
        }
        for (int cell = 0; cell < cells; cell++) {
            for (int o = 0; o < outputs; o++) {
                double value = figure(cell, o);
                if (!Double.isNaN(value)) {
                    tallies[pointOf[cell] * outputs + o].add(value);
                }
            }
        }
        return tallies;
    }

    /** Returns whether every run is over, and the stopping rule fulfilled or its limit reached. */
    public boolean isComplete() {
        return ending == Ending.COMPLETE;
    }

    /** Returns a digest of the sorted result file, the same where the results are kept in memory only. */
    public String digest() {
        return digest;
    }

    /** Returns a figure of one run; NaN if it failed or is not over. */
    public double figure(int cell, String output) {
        return figure(cell, study.output(output));
    }

    double figure(int cell, int output) {
        return done.get(cell) && !failed.get(cell)
                ? figures[cell * study.outputs().size() + output]
                : Double.NaN;
    }

    /** Returns the figures of an output at a point, by replication; runs without one are left out. */
    public double[] values(int point, String output) {
        int o = study.output(output);
        return Arrays.stream(cellsOf(point))
                .mapToDouble(cell -> figure(cell, o))
                .filter(v -> !Double.isNaN(v))
                .toArray();
    }

    /** Returns the figures of an output at a point by replication, NaN where there is none: what pairs are made of. */
    public double[] byReplication(int point, String output) {
        int o = study.output(output);
        return Arrays.stream(cellsOf(point))
                .mapToDouble(cell -> figure(cell, o))
                .toArray();
    }

    /** Returns the mean figure of every point; NaN where there is none. */
    public double[] means(String output) {
        int o = study.output(output);
        Tally[] tallies = new Tally[points.size()];
        for (int cell = 0; cell < cells; cell++) {
            double value = figure(cell, o);
            if (!Double.isNaN(value)) {
                Tally tally = tallies[pointOf[cell]];
                if (tally == null) {
                    tally = new Tally();
                    tallies[pointOf[cell]] = tally;
                }
                tally.add(value);
            }
        }
        return Arrays.stream(tallies)
                .mapToDouble(t -> t == null ? Double.NaN : t.mean())
                .toArray();
    }

    private int[] cellsOf(int point) {
        int[] found = new int[0];
        int count = 0;
        for (int cell = 0; cell < cells; cell++) {
            if (pointOf[cell] == point) {
                if (count == found.length) {
                    found = Arrays.copyOf(found, Math.max(4, count * 2));
                }
                found[count++] = cell;
            }
        }
        return Arrays.copyOf(found, count);
    }

    void add(List<List<Double>> more) {
        points.addAll(more);
    }

    List<List<Double>> live() {
        return points;
    }

    void add(Batch batch) {
        cells = Math.toIntExact(batch.first() + batch.size());
        figures =
                Arrays.copyOf(figures, Math.multiplyExact(cells, study.outputs().size()));
        pointOf = Arrays.copyOf(pointOf, cells);
        for (int i = 0; i < batch.size(); i++) {
            pointOf[(int) batch.first() + i] = batch.point(i);
        }
    }

    /** Returns a run, one of those that are known. */
    Cell cell(long number) {
        if (number >= cells) {
            throw new StudyException(
                    study.name() + ": the design and its results have runs 0 to " + (cells - 1) + ", cell=" + number);
        }
        int point = pointOf[(int) number];
        int replication = 0;
        for (int i = 0; i < number; i++) {
            replication += pointOf[i] == point ? 1 : 0;
        }
        return new Cell(
                number, point, replication, study.seedOf(point, replication), study.factors(), points.get(point));
    }

    /** Returns the number of the point of a run. */
    public int point(int cell) {
        return pointOf[cell];
    }

    synchronized boolean isDone(int cell) {
        return done.get(cell);
    }

    /** Takes a run; returns whether it was not there yet. */
    synchronized boolean put(CellLine.Read line) {
        int cell = Math.toIntExact(line.cell());
        if (cell >= cells) {
            throw new IllegalArgumentException("the study has no cell " + cell);
        }
        if (line.point() != pointOf[cell]) {
            throw new IllegalArgumentException("a run of another point, cell=" + cell + ", point=" + line.point());
        }
        if (done.get(cell)) {
            return false;
        }
        checkFactors(line);
        done.set(cell);
        if (line.figures() == null) {
            failed.set(cell);
            failures.add(line.cell(), Objects.requireNonNull(line.error()));
            errors.put(line.cell(), line.error());
            if (!allErrors && errors.size() > MOST_ERRORS) {
                errors.pollLastEntry();
            }
        } else {
            int width = study.outputs().size();
            System.arraycopy(line.figures(), 0, figures, cell * width, width);
        }
        return true;
    }

    synchronized void left(long cell) {
        left.add(cell);
    }

    /** Digests what a file would hold, of results that have kept every error. */
    String digested() {
        LineDigest lines = new LineDigest();
        int[] made = new int[points.size()];
        for (int i = 0; i < cells; i++) {
            int point = pointOf[i];
            int replication = made[point]++;
            if (done.get(i)) {
                Cell cell = new Cell(
                        i, point, replication, study.seedOf(point, replication), study.factors(), points.get(point));
                int width = study.outputs().size();
                lines.add(CellLine.line(
                        study,
                        failed.get(i)
                                ? new Outcome(cell, null, errors.get((long) i))
                                : new Outcome(cell, Arrays.copyOfRange(figures, i * width, (i + 1) * width), null)));
            }
        }
        return lines.value();
    }

    private void checkFactors(CellLine.Read line) {
        List<Double> point = points.get(line.point());
        for (int f = 0; f < point.size(); f++) {
            String there = study.factors().get(f).text(point.get(f));
            if (!there.equals(line.factors().get(f))) {
                throw new IllegalArgumentException("not the value of factor "
                        + study.factors().get(f).name() + " at point " + line.point() + ", " + there + ", value="
                        + line.factors().get(f));
            }
        }
    }

    void ending(Ending value) {
        ending = value;
    }

    void digest(String value) {
        digest = value;
    }

    /** Why a study ended. */
    public enum Ending {
        /** There is nothing more to run; the stopping rule is fulfilled or its limit reached. */
        COMPLETE,
        /** Somebody asked it to. */
        STOPPED,
        /** The time of the call was over. */
        TIME,
        /** What comes next would exceed the budget of runs. */
        BUDGET
    }

    /**
     * Runs that failed for the same reason: their exceptions say the same but for numbers.
     *
     * @param kind what they say, with {@code #} in place of every number
     * @param count how many
     * @param firstCell the lowest number among them: {@code --cell} makes it again
     * @param firstError what that one said, in full
     */
    public record FailureKind(String kind, long count, long firstCell, String firstError) {}

    /**
     * An interval that is wider than the stopping rule asks for.
     *
     * @param point number of the point
     * @param output of the study
     * @param mean of its replications
     * @param halfWidth half the width of its interval; NaN where all replications gave the same, as a single one does: they say nothing of it
     * @param wanted at most
     * @param replications that gave the output
     */
    public record WideInterval(
            int point, String output, double mean, double halfWidth, double wanted, long replications) {}
}
