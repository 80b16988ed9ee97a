package io.torosim.bench.report;

import io.torosim.core.cost.CostParameter;
import io.torosim.experiment.CaseResult;
import io.torosim.experiment.Chart;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.LineChart;
import io.torosim.experiment.Series;
import io.torosim.experiment.TornadoChart;
import io.torosim.experiment.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report: one page that needs nothing else, a pure function of the results. */
public final class HtmlReport {
    private HtmlReport() {}

    /** Returns the page. */
    public static String render(RunOutcome outcome) {
        Html html = new Html();
        html.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                        + "<meta name=\"color-scheme\" content=\"light dark\">"
                        + "<title>ToroSim: published and obtained</title><style>\n")
                .raw(resource("report.css"))
                .raw("</style></head>\n<body><main>");
        header(html, outcome);
        Summary.render(html, outcome);
        for (ExperimentResult result : outcome.experiments()) {
            section(html, result, outcome.further());
        }
        parameters(html, outcome);
        html.raw("<footer>")
                .text("Made by torosim " + BuildInfo.version()
                        + ". The same seed, specification and version give this page again, byte for byte.");
        return html.raw("</footer></main><script>\n")
                .raw(resource("report.js"))
                .raw("</script></body></html>\n")
                .toString();
    }

    private static void header(Html html, RunOutcome outcome) {
        long failed = outcome.experiments().stream()
                .flatMap(r -> r.cases().stream())
                .filter(c -> c.verdict() == Verdict.FAIL)
                .count();
        long judged = outcome.experiments().stream()
                .flatMap(r -> r.cases().stream())
                .filter(c -> c.verdict() != Verdict.INFO)
                .count();
        html.raw("<header><h1>ToroSim</h1><p class=\"lead\">")
                .text("Published measurements of the Toro unikernel, reproduced on a simulated machine.")
                .raw("</p><p class=\"verdict " + (failed == 0 ? "pass" : "fail") + "\">")
                .text(
                        judged == 0
                                ? "no figure here has a band"
                                : failed == 0
                                        ? judged + " of " + judged + " figures lie inside their bands"
                                        : failed + " of " + judged + " figures lie outside their bands")
                .raw("</p><dl class=\"facts\">");
        fact(html, "seed", Long.toString(outcome.seed()));
        fact(html, "digest", outcome.digest());
        fact(html, "JDK", outcome.jdk());
        fact(html, "commit", outcome.commit());
        html.raw("</dl></header>\n");
    }

    private static void fact(Html html, String name, String value) {
        html.raw("<div>").element("dt", name).element("dd", value).raw("</div>");
    }

    private static void section(Html html, ExperimentResult result, FurtherSeeds further) {
        html.raw("<section id=\"" + Html.escape(result.name()) + "\">").element("h2", result.title());
        html.raw("<dl class=\"facts\">");
        result.settings().forEach((name, value) -> fact(html, name, value));
        html.raw("</dl>");
        if (!result.series().isEmpty()) {
            charts(html, result.series());
        }
        if (!result.phases().isEmpty()) {
            new PhaseBars(result.phases()).render(html);
        }
        furtherCharts(html, result);
        cases(html, result, further);
        html.raw("<h3>What to make of it</h3>");
        for (String note : result.notes()) {
            html.element("p", note);
        }
        html.raw("</section>\n");
    }

    private static void charts(Html html, List<Series> all) {
        UsageAxes axes = UsageAxes.of(all);
        html.raw("<p class=\"legend\"><span><i class=\"trafficbox\"></i>requests arriving</span> "
                + "<span>%CPU of the QEMU process in each sample of top</span></p><div class=\"charts\">");
        for (Series series : all) {
            html.raw("<figure>").element("figcaption", series.name());
            html.raw(new UsageChart(series, axes.endSeconds(), axes.top()).svg(UsageAxes.kind(series)))
                    .raw("</figure>");
        }
        html.raw("</div>");
    }

    private static void furtherCharts(Html html, ExperimentResult result) {
        if (result.charts().isEmpty()) {
            return;
        }
        html.raw("<div class=\"charts\">");
        for (Chart chart : result.charts()) {
            html.raw("<figure>").element("figcaption", chart.title());
            if (chart instanceof LineChart lines) {
                LineChartSvg drawing = new LineChartSvg(lines);
                html.raw(drawing.svg()).raw(drawing.legend());
            } else if (chart instanceof TornadoChart tornado) {
                html.raw(new TornadoSvg(tornado).svg());
                if (!Double.isNaN(tornado.bandLow())) {
                    html.raw("<p class=\"legend\">")
                            .text(
                                    tornado.survives()
                                            ? "Holds with every parameter at either end of its range."
                                            : "Does not hold over the whole range of: "
                                                    + String.join(", ", tornado.breakers()) + ".")
                            .raw("</p>");
                }
            }
            html.raw("</figure>");
        }
        html.raw("</div>");
    }

    private static void cases(Html html, ExperimentResult result, FurtherSeeds further) {
        html.raw(
                "<div class=\"scroll\"><table class=\"cases\"><thead><tr><th>case<th>metric<th>published<th class=\"n\">obtained<th>seeds<th>band"
                        + "<th>verdict<th>why</tr></thead><tbody>");
        String last = "";
        for (CaseResult c : result.cases()) {
            String kind = c.verdict().name().toLowerCase(Locale.ROOT);
            html.raw("<tr class=\"" + (c.name().equals(last) ? "" : "first ") + kind + "\">")
                    .element("td class=\"name\"", c.name().equals(last) ? "" : c.name())
                    .element("td class=\"metric\"", c.metric())
                    .element("td data-label=\"published\"", c.published())
                    .raw("<td class=\"n\" data-label=\"obtained\">")
                    .text(Figures.value(c))
                    .raw("</td>")
                    .element("td data-label=\"seeds\"", further.shown(result, c))
                    .element("td class=\"band\" data-label=\"band\"", Figures.band(c))
                    .raw("<td><span class=\"badge " + kind + "\">")
                    .text(c.verdict() == Verdict.INFO ? "" : c.verdict().name())
                    .raw("</span></td>")
                    .element("td class=\"why\"", c.why())
                    .raw("</tr>");
            last = c.name();
        }
        html.raw("</tbody></table></div>");
    }

    private static void parameters(Html html, RunOutcome outcome) {
        Map<String, CostParameter> all = new LinkedHashMap<>();
        for (ExperimentResult result : outcome.experiments()) {
            result.parameters().forEach(p -> all.putIfAbsent(p.name(), p));
        }
        html.raw("<section id=\"parameters\"><h2>Every parameter</h2><p>")
                .text(
                        "What nobody measured is marked: a guess has a wide range, a fitted value was chosen within its range"
                                + " so that a result meets a published one.")
                .raw(
                        "</p><div class=\"scroll\"><table><thead><tr><th>parameter<th class=\"n\">value<th>unit<th>range<th>basis"
                                + "<th>confidence<th>source</tr></thead><tbody>");
        for (CostParameter p : all.values()) {
            String basis = p.basis().name().toLowerCase(Locale.ROOT);
            html.raw("<tr>")
                    .raw("<td><code>")
                    .text(p.name())
                    .raw("</code></td><td class=\"n\">")
                    .text(p.value().toPlainString())
                    .raw("</td>")
                    .element("td", p.unit().symbol())
                    .element("td", p.low().toPlainString() + " to " + p.high().toPlainString())
                    .raw("<td><span class=\"badge " + (p.isAssumed() ? "assumed" : "") + "\">")
                    .text(basis)
                    .raw("</span></td>")
                    .element("td", p.confidence().name().toLowerCase(Locale.ROOT))
                    .element("td class=\"why\"", p.source())
                    .raw("</tr>");
        }
        html.raw("</tbody></table></div></section>\n");
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
