package io.torosim.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The table of rules in docs/virtio-rules.md is made from the catalogue and the list of evidence, and the evidence is
 * there. Run with {@code -Dtorosim.updateDocs=true} to write the table anew.
 */
class RuleCoverageTest {
    private record Evidence(String how, String what) {}

    private static Map<Rule, Evidence> coverage() throws IOException {
        Map<Rule, Evidence> map = new EnumMap<>(Rule.class);
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                RuleCoverageTest.class.getResourceAsStream("rule-coverage.tsv"), StandardCharsets.UTF_8))) {
            in.readLine();
            String line;
            while ((line = in.readLine()) != null) {
                String[] cells = line.split("\t");
                map.put(Rule.valueOf(cells[0]), new Evidence(cells[1], cells[2]));
            }
        }
        return map;
    }

    @Test
    void everyRule_hasEvidence_thatExists() throws IOException, ClassNotFoundException {
        Map<Rule, Evidence> coverage = coverage();
        assertThat(Rule.values()).hasSize(169);
        assertThat(coverage).hasSize(169);
        for (Map.Entry<Rule, Evidence> entry : coverage.entrySet()) {
            String[] test = entry.getValue().what().split("#");
            Class<?> type = Class.forName("io.torosim.virtio." + test[0]);
            assertThat(Arrays.stream(type.getDeclaredMethods()).map(Method::getName))
                    .as(entry.getKey() + " in " + test[0])
                    .contains(test[1]);
        }
    }

    @Test
    void table_isUpToDate() throws IOException {
        StringBuilder table = new StringBuilder();
        table.append("| rule | who | section | statement | checked by | evidence |\n|---|---|---|---|---|---|\n");
        for (Map.Entry<Rule, Evidence> entry : coverage().entrySet()) {
            Rule rule = entry.getKey();
            Evidence evidence = entry.getValue();
            table.append("| ")
                    .append(String.join(
                            " | ",
                            List.of(
                                    rule.name(),
                                    rule.party().name().toLowerCase(java.util.Locale.ROOT),
                                    rule.section(),
                                    rule.statement().replace("|", "\\|"),
                                    evidence.how(),
                                    "`" + evidence.what() + "`")))
                    .append(" |\n");
        }
        Path page = Path.of("../docs/virtio-rules.md");
        String marker = "<!-- table -->\n";
        String text = Files.readString(page);
        String head = text.substring(0, text.indexOf(marker) + marker.length());
        if (Boolean.getBoolean("torosim.updateDocs")) {
            Files.writeString(page, head + table);
        }
        assertThat(Files.readString(page)).isEqualTo(head + table);
    }
}
