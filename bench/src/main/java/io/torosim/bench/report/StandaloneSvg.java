package io.torosim.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a chart of the report a document of its own: name space, size, white ground, colours written out, heading and legend
 * inside. Colours are presentation attributes, which every drawing program understands.
 */
final class StandaloneSvg {
    private static final Pattern OPENING =
            Pattern.compile("<svg class=\"chart ?([a-z]*)\" viewBox=\"0 0 ([0-9]+) ([0-9]+)\"[^>]*>");
    private static final Pattern CLASS = Pattern.compile(" class=\"([^\"]*)\"");
    private static final int HEADING = 30;
    private static final int LEGEND_ROW = 18;
    private static final String[] COLOURS = {
        "#1f6f8b", "#e0a030", "#7a5195", "#4f9d69", "#c2571a", "#5b7fbd", "#a33f5f", "#8a8d3c", "#3aa6a0", "#7a5a45"
    };

    private StandaloneSvg() {}

    static String of(String title, String chart, List<String> legend) {
        Matcher opening = OPENING.matcher(chart);
        if (!opening.lookingAt()) {
            throw new IllegalArgumentException("not a chart of the report");
        }
        int width = Integer.parseInt(opening.group(2));
        int height = Integer.parseInt(opening.group(3));
        int total = HEADING + height + LEGEND_ROW * legend.size() + (legend.isEmpty() ? 0 : 8);
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n",
                width,
                total,
                width,
                total);
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", width, total);
        add(
                svg,
                "<text x=\"8\" y=\"20\" font-size=\"14\" font-weight=\"bold\" fill=\"#1d2329\">%s</text>%n",
                Html.escape(title));
        add(svg, "<g transform=\"translate(0 %d)\">", HEADING);
        svg.append(painted(chart.substring(opening.end(), chart.length() - "</svg>".length()), opening.group(1)));
        svg.append("</g>\n");
        for (int i = 0; i < legend.size(); i++) {
            int y = HEADING + height + LEGEND_ROW * i;
            add(
                    svg,
                    "<rect x=\"12\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>",
                    y,
                    COLOURS[i % COLOURS.length]);
            add(svg, "<text x=\"30\" y=\"%d\" fill=\"#1d2329\">%s</text>%n", y + 10, Html.escape(legend.get(i)));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String painted(String inner, String kind) {
        Matcher classes = CLASS.matcher(inner);
        StringBuilder out = new StringBuilder();
        while (classes.find()) {
            StringBuilder paint = new StringBuilder();
            for (String name : classes.group(1).split(" ")) {
                paint.append(paint(name, kind));
            }
            classes.appendReplacement(out, Matcher.quoteReplacement(paint.toString()));
        }
        return classes.appendTail(out).toString();
    }

    private static String paint(String name, String kind) {
        String curve = kind.equals("ubuntu") ? "#c2571a" : "#1f6f8b";
        return switch (name) {
            case "grid" -> " stroke=\"#ece9e2\"";
            case "tick" -> " fill=\"#5c6670\"";
            case "traffic" -> " fill=\"#78826e\" fill-opacity=\"0.14\"";
            case "series" -> "";
            case "hit" -> " fill=\"none\"";
            case "area" -> " fill=\"" + curve + "\" fill-opacity=\"0.16\"";
            case "line" -> " fill=\"none\" stroke-width=\"2\"" + (kind.isEmpty() ? "" : " stroke=\"" + curve + "\"");
            case "dot" -> " stroke=\"#ffffff\"";
            case "base" -> " stroke=\"#1d2329\" stroke-width=\"1.5\"";
            case "inband" -> " fill=\"#1f6f8b\"";
            case "outofband" -> " fill=\"#c2571a\"";
            default -> numbered(name);
        };
    }

    /** {@code s3} strokes with the third colour, {@code c3} fills with it. */
    private static String numbered(String name) {
        if (!name.matches("[cs][0-9]")) {
            throw new IllegalArgumentException("no colour for class " + name);
        }
        String colour = COLOURS[name.charAt(1) - '0'];
        return (name.charAt(0) == 's' ? " stroke=\"" : " fill=\"") + colour + '"';
    }

    private static void add(StringBuilder svg, String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format.replace("%n", "\n"), arguments));
    }
}
