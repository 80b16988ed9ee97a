package io.torosim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Chromium without a window. */
final class Browser {
    private static final Pattern TITLE = Pattern.compile("<title>(.*?)</title>");
    private static final Pattern SHEET = Pattern.compile("/Type /Page\\b");

    private final String program;
    private final Path dir;

    private Browser(String program, Path dir) {
        this.program = program;
        this.dir = dir;
    }

    /** Returns the browser that is installed; where there is none, the test is skipped. */
    static Browser in(Path dir) {
        String program = List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome").stream()
                .filter(name -> Files.isExecutable(Path.of(name)))
                .findFirst()
                .orElse("");
        assumeTrue(!program.isEmpty(), "no chromium is installed");
        return new Browser(program, dir);
    }

    /** Returns the document as it is once its scripts have run. */
    String dom(String page) throws Exception {
        Path dom = dir.resolve("dom.html");
        run(page, dom, "--dump-dom");
        return Files.readString(dom, StandardCharsets.UTF_8);
    }

    /** Returns what {@code expression} is for each page shown in a frame of its width; it sees its document as {@code d}, the frame's height as {@code h}. */
    List<String> measured(List<Frame> frames, String expression) throws Exception {
        StringBuilder page = new StringBuilder("<!DOCTYPE html><title></title><body>");
        for (Frame frame : frames) {
            page.append(String.format(
                    "<iframe style=\"border:0;width:%dpx;height:%dpx\" srcdoc=\"%s\"></iframe>",
                    frame.width(), frame.height(), Html.escape(frame.page())));
        }
        page.append("<script>onload = () => { document.title = [...document.querySelectorAll('iframe')].map(f => {"
                        + "const d = f.contentDocument, h = f.clientHeight; return ")
                .append(expression)
                .append("; }).join('|'); }</script>");
        Matcher title = TITLE.matcher(dom(page.toString()));
        assertThat(title.find()).isTrue();
        return List.of(title.group(1).split("\\|"));
    }

    /** A page and the size in pixels that it is shown in. */
    record Frame(String page, int width, int height) {}

    /** Returns how many sheets of paper a page fills. */
    int sheets(String page) throws Exception {
        Path pdf = dir.resolve("page.pdf");
        run(page, dir.resolve("said"), "--print-to-pdf=" + pdf, "--no-pdf-header-footer");
        return (int) SHEET.matcher(Files.readString(pdf, StandardCharsets.ISO_8859_1))
                .results()
                .count();
    }

    private void run(String page, Path output, String... options) throws IOException, InterruptedException {
        Path file = Files.writeString(dir.resolve("report.html"), page);
        List<String> command = new ArrayList<>(List.of(program, "--headless", "--no-sandbox", "--disable-gpu"));
        command.add("--user-data-dir=" + dir.resolve("profile"));
        command.addAll(List.of(options));
        command.add(file.toUri().toString());
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }
}
