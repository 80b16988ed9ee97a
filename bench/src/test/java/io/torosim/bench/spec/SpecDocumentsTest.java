package io.torosim.bench.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code specs/default.toml}, the one list of keys for people, against the keys. */
class SpecDocumentsTest {
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
