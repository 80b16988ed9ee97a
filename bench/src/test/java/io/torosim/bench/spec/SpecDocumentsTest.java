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
    /** Every line {@code key = value # what}, commented out or not, with its table in front. */
    private static Map<String, String> shown() throws IOException {
        Map<String, String> shown = new LinkedHashMap<>();
        String table = "";
        for (String line : Files.readAllLines(Path.of("..", "specs", "default.toml"))) {
            String text = line.replaceFirst("^# (?=[a-z-]+ = |\\[)", "");
            if (text.startsWith("[")) {
                table = text.substring(1, text.indexOf(']')) + ".";
            } else if (text.matches("[a-z-]+ = .*# .*")) {
                String key = table + text.substring(0, text.indexOf(" = "));
                shown.put(
                        key,
                        text.substring(text.indexOf(" = ") + 3, text.indexOf('#'))
                                .strip());
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
