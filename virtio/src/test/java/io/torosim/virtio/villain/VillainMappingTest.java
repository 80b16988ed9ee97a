package io.torosim.virtio.villain;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.Rule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * virtio-villain's tests of the network card, of PCI and of MMIO registers: each has a rule of ours and the verdict that our
 * devices are measured to earn, or a reason why not. {@code -Dtorosim.updateDocs=true} writes the table of docs/virtio-rules.md.
 */
class VillainMappingTest {
    private static final Path PAGE = Path.of("../docs/virtio-rules.md");
    private static final String BEGIN = "<!-- card and registers -->\n";
    private static final String END = "<!-- end of card and registers -->\n";

    private record Row(String test, String rule, String verdict, String whyNot) {
        String group() {
            return test.startsWith("n") ? "network card" : test.startsWith("pci") ? "PCI" : "MMIO";
        }

        String number() {
            return test.replaceFirst("_.*", "");
        }
    }

    private static List<Row> rows() throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Rule.class.getResourceAsStream("villain-transport.tsv"), StandardCharsets.UTF_8))) {
            return in.lines()
                    .skip(1)
                    .map(line -> line.split("\t", -1))
                    .map(cells -> new Row(cells[0], cells[1], cells[2], cells[3]))
                    .toList();
        }
    }

    private static Map<String, String> measured() {
        Map<String, String> all = new TreeMap<>(NetCases.verdicts());
        all.putAll(PciCases.verdicts());
        all.putAll(MmioCases.verdicts());
        return all;
    }

    @Test
    void everyTest_hasARuleAndAVerdict_orAReason() throws IOException {
        List<Row> rows = rows();
        assertThat(rows.stream().map(Row::test)).doesNotHaveDuplicates();
        assertThat(rows.stream().map(Row::number)).doesNotHaveDuplicates();
        assertThat(rows.stream().collect(Collectors.groupingBy(Row::group, Collectors.counting())))
                .isEqualTo(Map.of("network card", 201L, "PCI", 121L, "MMIO", 34L));
        for (Row row : rows) {
            assertThat(row.verdict()).as(row.test()).isIn("pass", "reject", "wedged", "skip");
            boolean skipped = row.verdict().equals("skip");
            assertThat(row.rule().isEmpty()).as(row.test()).isEqualTo(skipped);
            assertThat(row.whyNot().isEmpty()).as(row.test()).isEqualTo(!skipped);
            if (!skipped) {
                assertThat(Rule.valueOf(row.rule()).section()).isNotBlank();
            }
        }
    }

    @Test
    void verdicts_areMeasured() throws IOException {
        Map<String, String> expected = rows().stream()
                .filter(row -> !row.verdict().equals("skip"))
                .collect(Collectors.toMap(Row::test, Row::verdict, (a, b) -> a, TreeMap::new));
        assertThat(measured()).isEqualTo(expected);
    }

    @Test
    void page_showsThem() throws IOException {
        Map<String, List<Row>> lines = new TreeMap<>();
        for (Row row : rows()) {
            String subject = row.verdict().equals("skip")
                    ? "skip | | " + row.whyNot()
                    : row.verdict() + " | " + row.rule() + " | "
                            + Rule.valueOf(row.rule()).section();
            lines.computeIfAbsent(row.group() + " | " + subject, k -> new ArrayList<>())
                    .add(row);
        }
        StringBuilder table = new StringBuilder("| tests of | verdict | rule | section, or why not | count | tests |\n")
                .append("|---|---|---|---|---|---|\n");
        lines.forEach((subject, tests) -> table.append("| " + subject + " | " + tests.size() + " | "
                + tests.stream().map(Row::number).collect(Collectors.joining(" ")) + " |\n"));
        String page = Files.readString(PAGE);
        String head = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        String tail = page.substring(page.indexOf(END));
        if (Boolean.getBoolean("torosim.updateDocs")) {
            Files.writeString(PAGE, head + table + tail);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(head + table + tail);
    }
}
