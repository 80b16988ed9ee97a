package io.torosim.sweep;

import com.google.common.hash.Hashing;
import io.torosim.core.stats.Tally;
import io.torosim.sweep.name.Nearest;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Many runs of one model, as a value: what is varied and how, what is looked at, and when it is enough. The runs and their seeds
 * follow from it alone, whatever the order in which they are made and wherever.
 *
 * <p>{@link StudyRun} runs it, on a {@link CellExecutor}, into {@link StudyResults}. What is varied is a {@link Factor}, at which points a
 * {@link Design} decides, how often {@link Stopping}; the model is a {@link CellModel}.
 *
 * @param name for people
 * @param model what is run
 * @param modelName what the model is; two studies with the same model name are taken for studies of the same model
 * @param outputs names of the figures that the model gives, in order
 * @param factors what is varied
 * @param design at which points
 * @param stopping how often each
 * @param seed decides design and runs
 * @param commonSeeds whether replication r has the same seed at every point (common random numbers: differences between points are
 *     sharper); else every run has a seed of its own
 */
public record Study(
        String name,
        CellModel model,
        String modelName,
        List<String> outputs,
        List<Factor> factors,
        Design design,
        Stopping stopping,
        long seed,
        boolean commonSeeds)
        implements Serializable {
    /** Checks names; throws {@link StudyException} naming the key that is wrong. */
    public Study {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(modelName, "modelName");
        Objects.requireNonNull(outputs, "outputs");
        Objects.requireNonNull(factors, "factors");
        Objects.requireNonNull(design, "design");
        Objects.requireNonNull(stopping, "stopping");
        outputs = List.copyOf(outputs);
        factors = List.copyOf(factors);
        if (outputs.isEmpty()) {
            throw new StudyException("outputs", "must name one at least", outputs);
        }
        twice(outputs).ifPresent(one -> {
            throw new StudyException("outputs", "names one twice", one);
        });
        twice(factors.stream().map(Factor::name).toList()).ifPresent(one -> {
            throw new StudyException("factors." + one, "two factors have the same name", one);
        });
        for (String output : outputs) {
            if (Columns.FIXED.contains(output)) {
                throw new StudyException("outputs", "cells.csv has a column of that name already", output);
            }
        }
        for (Factor factor : factors) {
            if (Columns.FIXED.contains(factor.name())) {
                throw new StudyException(
                        "factors." + factor.name(), "cells.csv has a column of that name already", null);
            }
            if (outputs.contains(factor.name())) {
                throw new StudyException("factors." + factor.name(), "an output has the same name", null);
            }
        }
        if (factors.isEmpty() && !(design instanceof Design.Grid) && !(design instanceof Design.Points)) {
            throw new StudyException(
                    "factors",
                    "there is none: a "
                            + design.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                            + " design takes one at least (a grid may do without: one point)",
                    null);
        }
        if (design instanceof Design.Refine refine) {
            checkRefinement(refine, outputs, factors.get(0));
        }
    }

    private static void checkRefinement(Design.Refine refine, List<String> outputs, Factor first) {
        if (first instanceof Factor.Listed) {
            throw new StudyException(
                    "factors." + first.name(), "refinement goes along the first factor, which must be a range", null);
        }
        if (!outputs.contains(refine.output())) {
            throw new StudyException(
                    "output", "must be one of the outputs; " + Nearest.hint(refine.output(), outputs), refine.output());
        }
        double span = first.ends().get(1) - first.ends().get(0);
        if (refine.width() >= span) {
            throw new StudyException(
                    "width",
                    "must be below the length of the first factor's range, " + Decimals.text(span),
                    Decimals.text(refine.width()));
        }
    }

    private static Optional<String> twice(List<String> names) {
        Set<String> met = new LinkedHashSet<>();
        return names.stream().filter(name -> !met.add(name)).findFirst();
    }

    /**
     * Returns this study with a limit for each run: one that takes longer by the clock on the wall is a failed one, "did not end within ...", on threads and on a cluster, and
     * the study goes on. Its thread is interrupted and left; one that does not listen goes on as a daemon. Once 17 of those still run in one process the study ends.
     *
     * <p>How long a run takes is no property of the model alone, so the limit should be far above what a run needs. It is part of the {@link #fingerprint}.
     *
     * @param longest positive; rounded up to milliseconds
     */
    public Study withLongestRun(Duration longest) {
        Objects.requireNonNull(longest, "longest");
        WatchedModel watched = WatchedModel.of(model, longest);
        return new Study(
                name,
                watched,
                modelName + ", a run at most " + watched.text(),
                outputs,
                factors,
                design,
                stopping,
                seed,
                commonSeeds);
    }

    /** Returns a builder for a study of {@code model}. */
    public static Builder of(String modelName, CellModel model, String... outputs) {
        Objects.requireNonNull(modelName, "modelName");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(outputs, "outputs");
        return new Builder(modelName, model, List.of(outputs));
    }

    /** Returns the place of an output; throws {@link IllegalArgumentException} naming it if there is none. */
    public int output(String output) {
        Objects.requireNonNull(output, "output");
        return indexOf(outputs, output);
    }

    /** Returns the place of a factor; throws {@link IllegalArgumentException} naming it if there is none. */
    public int factor(String factor) {
        Objects.requireNonNull(factor, "factor");
        return indexOf(factors.stream().map(Factor::name).toList(), factor);
    }

    /** Returns the seed of a run: a keyed hash of what it is, never of when it is made. */
    public long seedOf(int point, int replication) {
        long place = commonSeeds ? replication : (point + 1L) << 32 | replication;
        return Hashing.sipHash24(seed, 0x7377656570L).hashLong(place).asLong();
    }

    /** Returns what tells this study from others: results of two studies with the same fingerprint may stand in one file. */
    public String fingerprint() {
        String all = modelName
                + '\n'
                + outputs
                + '\n'
                + factors
                + '\n'
                + design
                + '\n'
                + stopping
                + '\n'
                + seed
                + '\n'
                + commonSeeds;
        return Hashing.sha256()
                .hashString(all, StandardCharsets.UTF_8)
                .toString()
                .substring(0, 32);
    }

    private static int indexOf(List<String> names, String name) {
        int i = names.indexOf(name);
        if (i < 0) {
            throw new IllegalArgumentException("no such name, name=" + name + "; " + Nearest.hint(name, names));
        }
        return i;
    }

    /** Puts a study together. */
    public static final class Builder {
        private final String modelName;
        private final CellModel model;
        private final List<String> outputs;
        private String name = "study";
        private List<Factor> factors = List.of();
        private Design design = new Design.Grid(5);
        private Stopping stopping = Stopping.after(1);
        private long seed = 42;
        private boolean commonSeeds = true;
        private Optional<Duration> longestRun = Optional.empty();

        private Builder(String modelName, CellModel model, List<String> outputs) {
            this.modelName = modelName;
            this.model = model;
            this.outputs = outputs;
        }

        /** Sets the name. */
        public Builder name(String value) {
            Objects.requireNonNull(value, "value");
            name = value;
            return this;
        }

        /** Sets what is varied; nothing without a call. */
        public Builder factors(Factor... all) {
            Objects.requireNonNull(all, "all");
            return factors(List.of(all));
        }

        /** Sets what is varied. */
        public Builder factors(List<Factor> all) {
            Objects.requireNonNull(all, "all");
            factors = all;
            return this;
        }

        /** Sets the points; a grid of five values a range without a call. */
        public Builder design(Design value) {
            Objects.requireNonNull(value, "value");
            design = value;
            return this;
        }

        /** Sets a fixed number of runs of each point; one without a call. */
        public Builder replications(int count) {
            return stopping(Stopping.after(count));
        }

        /** Sets when a point has been run often enough. */
        public Builder stopping(Stopping value) {
            Objects.requireNonNull(value, "value");
            stopping = value;
            return this;
        }

        /** Sets the seed; 42 without a call. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Gives every run a seed of its own instead of the same ones at every point. */
        public Builder ownSeeds() {
            commonSeeds = false;
            return this;
        }

        /** Sets a limit for each run, as {@link Study#withLongestRun} does; none without a call. */
        public Builder longestRun(Duration value) {
            Objects.requireNonNull(value, "value");
            longestRun = Optional.of(value);
            return this;
        }

        /** Returns the study. */
        public Study build() {
            Study study = new Study(name, model, modelName, outputs, factors, design, stopping, seed, commonSeeds);
            return longestRun.map(study::withLongestRun).orElse(study);
        }
    }

    /**
     * When a point has been run often enough: every point gets {@code least} replications, then as many again while an interval of one of
     * its outputs is too wide, up to {@code most}.
     *
     * <p>Runs that all gave the same say nothing of how far they spread: ten draws without a head are no proof of a coin without one. Such an output is precise once
     * another value has at most the probability {@code relativeHalfWidth} ({@link #otherValueAtMost}), so after some 3 / {@code relativeHalfWidth} runs at 95 %, whatever the
     * value, 0 too. Of an exact model one value is all there is.
     *
     * <p>Who stops as soon as an interval looks narrow has stopped at a lucky moment more often than not: the interval then encloses the mean less often than
     * {@code confidence} says, the less so the smaller {@code least}. {@link #USUAL_LEAST} keeps that within a percent of 95.
     *
     * @param least replications of every point, at least 1
     * @param most replications of a point at most, at least {@code least}
     * @param relativeHalfWidth half the width of each output's interval by its mean, in [0, 1); 0 for no rule. A mean of 0 of runs that differ is
     *     never precise
     * @param confidence of the intervals, in (0, 1)
     */
    public record Stopping(int least, int most, double relativeHalfWidth, double confidence) implements Serializable {
        /** What a study's file has for {@code least} where it asks for a precision and says nothing else. */
        public static final int USUAL_LEAST = 10;

        /** Checks the numbers. */
        public Stopping {
            if (least < 1) {
                throw new StudyException("replications", "must be at least 1", least);
            }
            if (most < least) {
                throw new StudyException("max-replications", "must be at least replications, " + least, most);
            }
            if (!(relativeHalfWidth >= 0 && relativeHalfWidth < 1)) {
                throw new StudyException(
                        "precision",
                        "must be a share of the mean in (0, 1), such as 0.02 for 2 %",
                        Decimals.shown(relativeHalfWidth));
            }
            if (relativeHalfWidth > 0 && least < 2) {
                throw new StudyException(
                        "replications",
                        "must be at least 2 where there is a precision: one run has no interval",
                        least);
            }
            if (!(confidence > 0 && confidence < 1)) {
                throw new StudyException(
                        "confidence", "must be in (0, 1), such as 0.95 for 95 %", Decimals.shown(confidence));
            }
        }

        /**
         * Returns whether an output's interval is wider than asked for.
         *
         * @param exact whether the seed changes nothing
         */
        boolean isWide(Tally tally, boolean exact) {
            if (relativeHalfWidth == 0 || tally.count() == 0 || exact) { // all failed: more would fail too
                return false;
            }
            if (tally.count() == 1) {
                return true; // others failed: more may tell
            }
            if (tally.min() == tally.max()) {
                return otherValueAtMost(tally.count()) > relativeHalfWidth;
            }
            return tally.interval(confidence).halfWidth() > relativeHalfWidth * StrictMath.abs(tally.mean());
        }

        /**
         * Returns how probable another value is at most where {@code runs} independent runs have all given the same one: the one-sided bound of Clopper and Pearson
         * (1934), {@code 1 - (1 - confidence)^(1/runs)}, at 95 % about 3 / runs.
         *
         * @param runs at least 1
         */
        public double otherValueAtMost(long runs) {
            return -StrictMath.expm1(StrictMath.log1p(-confidence) / runs);
        }

        /** Returns a fixed number of replications. */
        public static Stopping after(int replications) {
            return new Stopping(replications, replications, 0, 0.95);
        }
    }

    /**
     * What is studied: factors and a seed in, figures out. It must be a pure function of the cell, since cells run in any order, on any
     * machine, perhaps twice. Serializable, since a cluster gets a copy; what it refers to must be so too.
     */
    @FunctionalInterface
    public interface CellModel extends Serializable {
        /**
         * Runs a cell.
         *
         * @return the figures, in the order of the study's outputs; NaN for one that does not exist here
         * @throws Exception to make the cell a failed one; the study goes on
         */
        double[] run(Cell cell) throws Exception;

        /**
         * Says what can be known to be wrong with a study before its first run: names of outputs and factors, values, what does not go together. Called
         * before each {@link StudyRun#run}; what it costs is the model's affair.
         *
         * @throws StudyException with one line that names what, and the value
         */
        default void check(Study study) {}

        /** Returns whether the seed changes nothing, so that one run of a point says all. */
        default boolean isExact() {
            return false;
        }

        /**
         * One run of a study: where its factors stand, and its seed. A value; it says everything that the run depends on.
         *
         * @param number of the run within its study, from 0
         * @param point number of the combination of factors
         * @param replication number among the runs of that point
         * @param seed of every random stream
         * @param factors the factors, in the study's order
         * @param values where they stand: the value of a number, the place in its list of a word
         */
        public record Cell(
                long number, int point, int replication, long seed, List<Factor> factors, List<Double> values)
                implements Serializable {
            /**
             * Returns the value of a factor.
             *
             * @throws IllegalArgumentException if the study has no such factor, or it is a list of which some value is no finite number, such as {@code "200 ms"}: then all of
             *     them are words, which {@link #text} gives
             */
            public double value(String factor) {
                int i = indexOf(factor);
                if (factors.get(i) instanceof Factor.Listed list && !list.isNumeric()) {
                    throw new IllegalArgumentException(
                            "not a number, use text: the list has words (numbers are such as 3, -0.5, 2e9), factor="
                                    + factor + ", value=" + list.text(values.get(i)));
                }
                return values.get(i);
            }

            /** Returns the value of a factor as a specification file would say it: a number with its unit, or a word. */
            public String text(String factor) {
                int i = indexOf(factor);
                return factors.get(i).text(values.get(i));
            }

            private int indexOf(String factor) {
                for (int i = 0; i < factors.size(); i++) {
                    if (factors.get(i).name().equals(factor)) {
                        return i;
                    }
                }
                throw new IllegalArgumentException("no such factor, factor=" + factor + "; there are "
                        + factors.stream().map(Factor::name).collect(Collectors.joining(", ")));
            }
        }
    }

    /** A study cannot be run as asked; the message is one line for the user. */
    public static final class StudyException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        private final @Nullable String key;
        private final @Nullable String value;

        /** Creates one with its line. */
        public StudyException(String message) {
            super(message);
            key = null;
            value = null;
        }

        /**
         * Creates one about something that the study says.
         *
         * @param key what is wrong: {@code outputs}, {@code factors.NAME}, ... as in a study's file, or a key of the specification
         * @param rule that it breaks
         * @param value that breaks it; null if there is none to show
         */
        public StudyException(String key, String rule, @Nullable Object value) {
            super(key + ": " + rule + (value == null ? "" : ", value=" + value));
            this.key = key;
            this.value = value == null ? null : value.toString();
        }

        /** Returns what of the study is wrong, as a file names it; empty if it is no single thing. */
        public Optional<String> key() {
            return Optional.ofNullable(key);
        }

        /** Returns the value that is wrong, if there is one. */
        public Optional<String> value() {
            return Optional.ofNullable(value);
        }
    }
}
