package io.torosim.sweep;

import io.torosim.core.stats.Tally;
import io.torosim.sweep.StudyResults.FailureKind;
import io.torosim.sweep.StudyResults.WideInterval;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What came out of a study, as one JSON object: how it ended, whether the wanted precision was reached, failures by kind, and every point's means with half
 * the widths of their intervals.
 */
final class Summary {
    private static final JsonFactory JSON = new JsonFactory();
    /** A larger study's points stand in {@code cells.csv} alone. */
    private static final int MOST_POINTS = 10_000;

    private Summary() {}

    static void write(StudyResults results, Writer out) throws IOException {
        Study study = results.study();
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("study", study.name());
            json.writeStringProperty("fingerprint", study.fingerprint());
            json.writeStringProperty("ending", results.ending().name().toLowerCase(Locale.ROOT));
            json.writeNumberProperty("runs", results.doneCount());
            json.writeNumberProperty("known", results.cellCount());
            json.writeNumberProperty("failed", results.failedCount());
            json.writeStringProperty("digest", results.digest());
            if (!results.left().isEmpty()) {
                json.writeArrayPropertyStart("left");
                results.left().forEach(json::writeNumber);
                json.writeEndArray();
            }
            number(json, "confidence", study.stopping().confidence());
            precision(json, results);
            failures(json, results.failures());
            if (results.points().size() <= MOST_POINTS) {
                points(json, results);
            }
            json.writeEndObject();
        }
        out.write(text.append('\n').toString());
    }

    private static void precision(JsonGenerator json, StudyResults results) {
        if (results.study().stopping().relativeHalfWidth() == 0) {
            return;
        }
        List<WideInterval> wide = results.wide();
        json.writeObjectPropertyStart("precision");
        number(json, "wanted", results.study().stopping().relativeHalfWidth());
        json.writeBooleanProperty("reached", wide.isEmpty());
        json.writeArrayPropertyStart("missed");
        for (WideInterval one : wide) {
            json.writeStartObject();
            json.writeNumberProperty("point", one.point());
            json.writeStringProperty("output", one.output());
            number(json, "mean", one.mean());
            number(json, "halfWidth", one.halfWidth());
            number(json, "wanted", one.wanted());
            json.writeNumberProperty("replications", one.replications());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void failures(JsonGenerator json, List<FailureKind> failures) {
        json.writeArrayPropertyStart("failures");
        for (FailureKind one : failures) {
            json.writeStartObject();
            json.writeStringProperty("kind", one.kind());
            json.writeNumberProperty("count", one.count());
            json.writeNumberProperty("firstCell", one.firstCell());
            json.writeStringProperty("firstError", one.firstError());
            json.writeStringProperty("replay", "--cell " + one.firstCell());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void points(JsonGenerator json, StudyResults results) {
        Study study = results.study();
        Tally[] tallies = results.tallies();
        int outputs = study.outputs().size();
        json.writeArrayPropertyStart("points");
        for (int point = 0; point < results.points().size(); point++) {
            json.writeStartObject();
            json.writeNumberProperty("point", point);
            json.writeObjectPropertyStart("factors");
            for (int f = 0; f < study.factors().size(); f++) {
                Factor factor = study.factors().get(f);
                json.writeStringProperty(
                        factor.name(), factor.text(results.points().get(point).get(f)));
            }
            json.writeEndObject();
            json.writeObjectPropertyStart("outputs");
            for (int o = 0; o < outputs; o++) {
                Tally tally = tallies[point * outputs + o];
                json.writeObjectPropertyStart(study.outputs().get(o));
                json.writeStringProperty("basis", results.basis(tally.count()));
                json.writeNumberProperty("replications", tally.count());
                number(json, "mean", tally.mean());
                if (tally.count() > 1
                        && tally.min() == tally.max()
                        && !study.model().isExact()) {
                    json.writeNullProperty("halfWidth"); // not 0: nothing is known of it
                    number(json, "otherValueAtMost", study.stopping().otherValueAtMost(tally.count()));
                } else if (tally.count() > 1) {
                    number(
                            json,
                            "halfWidth",
                            tally.interval(study.stopping().confidence()).halfWidth());
                }
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void number(JsonGenerator json, String name, double value) {
        if (Double.isNaN(value)) {
            json.writeNullProperty(name);
        } else if (Double.isInfinite(value)) {
            json.writeStringProperty(name, Double.toString(value));
        } else {
            json.writeName(name);
            json.writeNumber(Decimals.text(value));
        }
    }
}
