package io.torosim.experiment.mem;

import io.torosim.mem.trace.AllocatorComparison.Row;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Three panels for each trace, as one self-contained SVG: no script, no font file, no style sheet from elsewhere. */
final class FragmentationChart {
    private static final int WIDTH = 300;
    private static final int HEIGHT = 170;
    private static final int GAP_X = 70;
    private static final int GAP_Y = 60;
    private static final String[] COLOURS = {"#b5322a", "#e08a1e", "#2a6fb5", "#2b8a4b"};

    private final List<Row> rows;
    private final List<String> traces;
    private final List<String> allocators;
    private final StringBuilder svg = new StringBuilder();

    FragmentationChart(List<Row> rows) {
        this.rows = rows;
        this.traces = rows.stream().map(Row::trace).distinct().toList();
        this.allocators = rows.stream().map(Row::allocator).distinct().toList();
    }

    String svg() {
        int width = GAP_X + 3 * (WIDTH + GAP_X);
        int height = 70 + traces.size() * (HEIGHT + GAP_Y);
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"11\">",
                width, height);
        line("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", width, height);
        for (int i = 0; i < allocators.size(); i++) {
            int x = GAP_X + 180 * i;
            line(
                    "<line x1=\"%d\" y1=\"20\" x2=\"%d\" y2=\"20\" stroke=\"%s\" stroke-width=\"3\"/>",
                    x, x + 24, COLOURS[i]);
            line("<text x=\"%d\" y=\"24\">%s</text>", x + 30, allocators.get(i));
        }
        for (int t = 0; t < traces.size(); t++) {
            String trace = traces.get(t);
            int y = 60 + t * (HEIGHT + GAP_Y);
            panel(trace, trace + ": largest free block, MiB", 0, y, r -> r.largestFreeBytes() / 1048576.0);
            panel(trace, trace + ": free bytes outside it, %", 1, y, r -> r.externalPermille() / 10.0);
            panel(trace, trace + ": simulated ns per request", 2, y, r -> r.psPerOperation() / 1000.0);
        }
        line("</svg>");
        return svg.toString();
    }

    private void panel(String trace, String title, int column, int y, ToDoubleFunction<Row> value) {
        int x = GAP_X + column * (WIDTH + GAP_X);
        List<Row> of = rows.stream().filter(r -> r.trace().equals(trace)).toList();
        double maxX = of.stream().mapToInt(Row::operations).max().orElse(1);
        double maxY = Math.max(1e-9, of.stream().mapToDouble(value).max().orElse(1)) * 1.05;
        line("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>", x, y - 8, title);
        line("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#888\"/>", x, y, WIDTH, HEIGHT);
        for (int i = 0; i <= 4; i++) {
            double at = y + HEIGHT - HEIGHT * i / 4.0;
            line("<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>", x, at, x + WIDTH, at);
            line("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.1f</text>", x - 5, at + 4, maxY * i / 4);
        }
        line("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f requests</text>", x + WIDTH, y + HEIGHT + 14, maxX);
        for (int i = 0; i < allocators.size(); i++) {
            StringBuilder points = new StringBuilder();
            for (Row row : of) {
                if (row.allocator().equals(allocators.get(i))) {
                    points.append(String.format(
                            Locale.ROOT,
                            "%.1f,%.1f ",
                            x + WIDTH * row.operations() / maxX,
                            y + HEIGHT - HEIGHT * value.applyAsDouble(row) / maxY));
                }
            }
            line(
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\"/>",
                    points.toString().trim(), COLOURS[i]);
        }
    }

    private void line(String format, Object... arguments) {
        svg.append(arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments))
                .append('\n');
    }
}
