package io.torosim.bench.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of keys in docs/cli.md, and specs/default.toml, against the reader. */
class SpecDocumentsTest {
    private static final Pattern ROW = Pattern.compile("\\| `([a-z.-]+)` \\|.*\\| (?:`(.*)`|-) \\|");

    @Test
    void table_namesEveryKey() throws IOException {
        assertThat(documented().keySet()).containsExactlyInAnyOrderElementsOf(SpecFile.keys());
    }

    @Test
    void table_namesTheDefaults(@TempDir Path dir) throws IOException {
        StringBuilder toml = new StringBuilder();
        documented().forEach((key, value) -> toml.append(value == null ? "" : key + " = " + value + "\n"));
        Path file = Files.writeString(dir.resolve("spec.toml"), toml);

        assertThat(toml.toString().lines()).hasSizeGreaterThan(10);
        assertThat(SpecFile.read(file)).isEqualTo(SpecFile.defaults());
    }

    @Test
    void shippedDefaults_showEveryKey() throws IOException {
        String shipped = Files.readString(Path.of("..", "specs", "default.toml"));

        for (String key : SpecFile.keys()) {
            assertThat(shipped).containsPattern("(?m)^(# )?" + key.substring(key.lastIndexOf('.') + 1) + " = ");
        }
    }

    /** Keys with their defaults as TOML; null where there is none. */
    private static Map<String, String> documented() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "cli.md"));
        String table = page.substring(page.indexOf("| key | what |"));
        Map<String, String> keys = new LinkedHashMap<>();
        Matcher row = ROW.matcher(table);
        while (row.find()) {
            keys.put(row.group(1), row.group(2));
        }
        return keys;
    }
}
