package io.torosim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The report in a real browser. Of a page as large as that of {@code torosim run all}, or of the file that {@code -Dtorosim.report} names
 * ({@code .ci/check-report} gives it the real one).
 */
class ReportInBrowserTest {
    private static final int SCREEN = 844; // pixels of a phone of 390, as the specification of its maker gives them
    private static final int PAPER = 726; // A4 without the page's margins: 192 mm at 96 pixels an inch

    private static String page;

    @TempDir
    private Path dir;

    @BeforeAll
    static void read() throws Exception {
        String file = System.getProperty("torosim.report", "");
        page = file.isEmpty() ? HtmlReport.render(FullReport.outcome()) : Files.readString(Path.of(file));
    }

    /** What opens on paper is open here: the script cannot be told that a frame is one. */
    private static String onPaper() {
        return page.replace("@media print", "@media all").replace("<details", "<details open");
    }

    @Test
    void phoneShowsACurveFirst_andTwelveScreens_noColumnIsCutOnPaper_andTheScriptFindsEveryChart() throws Exception {
        String measured = "[d.documentElement.scrollHeight / h, "
                + "d.querySelector('svg.chart').getBoundingClientRect().bottom / h, "
                + "Math.max(...[...d.querySelectorAll('main *')].filter(e => !e.closest('.scroll')).map(e => e.getBoundingClientRect().right)), "
                + "Math.max(...[...d.querySelectorAll('main *')].map(e => e.getBoundingClientRect().right)), "
                + "d.documentElement.dataset.charts, d.querySelectorAll('output.readout').length].join(' ')";
        List<String> frames = Browser.in(dir)
                .measured(
                        List.of(new Browser.Frame(page, 390, SCREEN), new Browser.Frame(onPaper(), PAPER, 1000)),
                        measured);
        double[] phone = numbers(frames.get(0));
        assertThat(phone[0]).as("screens").isBetween(1.0, 12.0);
        assertThat(phone[1]).as("end of the first curve, in screens").isLessThan(1);
        assertThat(phone[2]).as("right end of what does not scroll by itself").isLessThanOrEqualTo(390.5);
        int charts = page.split("<svg class=\"chart", -1).length - 1;
        assertThat(charts).isPositive();
        assertThat(phone[4]).as("charts that the script found").isEqualTo(charts);
        assertThat(phone[5]).as("lines that spell out a point").isEqualTo(charts);
        assertThat(numbers(frames.get(1))[3]).as("right end on paper").isLessThanOrEqualTo(PAPER + 0.5);
    }

    @Test
    void paper_isAtMostFifteenSheets_withEveryTableOpen() throws Exception {
        assertThat(Browser.in(dir).sheets(page))
                .as("sheets; without the tables five would do")
                .isBetween(8, 15);
    }

    private static double[] numbers(String text) {
        return List.of(text.split(" ")).stream()
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    @Test
    void everythingIsInTheContents_andTheContentsAreReachedFromEverywhere() {
        assertThat(page).contains("class=\"back\" href=\"#contents\"").contains("id=\"contents\"");
        List<String> sections = ids("<section id=\"([^\"]+)\"");
        assertThat(ids("<li><a href=\"#([^\"]+)\"")).isEqualTo(sections).hasSizeGreaterThan(5);
    }

    private static List<String> ids(String pattern) {
        return java.util.regex.Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map(m -> m.group(1))
                .toList();
    }
}
