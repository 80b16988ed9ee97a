package io.torosim.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    /** What is tried in every way there is, in {@code testkit.ExhaustiveTest}. */
    private static final Map<Rule, String> EXHAUSTED = Map.ofEntries(
            Map.entry(Rule.N6, "exhausted: 2^32 pairs"),
            Map.entry(Rule.N11, "exhausted: 2^32 pairs"),
            Map.entry(Rule.E4, "exhausted: sizes 1 to 16"),
            Map.entry(Rule.S4, "exhausted: rings of 1 to 4"),
            Map.entry(Rule.S5, "exhausted: rings of 1 to 4"),
            Map.entry(Rule.S6, "exhausted: rings of 1 to 4"),
            Map.entry(Rule.S8, "exhausted: rings of 1 to 4"),
            Map.entry(Rule.P10, "exhausted: rings of 1 to 4"),
            Map.entry(Rule.P11, "exhausted: rings of 1 to 4"));

    /** How much is tried: the exam of one half is 604 scripts of 330,000 buffers, 960 random runs with both sides at once, and all interleavings of a buffer. */
    private static String extent(Rule rule, String how) {
        String exhausted = EXHAUSTED.get(rule);
        if (exhausted != null) {
            return exhausted;
        }
        if (how.startsWith("checker") || how.startsWith("script runner") || how.startsWith("misuse")) {
            return "sampled 330,000 buffers";
        }
        if (how.startsWith("interleaving") || how.startsWith("store buffers")) {
            return "exhausted: a buffer each way; sampled 960 runs"; // ExhaustiveSearchTest
        }
        return how.startsWith("handshake checker") ? "sampled 20 drivers a fault" : "examples";
    }

    /** Tests of virtio-villain by the rule that they are about, with our verdict. */
    private static Map<Rule, String> villain() throws IOException {
        Map<Rule, Map<String, List<String>>> byRule = new EnumMap<>(Rule.class);
        List<String[]> rows = new ArrayList<>(villainRows("villain.tsv"));
        rows.addAll(villainRows("villain-transport.tsv"));
        for (String[] row : rows) {
            if (!row[1].isEmpty()) {
                byRule.computeIfAbsent(Rule.valueOf(row[1]), r -> new TreeMap<>())
                        .computeIfAbsent(row[2], v -> new ArrayList<>())
                        .add(row[0].replaceFirst("_.*", ""));
            }
        }
        Map<Rule, String> cells = new EnumMap<>(Rule.class);
        byRule.forEach((rule, verdicts) -> {
            List<String> parts = new ArrayList<>();
            verdicts.forEach((verdict, tests) -> parts.add(verdict + " " + String.join(" ", tests)));
            cells.put(rule, String.join("; ", parts));
        });
        return cells;
    }

    private static List<String[]> villainRows(String file) throws IOException {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(RuleCoverageTest.class.getResourceAsStream(file), StandardCharsets.UTF_8))) {
            return in.lines().skip(1).map(line -> line.split("\t", -1)).toList();
        }
    }

    @Test
    void everyVillainTest_hasARuleAndAVerdict_orAReason() throws IOException {
        List<String[]> rows = villainRows("villain.tsv");
        assertThat(rows).hasSize(207);
        for (String[] row : rows) {
            assertThat(row[2]).isIn("pass", "fail", "reject", "wedged", "skip");
            assertThat(row[2].equals("skip"))
                    .as(row[0])
                    .isEqualTo(row[1].isEmpty())
                    .isNotEqualTo(row[3].isEmpty());
            if (!row[1].isEmpty()) {
                assertThat(Rule.valueOf(row[1])).isNotNull();
            }
        }
    }

    @Test
    void everyRule_hasEvidence_thatExists() throws IOException, ClassNotFoundException {
        Map<Rule, Evidence> coverage = coverage();
        assertThat(Rule.values()).hasSize(182);
        assertThat(coverage).hasSize(182);
        for (Map.Entry<Rule, Evidence> entry : coverage.entrySet()) {
            String[] test = entry.getValue().what().split("#");
            Class<?> type = Class.forName("io.torosim.virtio." + test[0]);
            List<Method> methods = new ArrayList<>(List.of(type.getDeclaredMethods()));
            methods.addAll(List.of(type.getSuperclass().getDeclaredMethods())); // several classes may share their tests
            assertThat(methods.stream().map(Method::getName))
                    .as(entry.getKey() + " in " + test[0])
                    .contains(test[1]);
        }
    }

    @Test
    void table_isUpToDate() throws IOException {
        StringBuilder table = new StringBuilder();
        table.append("| rule | who | section | statement | checked by | extent | evidence | villain |\n")
                .append("|---|---|---|---|---|---|---|---|\n");
        Map<Rule, String> villain = villain();
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
                                    extent(rule, evidence.how()),
                                    "`" + evidence.what() + "`",
                                    villain.getOrDefault(rule, ""))))
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
