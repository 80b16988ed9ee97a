package io.torosim.experiment.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

final class BurstTimelineTest {
    @Test
    void picture_isWellFormed_andHasADarkSide() throws Exception {
        String svg = BurstTimeline.draw().svg();
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getElementsByTagName("rect").getLength()).isBetween(20, 400);
        assertThat(svg)
                .contains("prefers-color-scheme: dark")
                .contains("300 ms")
                .contains("480 us");
    }

    @Test
    void trace_tellsOfTwelveRequestsAndTheHaltAfterThem() throws IOException {
        String json = BurstTimeline.draw().chromeTrace();
        assertThat(json).startsWith("[").contains("HALTED").contains("POLL");
        assertThat(json.split("REQUEST_DONE", -1)).hasSizeGreaterThanOrEqualTo(13);
    }

    /** The pictures in the documents are what the program draws; otherwise run {@code BurstTimeline docs/images}. */
    @Test
    void documents_showWhatIsDrawn() throws IOException {
        Path images = Path.of("..", "docs", "images");
        BurstTimeline.Drawing drawing = BurstTimeline.draw();
        assertThat(images.resolve("burst-timeline.svg")).hasContent(drawing.svg());
        assertThat(Files.readString(images.resolve("burst-trace.json"))).isEqualTo(drawing.chromeTrace());
    }
}
