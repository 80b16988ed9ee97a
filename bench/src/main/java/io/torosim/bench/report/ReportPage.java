package io.torosim.bench.report;

import io.jstach.jstache.JStache;
import io.jstach.jstache.JStacheConfig;
import io.jstach.jstache.JStacheType;
import java.util.List;

/** What {@code report.mustache} prints: every text as it is read, no text escaped. */
@JStache(path = "io/torosim/bench/report/report.mustache")
@JStacheConfig(type = JStacheType.STACHE)
record ReportPage(
        Headline headline,
        String css,
        String script,
        String kind,
        String verdict,
        List<Opening> opening,
        List<FigureTable> published,
        List<ReportSection> sections,
        List<Fact> facts,
        List<Parameter> parameters,
        String version) {

    /** Curves that are seen before anything is scrolled, and the section that they are from. */
    record Opening(List<ReportChart> charts, String from) {}

    /** A name and its value. */
    record Fact(String name, String value) {}

    /** A row of the table of parameters. */
    record Parameter(
            String name,
            String value,
            String unit,
            String range,
            boolean assumed,
            String basis,
            String confidence,
            String source) {}

    boolean withParameters() {
        return !parameters.isEmpty();
    }

    String parameterCount() {
        long assumed = parameters.stream().filter(Parameter::assumed).count();
        return parameters.size() + " parameters, " + assumed + " of them guessed or fitted";
    }
}
