package io.torosim.bench.report;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.FloatSize;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.Chart;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.TornadoChart;
import io.torosim.experiment.ExperimentResult.Series;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** Every chart of a run as a picture file of its own, for papers and slides. */
public final class ChartFiles {
    private static final int PIXELS_PER_UNIT = 2;

    private ChartFiles() {}

    /** Returns SVG documents by file name, such as {@code "cpu-usage-toro-after.svg"}: the same bytes for the same run. */
    public static Map<String, String> svg(RunOutcome outcome) {
        Map<String, String> files = new TreeMap<>();
        for (ExperimentResult result : outcome.experiments()) {
            UsageAxes axes = UsageAxes.of(result.series());
            for (Series series : result.series()) {
                String drawing = new UsageChart(series, axes.endSeconds(), axes.top()).svg(UsageAxes.kind(series));
                files.put(name(result, series.name()), StandaloneSvg.of(series.name(), drawing, List.of()));
            }
            for (Chart chart : result.charts()) {
                files.put(name(result, chart.title()), document(chart));
            }
        }
        return files;
    }

    /**
     * Draws an SVG document of {@link #svg}. Letters are drawn with the fonts of this machine, so the bytes may differ from
     * machine to machine.
     *
     * @return a PNG file, twice as many pixels as the document has units
     * @throws IOException if it cannot be drawn
     */
    public static byte[] png(String svg) throws IOException {
        SVGDocument document = new SVGLoader()
                .load(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)), null, loaderContext());
        if (document == null) {
            throw new IOException("not an SVG document");
        }
        FloatSize size = document.size();
        BufferedImage image = new BufferedImage(
                Math.round(size.width * PIXELS_PER_UNIT),
                Math.round(size.height * PIXELS_PER_UNIT),
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
        document.render(null, graphics);
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    private static com.github.weisj.jsvg.parser.LoaderContext loaderContext() {
        return com.github.weisj.jsvg.parser.LoaderContext.createDefault();
    }

    private static String document(Chart chart) {
        if (chart instanceof LineChart lines) {
            List<String> legend =
                    lines.lines().stream().map(LineChart.Line::name).toList();
            return StandaloneSvg.of(chart.title(), new LineChartSvg(lines).svg(), legend);
        }
        return StandaloneSvg.of(chart.title(), new TornadoSvg((TornadoChart) chart).svg(), List.of());
    }

    private static String name(ExperimentResult result, String title) {
        String words =
                title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return result.name() + "-" + words + ".svg";
    }
}
