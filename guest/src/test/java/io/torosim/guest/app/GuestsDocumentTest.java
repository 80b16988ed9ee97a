package io.torosim.guest.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.guest.driver.CardRoutines.CardQuirk;
import io.torosim.guest.stack.NetworkQuirk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/guests.md against the code. */
class GuestsDocumentTest {
    private final String page;

    GuestsDocumentTest() throws IOException {
        page = Files.readString(Path.of("..", "docs", "guests.md"));
    }

    private List<String> rows(String from, String to, String pattern) {
        String table = page.substring(page.indexOf(from), page.indexOf(to));
        return Pattern.compile(pattern)
                .matcher(table)
                .results()
                .map(m -> m.groupCount() == 1 ? m.group(1) : m.group(1) + " " + m.group(2))
                .toList();
    }

    @Test
    void everyApplication_isInTheTable() {
        assertThat(rows("## The applications", "Console lines are", "(?m)^\\| `(\\w+)` \\|"))
                .containsExactlyElementsOf(
                        Applications.all().stream().map(GuestApplication::name).toList());
    }

    @Test
    void everyDefect_isInTheTable() {
        assertThat(rows("### Its defects", "`torosim run network` draws", "(?m)^\\| ([TN]-\\d+) \\| `(\\w+)` \\|"))
                .containsExactlyElementsOf(Arrays.stream(NetworkQuirk.values())
                        .map(q -> q.label() + " " + q.name())
                        .toList());
    }

    @Test
    void everyDefectOfTheCards_isInTheTableOfTheirDrivers() throws IOException {
        String devices = Files.readString(Path.of("..", "docs", "devices.md"));
        assertThat(CardQuirk.values()).allSatisfy(quirk -> {
            String label = quirk.label().isEmpty() ? "" : " (" + quirk.label() + ")";
            assertThat(devices).containsOnlyOnce("\n| `" + quirk.name() + "`" + label + " | ");
        });
    }
}
