package io.torosim.bench.report;

import io.torosim.experiment.CaseResult;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.Verdict;
import java.util.Locale;

/** The head of the report: what was published, what came out, how far off it is; and where to find the sections. */
final class Summary {
    private Summary() {}

    static void render(Html html, RunOutcome outcome) {
        if (outcome.experiments().stream().flatMap(r -> r.cases().stream()).noneMatch(Summary::isPublished)) {
            return;
        }
        html.raw("<section id=\"summary\"><h2>Published and obtained</h2><p class=\"legend\">");
        for (ExperimentResult result : outcome.experiments()) {
            html.raw("<a href=\"#" + Html.escape(result.name()) + "\">")
                    .text(result.title())
                    .raw("</a> ");
        }
        html.raw(
                "</p><div class=\"scroll\"><table class=\"cases\"><thead><tr><th>case<th>metric<th>published<th class=\"n\">"
                        + "obtained<th>seeds<th class=\"n\">error<th>band<th>verdict</tr></thead><tbody>");
        for (ExperimentResult result : outcome.experiments()) {
            String last = "";
            for (CaseResult c : result.cases()) {
                if (isPublished(c)) {
                    row(html, c, outcome.further().shown(result, c), last);
                    last = c.name();
                }
            }
        }
        html.raw("</tbody></table></div></section>\n");
    }

    private static boolean isPublished(CaseResult c) {
        return !c.published().isEmpty();
    }

    private static void row(Html html, CaseResult c, String seeds, String last) {
        String kind = c.verdict().name().toLowerCase(Locale.ROOT);
        html.raw("<tr class=\"" + (c.name().equals(last) ? "" : "first ") + kind + "\">")
                .element("td class=\"name\"", c.name().equals(last) ? "" : c.name())
                .element("td class=\"metric\"", c.metric())
                .element("td data-label=\"published\"", c.published())
                .element("td class=\"n\" data-label=\"obtained\"", Figures.value(c))
                .element("td data-label=\"seeds\"", seeds)
                .element("td class=\"n\" data-label=\"error\"", Figures.error(c))
                .element("td class=\"band\" data-label=\"band\"", Figures.band(c))
                .raw("<td><span class=\"badge " + kind + "\">")
                .text(c.verdict() == Verdict.INFO ? "" : c.verdict().name())
                .raw("</span></td></tr>");
    }
}
