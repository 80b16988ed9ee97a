package io.torosim.bench.report;

import io.torosim.experiment.ExperimentResult.Series;
import java.util.List;

/**
 * The axes that all curves of an experiment share, so that they can be compared.
 *
 * @param endSeconds end of the time axis
 * @param top upper end of the other one
 */
record UsageAxes(double endSeconds, double top) {
    static UsageAxes of(List<Series> all) {
        double end = all.stream()
                .flatMap(s -> s.samples().stream())
                .mapToDouble(Series.Sample::endSeconds)
                .max()
                .orElse(1);
        double most = all.stream()
                .flatMap(s -> s.samples().stream())
                .mapToDouble(Series.Sample::value)
                .max()
                .orElse(100);
        return new UsageAxes(end, Math.max(110, Math.ceil((most + 5) / 10) * 10));
    }

    /** Returns the style of a curve. */
    static String kind(Series series) {
        return series.name().startsWith("Ubuntu") ? "ubuntu" : "toro";
    }
}
