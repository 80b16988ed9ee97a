package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that docs/scheduler.md names is there, and every defect of the kernel has its row. */
final class SchedulerDocumentTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern METHOD = Pattern.compile("`(?:guest: )?(?:\\w+/)?(\\w+Test)\\.(\\w+)`");

    private final String document = read(ROOT.resolve("docs").resolve("scheduler.md"));

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    private static Map<String, String> tests() throws IOException {
        Map<String, String> tests = new TreeMap<>();
        for (String module : List.of("core", "sched", "guest")) {
            try (Stream<Path> files =
                    Files.walk(ROOT.resolve(module).resolve("src").resolve("test"))) {
                files.filter(f -> f.toString().endsWith("Test.java")).forEach(f -> {
                    String name = f.getFileName().toString();
                    tests.put(name.substring(0, name.length() - ".java".length()), read(f));
                });
            }
        }
        return tests;
    }

    @Test
    void everyTestNamed_isThere() throws IOException {
        Map<String, String> tests = tests();
        Matcher named = METHOD.matcher(document);
        int count = 0;
        while (named.find()) {
            assertThat(tests).containsKey(named.group(1));
            assertThat(tests.get(named.group(1)))
                    .as(named.group(1))
                    .containsPattern("void " + Pattern.quote(named.group(2)) + "\\(");
            count++;
        }
        assertThat(count).isGreaterThan(60);
    }

    /** Named as the scenario that finds it, or in front of what is said of the hazard. */
    @Test
    void everyDefect_hasItsRowAmongTheHazards() {
        String table = document.substring(document.indexOf("| scenario | hazard |"));
        List<String> rows = table.substring(0, table.indexOf("\n\n")).lines().toList();
        assertThat(ToroQuirk.values()).hasSizeGreaterThan(20).allSatisfy(quirk -> {
            String name = quirk.name().toLowerCase(Locale.ROOT).replace('_', '-');
            assertThat(rows)
                    .as(name)
                    .filteredOn(row -> row.startsWith("| " + name + " | ") || row.contains(" | `" + name + "`: "))
                    .hasSize(1);
        });
    }
}
