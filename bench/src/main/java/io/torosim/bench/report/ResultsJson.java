package io.torosim.bench.report;

import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.core.stats.Tally;
import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.PhaseRow;
import io.torosim.experiment.ExperimentResult.Series;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.jr.ob.JSON;

/** The results as JSON. Keys keep their order; a figure without a band has nulls there. */
public final class ResultsJson {
    private static final JSON WRITER =
            JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES);

    private ResultsJson() {}

    /** Returns the content of {@code results.json}. */
    public static String results(RunOutcome outcome) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("seed", outcome.seed());
        root.put("digest", outcome.digest());
        root.put("jdk", outcome.jdk());
        root.put("commit", outcome.commit());
        root.put(
                "experiments",
                outcome.experiments().stream()
                        .map(result -> experiment(result, outcome.further()))
                        .toList());
        return write(root);
    }

    /** Returns the content of {@code samples.json}: every sample of every curve. */
    public static String samples(RunOutcome outcome) {
        Map<String, Object> root = new LinkedHashMap<>();
        for (ExperimentResult result : outcome.experiments()) {
            Map<String, Object> curves = new LinkedHashMap<>();
            for (Series series : result.series()) {
                Map<String, Object> curve = new LinkedHashMap<>();
                curve.put("unit", series.unit());
                curve.put(
                        "traffic",
                        series.traffic().stream()
                                .map(t -> List.of(t.startSeconds(), t.endSeconds()))
                                .toList());
                curve.put(
                        "samples",
                        series.samples().stream().map(ResultsJson::sample).toList());
                curves.put(series.name(), curve);
            }
            root.put(result.name(), curves);
        }
        return write(root);
    }

    private static Map<String, Object> experiment(ExperimentResult result, FurtherSeeds further) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", result.name());
        map.put("digest", TraceDigest.hex(result.digest()));
        map.put("settings", result.settings());
        map.put("exact", further.isExact(result));
        map.put(
                "cases",
                result.cases().stream()
                        .map(c -> caseOf(c, further.figures(result, c)))
                        .toList());
        map.put("phases", result.phases().stream().map(ResultsJson::phase).toList());
        map.put("notes", result.notes());
        map.put(
                "parameters",
                result.parameters().stream().map(ResultsJson::parameter).toList());
        return map;
    }

    private static Map<String, Object> caseOf(CaseResult c, Tally figures) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("key", c.key());
        map.put("name", c.name());
        map.put("metric", c.metric());
        map.put("unit", c.unit());
        map.put("published", c.published().isEmpty() ? null : c.published());
        map.put("obtained", finite(c.obtained()));
        map.put("seeds", figures.count());
        map.put("mean", figures.count() == 0 ? null : figures.mean());
        map.put("halfWidth", finite(FurtherSeeds.halfWidth(figures)));
        map.put("bandLow", finite(c.bandLow()));
        map.put("bandHigh", finite(c.bandHigh()));
        map.put("verdict", c.verdict().name());
        map.put("why", c.why());
        return map;
    }

    private static Map<String, Object> sample(Series.Sample s) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("start", s.startSeconds());
        map.put("end", s.endSeconds());
        map.put("value", s.value());
        map.put("phase", s.phase());
        return map;
    }

    private static Map<String, Object> phase(PhaseRow p) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("path", p.path());
        map.put("phase", p.phase());
        map.put("ms", p.millis());
        map.put("share", p.share());
        map.put("driver", p.driver());
        map.put("source", p.source());
        return map;
    }

    private static Map<String, Object> parameter(CostParameter p) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", p.name());
        map.put("value", p.value());
        map.put("unit", p.unit().symbol());
        map.put("low", p.low());
        map.put("high", p.high());
        map.put("basis", p.basis().name().toLowerCase(Locale.ROOT));
        map.put("confidence", p.confidence().name().toLowerCase(Locale.ROOT));
        map.put("source", p.source());
        return map;
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static String write(Map<String, Object> root) {
        return WRITER.asString(root) + "\n";
    }
}
