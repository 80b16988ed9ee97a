package io.torosim.experiment;

import io.torosim.core.cost.CostModel;
import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.experiment.ExperimentResult.CaseResult.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an experiment gave: a value, a pure function of its specification and seed.
 *
 * <p>An {@link Experiment} puts it together with the {@link Builder}; a figure is a {@link CaseResult}, judged by its band, a curve a {@link Series},
 * anything else drawn a {@link Chart}. {@link io.torosim.experiment.catalog.Experiments Experiments} adds what was run to the settings.
 *
 * @param name identifier on the command line, such as {@code "cpu-usage"}
 * @param title heading of its section in the report
 * @param digest digest of every trace of every case, in order
 * @param settings the inputs worth printing (vCPU mode, {@code top} mode, ...), in order
 * @param cases figures beside what was published
 * @param series curves, possibly none
 * @param phases boot phases, possibly none
 * @param charts further charts, possibly none
 * @param notes paragraphs of explanation, plain text
 * @param parameters the cost parameters that were used
 */
public record ExperimentResult(
        String name,
        String title,
        long digest,
        Map<String, String> settings,
        List<CaseResult> cases,
        List<Series> series,
        List<PhaseRow> phases,
        List<Chart> charts,
        List<String> notes,
        List<CostParameter> parameters) {
    /** Copies the lists; the settings keep their order and are not modified afterwards. */
    public ExperimentResult {
        cases = List.copyOf(cases);
        Set<String> keys = new HashSet<>();
        for (CaseResult c : cases) {
            if (!keys.add(c.key())) {
                throw new IllegalArgumentException(name + ": two figures have the key " + c.key());
            }
        }
        series = List.copyOf(series);
        phases = List.copyOf(phases);
        charts = List.copyOf(charts);
        notes = List.copyOf(notes);
        parameters = List.copyOf(parameters);
    }

    /**
     * Returns a figure.
     *
     * @throws java.util.NoSuchElementException if there is none of that key
     */
    public CaseResult figure(String key) {
        return cases.stream()
                .filter(c -> c.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new java.util.NoSuchElementException(name + " has no figure " + key));
    }

    /** Returns this with one more input worth printing, or another value of it. */
    public ExperimentResult withSetting(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(key, value);
        return new ExperimentResult(name, title, digest, more, cases, series, phases, charts, notes, parameters);
    }

    /** Returns whether no case failed. */
    public boolean passed() {
        return cases.stream().noneMatch(c -> c.verdict() == Verdict.FAIL);
    }

    /**
     * Returns a builder.
     *
     * @param name identifier on the command line
     * @param title heading of its section in the report
     */
    public static Builder builder(String name, String title) {
        return new Builder(name, title);
    }

    /** Collects what an experiment gives; what is never called stays empty. */
    public static final class Builder {
        private final String name;
        private final String title;
        private final Map<String, String> settings = new LinkedHashMap<>();
        private final List<CaseResult> cases = new ArrayList<>();
        private final List<Series> series = new ArrayList<>();
        private final List<PhaseRow> phases = new ArrayList<>();
        private final List<Chart> charts = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private final List<CostParameter> parameters = new ArrayList<>();
        private long digest;

        private Builder(String name, String title) {
            this.name = name;
            this.title = title;
        }

        /** Sets the digest of every trace of every case. */
        public Builder digest(long value) {
            digest = value;
            return this;
        }

        /** Adds an input worth printing. */
        public Builder setting(String key, String value) {
            settings.put(key, value);
            return this;
        }

        /** Adds a figure. */
        public Builder add(CaseResult figure) {
            cases.add(figure);
            return this;
        }

        /** Adds figures. */
        public Builder addCases(List<CaseResult> figures) {
            cases.addAll(figures);
            return this;
        }

        /** Adds a curve of {@code top}. */
        public Builder add(Series curve) {
            series.add(curve);
            return this;
        }

        /** Adds a chart. */
        public Builder add(Chart chart) {
            charts.add(chart);
            return this;
        }

        /** Adds a paragraph of explanation. */
        public Builder note(String paragraph) {
            notes.add(paragraph);
            return this;
        }

        /** Adds those cost parameters whose names begin with one of {@code prefixes}, in the model's order. */
        public Builder parameters(CostModel costs, String... prefixes) {
            for (CostParameter p : costs.parameters()) {
                for (String prefix : prefixes) {
                    if (p.name().startsWith(prefix) && !parameters.contains(p)) {
                        parameters.add(p);
                    }
                }
            }
            return this;
        }

        /** Returns the result. */
        public ExperimentResult build() {
            return new ExperimentResult(
                    name, title, digest, settings, cases, series, phases, charts, notes, parameters);
        }
    }

    /**
     * One phase of a boot.
     *
     * @param path which way of booting, such as {@code "QEMU-Lite"}
     * @param phase name of the phase
     * @param millis simulated duration
     * @param share fraction of the whole boot, in [0, 1]
     * @param driver what it was computed from, such as {@code "656 PIO x 3.0 us"}
     * @param source where the figures come from
     */
    public record PhaseRow(String path, String phase, double millis, double share, String driver, String source) {}

    /**
     * A curve over simulated time, as {@code top} would have drawn it.
     *
     * @param name which case, such as {@code "Toro after"}
     * @param unit unit of the values
     * @param samples the points, in order of time
     * @param traffic the intervals in which requests arrived, for shading
     */
    public record Series(String name, String unit, List<Sample> samples, List<Interval> traffic) {
        /** Copies the lists. */
        public Series {
            samples = List.copyOf(samples);
            traffic = List.copyOf(traffic);
        }

        /**
         * One sample.
         *
         * @param startSeconds beginning of the sampled interval
         * @param endSeconds end of the sampled interval: when the sample was taken
         * @param value the figure shown
         * @param phase {@code "burst"} (traffic all through), {@code "idle"} (none), {@code "tail"} (the first idle one after a
         *     burst) or {@code "mixed"}
         */
        public record Sample(double startSeconds, double endSeconds, double value, String phase) {}

        /**
         * A stretch of time.
         *
         * @param startSeconds beginning
         * @param endSeconds end
         */
        public record Interval(double startSeconds, double endSeconds) {}
    }

    /** A chart in a section of the report, other than the curves of {@code top} and the phases of a boot. */
    public sealed interface Chart {
        /** Returns its heading, unique within its experiment. */
        String title();

        /**
         * Lines over a common axis.
         *
         * @param title heading
         * @param xLabel what the horizontal axis shows, with its unit
         * @param yLabel what the vertical axis shows, with its unit
         * @param logarithmicX whether the horizontal axis is logarithmic; every x must be positive then
         * @param lines the lines, in the order of the legend
         */
        record LineChart(String title, String xLabel, String yLabel, boolean logarithmicX, List<Line> lines)
                implements Chart {
            /**
             * Copies the list.
             *
             * @throws IllegalArgumentException if a point is not finite, or not positive on a logarithmic axis
             */
            public LineChart {
                lines = List.copyOf(lines);
                for (Line line : lines) {
                    for (Point p : line.points()) {
                        if (!Double.isFinite(p.x()) || !Double.isFinite(p.y()) || logarithmicX && p.x() <= 0) {
                            throw new IllegalArgumentException("point of " + title + ", " + line.name()
                                    + " must be finite, and x > 0 if logarithmic: " + p);
                        }
                    }
                }
            }

            /** Returns a chart with a linear horizontal axis. */
            public static LineChart linear(String title, String xLabel, String yLabel, List<Line> lines) {
                return new LineChart(title, xLabel, yLabel, false, lines);
            }

            /**
             * One line.
             *
             * @param name its name in the legend
             * @param points its points, in order of x
             */
            public record Line(String name, List<Point> points) {
                /** Copies the list. */
                public Line {
                    points = List.copyOf(points);
                }
            }

            /**
             * One point.
             *
             * @param x horizontal
             * @param y vertical
             */
            public record Point(double x, double y) {}
        }

        /**
         * Sensitivity of one figure: what it becomes with each parameter at either end of its range, the others as shipped. Widest
         * bar first.
         *
         * @param title heading: which figure
         * @param unit its unit
         * @param base the figure with all parameters as shipped
         * @param bandLow lower end of the band in which the conclusion holds, or NaN
         * @param bandHigh upper end of that band, or NaN
         * @param bars one for each parameter
         */
        record TornadoChart(String title, String unit, double base, double bandLow, double bandHigh, List<Bar> bars)
                implements Chart {
            /**
             * Sorts the bars by width, the widest first, ties by name.
             *
             * @throws IllegalArgumentException if a figure is not finite
             */
            public TornadoChart {
                if (!Double.isFinite(base) || bars.stream().anyMatch(b -> !Double.isFinite(b.width()))) {
                    throw new IllegalArgumentException(
                            "every figure of " + title + " must be finite: " + base + ", " + bars);
                }
                bars = bars.stream()
                        .sorted((a, b) -> a.width() == b.width()
                                ? a.parameter().compareTo(b.parameter())
                                : Double.compare(b.width(), a.width()))
                        .toList();
            }

            /** Returns whether the conclusion holds with each parameter at either end of its range. */
            public boolean survives() {
                return bars.stream().allMatch(b -> holds(b.atLow()) && holds(b.atHigh()));
            }

            /** Returns the parameters for which it does not hold at an end of their range, widest first. */
            public List<String> breakers() {
                return bars.stream()
                        .filter(b -> !holds(b.atLow()) || !holds(b.atHigh()))
                        .map(Bar::parameter)
                        .toList();
            }

            /** Returns whether the conclusion holds for {@code value}. */
            public boolean holds(double value) {
                return !(value < bandLow) && !(value > bandHigh);
            }

            /**
             * One parameter.
             *
             * @param parameter its name in the cost model, or of the input
             * @param low lower end of its range, with the unit
             * @param high upper end of its range, with the unit
             * @param atLow the figure with the parameter at its lower end
             * @param atHigh the figure with the parameter at its upper end
             */
            public record Bar(String parameter, String low, String high, double atLow, double atHigh) {
                /** Returns how far the figure moves. */
                public double width() {
                    return StrictMath.abs(atHigh - atLow);
                }
            }
        }
    }

    /**
     * One figure of an experiment beside what was published.
     *
     * @param key what programs find it by within its experiment, such as {@code "toro-after.traffic-least-samples"}: lower case,
     *     stable where the words for people change
     * @param name which case, such as {@code "Toro after"}
     * @param metric what was measured, such as {@code "CPU in traffic, every sample"}
     * @param unit unit of all figures, such as {@code "%"} or {@code "ms"}
     * @param published what was published, in its own words, or {@code ""}
     * @param obtained what the simulation gave, NaN if there was nothing to measure
     * @param bandLow lower end of the accepted band, or NaN where there is none
     * @param bandHigh upper end of the accepted band, or NaN where there is none
     * @param why why the band is what it is, or what the figure explains
     */
    public record CaseResult(
            String key,
            String name,
            String metric,
            String unit,
            String published,
            double obtained,
            double bandLow,
            double bandHigh,
            String why) {
        /** Checks the key, and that a published figure without a band has a reason. */
        public CaseResult {
            if (Double.isNaN(bandLow) && !published.isEmpty() && why.isEmpty()) {
                throw new IllegalArgumentException("a published figure without a band needs a reason, key=" + key);
            }
            if (!key.matches("[a-z0-9.-]+")) {
                throw new IllegalArgumentException("key must consist of a-z, 0-9, '.' and '-', key=" + key);
            }
        }

        /** Returns a figure without a band. */
        public static CaseResult info(
                String key, String name, String metric, String unit, double obtained, String why) {
            return new CaseResult(key, name, metric, unit, "", obtained, Double.NaN, Double.NaN, why);
        }

        /** Returns this figure without a band. */
        public CaseResult unjudged() {
            return info(key, name, metric, unit, obtained, why);
        }

        /** Returns a constant as a part of a key: {@code TORO_2018} is {@code "toro-2018"}. */
        public static String part(Enum<?> constant) {
            return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        /** Returns whether the obtained value lies inside the band; what was published and has no band is not testable, what was not measured lies nowhere. */
        public Verdict verdict() {
            if (Double.isNaN(bandLow) || Double.isNaN(bandHigh)) {
                return published.isEmpty() ? Verdict.INFO : Verdict.NOT_TESTABLE;
            }
            if (Double.isNaN(obtained)) {
                return Verdict.NOT_MEASURED;
            }
            return obtained >= bandLow && obtained <= bandHigh ? Verdict.PASS : Verdict.FAIL;
        }

        /** What a case came to. */
        public enum Verdict {
            /** The obtained value lies inside the band. */
            PASS,
            /** It lies outside. */
            FAIL,
            /** No figure was published to compare with; the value is information. */
            INFO,
            /** A figure was published, and cannot be compared with: {@link CaseResult#why} says the reason. */
            NOT_TESTABLE,
            /** There was nothing to measure: no sample of {@code top} wholly in traffic, say, or no request answered. */
            NOT_MEASURED;

            /** Returns whether it is a judgement. */
            public boolean isJudged() {
                return this == PASS || this == FAIL;
            }

            /** Returns what tables show; nothing of information. */
            public String shown() {
                return switch (this) {
                    case INFO -> "";
                    case NOT_TESTABLE -> "not testable";
                    case NOT_MEASURED -> "not measured";
                    default -> name();
                };
            }
        }
    }
}
