package io.torosim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.TornadoChart;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartsTest {
    @Test
    void lines_areDrawnWithTheirNamesEscaped() {
        LineChartSvg drawing = new LineChartSvg(SampleResults.lines());
        assertThat(drawing.svg())
                .contains("frame, bytes")
                .contains("virtio: 200000 at 1500")
                .doesNotContain("<b>");
        assertThat(drawing.legend()).contains("virtio").contains("e1000");
        assertThat(drawing.svg().split("<circle", -1)).hasSize(4);
    }

    @Test
    void emptyChart_isDrawnWithoutPoints() {
        LineChart empty = LineChart.linear("nothing", "x", "y", List.of());
        assertThat(new LineChartSvg(empty).svg()).contains("nothing").doesNotContain("NaN");
    }

    @Test
    void pointThatCannotBeDrawn_isRefused() {
        List<LineChart.Line> zero = List.of(new LineChart.Line("l", List.of(new LineChart.Point(0, 1))));
        assertThatThrownBy(() -> new LineChart("t", "x", "y", true, zero)).hasMessageContaining("x > 0");
        List<LineChart.Line> nan = List.of(new LineChart.Line("l", List.of(new LineChart.Point(1, Double.NaN))));
        assertThatThrownBy(() -> LineChart.linear("t", "x", "y", nan)).hasMessageContaining("finite");
    }

    @Test
    void tornado_hasTheWidestBarFirst_andSaysWhatBreaksIt() {
        TornadoChart chart = SampleResults.tornado();
        assertThat(chart.bars().get(0).parameter()).isEqualTo("load.client_think");
        assertThat(chart.survives()).isFalse();
        assertThat(chart.breakers()).containsExactly("load.client_think");
        assertThat(new TornadoSvg(chart).svg())
                .contains("kvm.ipi: 51 at 1 us, 53 at 5 us")
                .doesNotContain("NaN");
    }

    @Test
    void marks_areRoundAndInside() {
        assertThat(Scale.linear(0, 10, 0, 100).marks(5)).containsExactly(0.0, 2.0, 4.0, 6.0, 8.0, 10.0);
        assertThat(Scale.linear(-3, 103, 0, 100).marks(6)).containsExactly(0.0, 20.0, 40.0, 60.0, 80.0, 100.0);
        assertThat(Scale.logarithmic(64, 1500, 0, 100).marks(9)).containsExactly(64.0, 128.0, 256.0, 512.0, 1024.0);
        assertThat(Scale.linear(5, 5, 0, 100).marks(5)).isNotEmpty();
        assertThat(Figures.shortest(0.1 + 0.2)).isEqualTo("0.3");
    }

    @Test
    void points_areInTheCsv() {
        assertThat(ResultsCsv.charts(SampleResults.run()))
                .contains(",virtio,64.0,1000000.0\n")
                .contains("cpu-usage,Ubuntu in traffic,kvm.ipi,5 us,53.0\n");
    }

    @Test
    void everyChart_isAFileOfItsOwn_andCanBeDrawn() throws Exception {
        var files = ChartFiles.svg(SampleResults.run());
        assertThat(files.keySet())
                .containsExactly(
                        "cpu-usage-frames-of-a-b-c-d.svg",
                        "cpu-usage-toro-after.svg",
                        "cpu-usage-ubuntu-in-traffic.svg",
                        "cpu-usage-ubuntu-more.svg");
        var parser = javax.xml.parsers.DocumentBuilderFactory.newInstance();
        for (String svg : files.values()) {
            parser.newDocumentBuilder().parse(new org.xml.sax.InputSource(new java.io.StringReader(svg)));
            assertThat(svg).doesNotContain("class=").doesNotContain("var(");
            var image = javax.imageio.ImageIO.read(new java.io.ByteArrayInputStream(ChartFiles.png(svg)));
            assertThat(image.getWidth()).isEqualTo(1280);
            assertThat(colours(image)).isGreaterThan(10);
        }
    }

    private static long colours(java.awt.image.BufferedImage image) {
        return java.util.Arrays.stream(
                        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
                .distinct()
                .count();
    }

    @Test
    void error_isSigned_orOutwardFromARange() {
        assertThat(error("123", 113.5)).isEqualTo("-9.5 %");
        assertThat(error("100, always", 100.3)).isEqualTo("+0.3 %");
        assertThat(error("40 to 60", 51.7)).isEqualTo("within");
        assertThat(error("40 to 60", 61.7)).isEqualTo("+1.7 %");
        assertThat(error("40 to 60", 38)).isEqualTo("-2.0 %");
        assertThat(error("reduced by half", 51)).isEmpty();
        assertThat(error("200 ms window", 210)).isEqualTo("+10.0 %");
    }

    private static String error(String published, double obtained) {
        return Figures.error(new io.torosim.experiment.ExperimentResult.CaseResult(
                "k", "n", "m", "%", published, obtained, 0, 1, ""));
    }
}
