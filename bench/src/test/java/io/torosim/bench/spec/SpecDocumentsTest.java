package io.torosim.bench.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.catalog.Experiments;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Keys.StudyGuest;
import io.torosim.experiment.spec.Specification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code specs/default.toml}, the one list of keys for people, and the table of keys in {@code docs/cli.md}, against the keys. */
class SpecDocumentsTest {
    private static final String HEAD = "| key | default | what it is, and may be | heeded by |\n|---|---|---|---|\n";

    /** What stands in front of a comment, with the comment's lines joined. */
    private record Shown(String value, String what) {}

    private static Map<String, String> shown() throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        entries().forEach((key, shown) -> values.put(key, shown.value));
        return values;
    }

    /** Every line {@code key = value # what}, commented out or not, with its table in front. */
    private static Map<String, Shown> entries() throws IOException {
        Map<String, Shown> shown = new LinkedHashMap<>();
        String table = "";
        String key = "";
        for (String line : Files.readAllLines(Path.of("..", "specs", "default.toml"))) {
            String text = line.replaceFirst("^# (?=[a-z-]+ = |\\[)", "");
            if (text.startsWith("[")) {
                table = text.substring(1, text.indexOf(']')) + ".";
            } else if (text.matches("[a-z-]+ = .*# .*")) {
                key = table + text.substring(0, text.indexOf(" = "));
                String value = text.substring(text.indexOf(" = ") + 3, text.indexOf('#'));
                shown.put(key, new Shown(value.strip(), comment(text)));
            } else if (text.matches(" +# .*")) {
                shown.computeIfPresent(key, (k, first) -> new Shown(first.value, first.what + " " + comment(text)));
            }
        }
        return shown;
    }

    @Test
    void shippedDefaults_showEveryKeyAndNoOther() throws IOException {
        Set<String> keys = new TreeSet<>(SpecFile.keys());
        assertThat(shown().keySet()).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(keys).contains(Keys.all().stream().map(Key::name).toArray(String[]::new));
    }

    private static String comment(String line) {
        return line.substring(line.indexOf('#') + 1).strip();
    }

    /** The names of experiments that heed a key, of the study with the guests of which it does so if those are not all. */
    private static List<String> heededBy(Key<?> key) {
        Set<String> names = new LinkedHashSet<>();
        Set<StudyGuest> guests = EnumSet.noneOf(StudyGuest.class);
        for (StudyGuest guest : StudyGuest.values()) {
            for (int rate : new int[] {0, 1}) {
                Specification spec =
                        Specification.defaults().with(Keys.GUEST_KIND, guest).with(Keys.RATE, rate);
                for (Experiments.Entry entry : Experiments.entries()) {
                    if (entry.create().apply(spec).heeds().contains(key)) {
                        names.add(entry.name());
                        if (entry.name().equals("study")) {
                            guests.add(guest);
                        }
                    }
                }
            }
        }
        String some = guests.stream().map(StudyGuest::label).collect(Collectors.joining(", "));
        return names.stream()
                .map(n -> n.equals("study") && guests.size() < StudyGuest.values().length ? "study (" + some + ")" : n)
                .toList();
    }

    /** If the page has another table, this one belongs there. */
    @Test
    void tableOfKeys_saysOfEveryKeyWhatItIsAndWhatHeedsIt() throws IOException {
        StringBuilder table = new StringBuilder(HEAD);
        Map<String, Shown> shown = entries();
        for (Key<?> key : Keys.all()) {
            Shown of = shown.get(key.name());
            List<String> heededBy = heededBy(key);
            assertThat(heededBy).as("what heeds " + key.name()).isNotEmpty();
            table.append(String.format(
                    "| `%s` | `%s` | %s | %s |\n", key.name(), of.value, of.what, String.join(", ", heededBy)));
        }
        String page = Files.readString(Path.of("..", "docs", "cli.md"));

        int from = page.indexOf(HEAD);
        assertThat(from).as("where the table begins").isPositive();
        assertThat(page.substring(from, page.indexOf("\n\n", from) + 1)).isEqualTo(table.toString());
    }

    @Test
    void shippedDefaults_showEveryDefault(@TempDir Path dir) throws IOException {
        StringBuilder toml = new StringBuilder();
        Map<String, String> shown = shown();
        for (Key<?> key : Keys.all()) {
            toml.append(key.name()).append(" = ").append(shown.get(key.name())).append('\n');
        }
        Path file = Files.writeString(dir.resolve("spec.toml"), toml);

        assertThat(SpecFile.read(file).changed()).isEmpty();
    }
}
