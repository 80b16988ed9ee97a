package io.torosim.bench.report;

import io.torosim.experiment.PhaseRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Boot phases as stacked bars, one for each way of booting, and a table of every phase below. */
final class PhaseBars {
    private static final int COLOURS = 10;
    private static final double SHOWN_SHARE = 0.01;

    private final Map<String, List<PhaseRow>> paths = new LinkedHashMap<>();
    private final Map<String, Integer> colours = new LinkedHashMap<>();

    PhaseBars(List<PhaseRow> rows) {
        for (PhaseRow row : rows) {
            paths.computeIfAbsent(row.path(), p -> new ArrayList<>()).add(row);
            if (row.share() >= SHOWN_SHARE) {
                colours.putIfAbsent(row.phase(), colours.size() % COLOURS);
            }
        }
    }

    void render(Html html) {
        html.raw("<div class=\"bars\">");
        paths.forEach((path, rows) -> {
            double total = rows.stream().mapToDouble(PhaseRow::millis).sum();
            html.raw("<div class=\"barname\">")
                    .text(path)
                    .raw(" <b>")
                    .text(ms(total))
                    .raw("</b></div><div class=\"bar\">");
            for (PhaseRow row : rows) {
                if (row.millis() > 0) {
                    Integer colour = colours.get(row.phase());
                    html.raw(String.format(
                            Locale.ROOT,
                            "<span class=\"%s\" style=\"width:%.3f%%\" title=\"%s: %s, %.1f %%\"></span>",
                            colour == null ? "rest" : "c" + colour,
                            100 * row.share(),
                            Html.escape(row.phase()),
                            ms(row.millis()),
                            100 * row.share()));
                }
            }
            html.raw("</div>");
        });
        html.raw("</div><p class=\"legend\">");
        colours.forEach((phase, colour) ->
                html.raw("<span><i class=\"c" + colour + "\"></i>").text(phase).raw("</span> "));
        html.raw("<span><i class=\"rest\"></i>others, below 1 %</span></p>");
        paths.forEach((path, rows) -> table(html, path, rows));
    }

    private void table(Html html, String path, List<PhaseRow> rows) {
        html.raw("<details" + (path.equals("QEMU-Lite") ? " open" : "") + "><summary>")
                .text(path + ": every phase")
                .raw(
                        "</summary><div class=\"scroll\"><table><thead><tr><th>phase<th class=\"n\">ms<th class=\"n\">share"
                                + "<th>computed from<th>source</tr></thead><tbody>");
        for (PhaseRow row : rows) {
            html.raw("<tr>")
                    .element("td", row.phase())
                    .raw("<td class=\"n\">")
                    .text(String.format(Locale.ROOT, "%.3f", row.millis()))
                    .raw("</td><td class=\"n\">")
                    .text(String.format(Locale.ROOT, "%.1f %%", 100 * row.share()))
                    .raw("</td>")
                    .element("td", row.driver())
                    .element("td", row.source())
                    .raw("</tr>");
        }
        html.raw("</tbody></table></div></details>");
    }

    private static String ms(double millis) {
        return String.format(Locale.ROOT, millis >= 1000 ? "%,.0f ms" : "%.1f ms", millis);
    }
}
