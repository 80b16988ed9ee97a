package io.torosim.bench.report;

import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.experiment.ExperimentResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report: one page that needs nothing else, a pure function of the results. Its markup is in {@code report.mustache}. */
public final class HtmlReport {
    private static final int OPENING_CHARTS = 2;

    private HtmlReport() {}

    /** Returns the page of a run of experiments. */
    public static String render(RunOutcome outcome) {
        boolean published = !FigureTable.published(outcome).isEmpty();
        return render(published ? Headline.REPRODUCTION : Headline.SIMULATION, outcome);
    }

    /** Returns a page that shows something else. */
    public static String render(Headline headline, RunOutcome outcome) {
        List<ReportSection> sections = outcome.experiments().stream()
                .map(result -> ReportSection.of(result, outcome.further()))
                .toList();
        ReportPage page = new ReportPage(
                headline,
                resource("report.css"),
                resource("report.js"),
                outcome.passed() ? "pass" : "fail",
                Bands.of(outcome).headline(),
                opening(sections),
                FigureTable.published(outcome),
                sections,
                facts(outcome),
                parameters(outcome),
                BuildInfo.version());
        return new ReportPageRenderer(Object::toString, Html::escape).execute(page);
    }

    /** The curves of top that come first; what has none begins with its contents. */
    private static List<ReportPage.Opening> opening(List<ReportSection> sections) {
        return sections.stream()
                .filter(ReportSection::usage)
                .map(s -> new ReportPage.Opening(
                        s.charts().stream().limit(OPENING_CHARTS).toList(), s.id()))
                .limit(1)
                .toList();
    }

    private static List<ReportPage.Fact> facts(RunOutcome outcome) {
        return List.of(
                new ReportPage.Fact("seed", Long.toString(outcome.seed())),
                new ReportPage.Fact("digest", outcome.digest()),
                new ReportPage.Fact("JDK", outcome.jdk()),
                new ReportPage.Fact("commit", outcome.commit()));
    }

    private static List<ReportPage.Parameter> parameters(RunOutcome outcome) {
        Map<String, CostParameter> all = new LinkedHashMap<>();
        for (ExperimentResult result : outcome.experiments()) {
            result.parameters().forEach(p -> all.putIfAbsent(p.name(), p));
        }
        return all.values().stream()
                .map(p -> new ReportPage.Parameter(
                        p.name(),
                        p.value().toPlainString(),
                        p.unit().symbol(),
                        p.low().toPlainString() + " to " + p.high().toPlainString(),
                        p.isAssumed(),
                        p.basis().name().toLowerCase(Locale.ROOT),
                        p.confidence().name().toLowerCase(Locale.ROOT),
                        p.source()))
                .toList();
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
