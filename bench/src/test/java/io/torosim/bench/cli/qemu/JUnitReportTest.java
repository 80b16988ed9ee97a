package io.torosim.bench.cli.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.qtest.Conformance.Difference;
import io.torosim.virtio.qtest.Conformance.Report;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class JUnitReportTest {
    @Test
    void failures_standAtTheirCases_withWhatDiffered() throws Exception {
        Map<String, String> modes = new LinkedHashMap<>();
        modes.put("blk split", "ok");
        modes.put("blk packed", "other <bytes> & \"more\"\u0001");
        Map<String, Integer> scripts = new LinkedHashMap<>();
        scripts.put("blk on mmio", 10);
        scripts.put("net on mmio", 10);
        Report report = new Report(
                "QEMU <7.2>",
                modes,
                scripts,
                Map.of("blk on mmio", 0, "net on mmio", 3),
                List.of(new Difference("net on mmio, seed 4", "a < b", "a > b")));
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(JUnitReport.of(report).getBytes(StandardCharsets.UTF_8)));
        assertThat(report.passed()).isFalse();
        assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(4);
        assertThat(document.getElementsByTagName("failure").getLength()).isEqualTo(2);
        Element mode = (Element) document.getElementsByTagName("failure").item(0);
        assertThat(mode.getAttribute("message")).isEqualTo("other <bytes> & \"more\"?");
        Element place = (Element) document.getElementsByTagName("failure").item(1);
        assertThat(place.getAttribute("message")).isEqualTo("3 of 10 scripts differ");
        assertThat(place.getTextContent()).contains("net on mmio, seed 4", "simulated: a < b", "QEMU:      a > b");
        assertThat(((Element) place.getParentNode()).getAttribute("name")).isEqualTo("net on mmio");
    }
}
