package io.torosim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report in a real browser: its script runs to its end and finds every chart. */
class ReportInBrowserTest {
    @TempDir
    private Path dir;

    @Test
    void script_findsEveryChart() throws Exception {
        String browser = List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome").stream()
                .filter(name -> Files.isExecutable(Path.of(name)))
                .findFirst()
                .orElse(null);
        assumeTrue(browser != null, "no chromium is installed");
        String page = HtmlReport.render(SampleResults.run());
        Path file = Files.writeString(dir.resolve("report.html"), page);
        Path dom = dir.resolve("dom.html");
        Process process = new ProcessBuilder(
                        browser,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + dir.resolve("profile"),
                        "--dump-dom",
                        file.toUri().toString())
                .redirectOutput(dom.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String shown = Files.readString(dom, StandardCharsets.UTF_8);
        int charts = page.split("<svg class=\"chart", -1).length - 1;
        assertThat(charts).isPositive();
        assertThat(shown).contains("data-charts=\"" + charts + "\"").contains("class=\"readout\"");
    }
}
