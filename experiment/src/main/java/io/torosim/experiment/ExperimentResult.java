package io.torosim.experiment;

import io.torosim.core.cost.CostModel;
import io.torosim.core.cost.CostParameter;
import io.torosim.experiment.CaseResult.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an experiment gave: a value, a pure function of its specification and seed.
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

        /** Adds boot phases. */
        public Builder addPhases(List<PhaseRow> rows) {
            phases.addAll(rows);
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

        /** Adds paragraphs. */
        public Builder addNotes(List<String> paragraphs) {
            notes.addAll(paragraphs);
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
}
