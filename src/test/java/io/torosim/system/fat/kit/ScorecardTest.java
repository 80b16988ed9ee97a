package io.torosim.system.fat.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.fat.testkit.DiskOracle.DiskRule;
import io.torosim.fat.testkit.Scenario;
import io.torosim.fat.testkit.Scorecard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kit's scenarios with three implementations, and the page that reports them, docs/fat-rules.md. {@code
 * -Dtorosim.updateDocs=true} writes the page; mtools, a process for every call, takes a minute and is run then and with
 * {@code -Dtorosim.fat.scorecard=true}.
 */
class ScorecardTest {
    private static final Path PAGE = Path.of("../../docs/fat-rules.md");
    private static final boolean UPDATE = Boolean.getBoolean("torosim.updateDocs");

    static {
        // as it runs for its users; with its assertions on, more of its scenarios end in an AssertionError
        ClassLoader.getSystemClassLoader().setPackageAssertionStatus("de.waldheinz.fs", false);
    }

    @TempDir
    Path directory;

    @Test
    void torosim_passesEveryScenario() {
        Scorecard card = Scorecard.of(new TorosimImplementation());
        assertThat(card.fat12().values()).as(card.toString()).containsOnly(Scorecard.PASSED);
        assertThat(card.fat16().values()).as(card.toString()).containsOnly(Scorecard.PASSED);
    }

    @Test
    void page_hasTheRulesAndTheScoresOfToday() throws IOException {
        var cards = new ArrayList<Scorecard>();
        cards.add(Scorecard.of(new TorosimImplementation()));
        cards.add(Scorecard.of(new Fat32LibImplementation()));
        boolean withMtools = UPDATE || Boolean.getBoolean("torosim.fat.scorecard");
        if (withMtools) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/mcopy")), "mtools is not installed");
            cards.add(Scorecard.of(new MtoolsImplementation(directory)));
        }
        String page = Files.readString(PAGE);
        if (UPDATE) {
            page = replaced(page, "rules", rules());
            page = replaced(page, "scores", scores(cards));
            for (Scorecard card : cards) {
                page = replaced(page, key(card), failures(card));
            }
            Files.write(PAGE, page.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(page).contains(rules());
        for (Scorecard card : cards) {
            assertThat(page).as(card.implementation()).contains(failures(card)).contains(score(card));
        }
    }

    private static String key(Scorecard card) {
        return card.implementation().split(" ")[0];
    }

    private static String replaced(String page, String key, String text) {
        String begin = "<!-- " + key + " -->\n";
        String end = "<!-- end -->";
        int from = page.indexOf(begin) + begin.length();
        assertThat(from).as(key).isGreaterThan(begin.length());
        return page.substring(0, from) + text + page.substring(page.indexOf(end, from));
    }

    private static String rules() {
        var text = new StringBuilder("| rule | section | statement |\n|---|---|---|\n");
        for (DiskRule rule : DiskRule.values()) {
            text.append("| ").append(rule).append(" | ").append(rule.section()).append(" | ");
            text.append(rule.text()).append(" |\n");
        }
        return text.toString();
    }

    private static String score(Scorecard card) {
        int all = 2 * Scenario.values().length;
        long passed = card.count(Scorecard.PASSED);
        long noCall = card.count(Scorecard.NO_CALL);
        return "| " + card.implementation() + " | " + passed + " | " + (all - passed - noCall) + " | " + noCall
                + " |\n";
    }

    private static String scores(List<Scorecard> cards) {
        var text = new StringBuilder("| implementation | passed | failed | no call for it |\n|---|---|---|---|\n");
        cards.forEach(card -> text.append(score(card)));
        return text.toString();
    }

    private static String failures(Scorecard card) {
        var text = new StringBuilder();
        for (Scenario scenario : Scenario.values()) {
            String fat12 = card.fat12().get(scenario);
            String fat16 = card.fat16().get(scenario);
            if (fat12.equals(fat16) && !fat12.equals(Scorecard.PASSED)) {
                text.append(line(scenario, "", fat12));
            } else {
                text.append(fat12.equals(Scorecard.PASSED) ? "" : line(scenario, ", FAT12", fat12));
                text.append(fat16.equals(Scorecard.PASSED) ? "" : line(scenario, ", FAT16", fat16));
            }
        }
        return text.length() == 0 ? "Nothing failed.\n" : "| scenario | outcome |\n|---|---|\n" + text;
    }

    private static String line(Scenario scenario, String type, String outcome) {
        String plain = outcome.replaceAll("\\s+", " ").replace("|", "\\|").replaceAll("/tmp/\\S*", "...");
        return "| " + scenario.text() + type + " | " + (plain.length() > 200 ? plain.substring(0, 197) + "..." : plain)
                + " |\n";
    }
}
