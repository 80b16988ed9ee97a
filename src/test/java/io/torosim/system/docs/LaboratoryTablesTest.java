package io.torosim.system.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.cli.Torosim;
import io.torosim.core.explore.Exploration;
import io.torosim.core.explore.Sampling;
import io.torosim.guest.idle.IdleLoop;
import io.torosim.guest.idle.IdleLoops;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tables of docs/laboratory.md are what its commands print today: of each the rows, or the columns, that take little time. */
class LaboratoryTablesTest {
    private static List<String> page;

    @BeforeAll
    static void read() throws IOException {
        page = Files.readAllLines(Path.of("..", "..", "docs", "laboratory.md"));
    }

    /** The row of a loop in the table whose heading begins so. */
    private static String row(String heading, String loop) {
        int at = 0;
        while (!page.get(at).startsWith(heading)) {
            at++;
        }
        while (!page.get(at).startsWith(loop + " ")) {
            at++;
        }
        return page.get(at);
    }

    private static String printed(String loop, String... options) {
        StringWriter text = new StringWriter();
        String[] call = new String[options.length + 2];
        call[0] = "idle-loops";
        call[1] = loop;
        System.arraycopy(options, 0, call, 2, options.length);
        assertThat(Torosim.commandLine().setOut(new PrintWriter(text, true)).execute(call))
                .isZero();
        return text.toString()
                .lines()
                .filter(line -> line.startsWith(loop + " "))
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    @Test
    void searches() {
        int compared = 0;
        for (IdleLoop loop : IdleLoops.all()) {
            String row = row("Shortest schedule that fails", loop.name());
            long states = Long.parseLong(row.replaceAll(".*exhausted: (\\d+),.*", "$1"));
            if (states < 10_000) {
                assertThat(printed(loop.name())).isEqualTo(row);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(7);
    }

    /** On two cores, where a run is short. */
    @Test
    void chances() {
        for (IdleLoop loop : IdleLoops.all()) {
            String[] cells = row("Failures of random schedules", loop.name()).split(" +");
            int runs = cells[1].equals("100.00") ? 20 : 1_000;
            long failures = Sampling.failures(loop.scenario(false, 2, 1), Sampling.Strategy.RANDOM_WALK, 1, runs);
            assertThat(String.format(Locale.ROOT, "%.2f", 100.0 * failures / runs))
                    .as(loop.name())
                    .isEqualTo(cells[1]);
        }
    }

    @Test
    void strategies() {
        int compared = 0;
        for (IdleLoop loop : IdleLoops.all()) {
            String row = row("Runs until found, median", loop.name());
            String[] cells = row.replace('/', ' ').split(" +");
            assertThat(Exploration.search(loop.scenario(false, 2, 2)).transitions())
                    .as(loop.name())
                    .isEqualTo(Long.parseLong(cells[7]));
            boolean quick = Arrays.stream(cells, 1, 7).noneMatch(c -> c.startsWith(">") || Long.parseLong(c) > 50);
            if (quick) {
                assertThat(printed(loop.name(), "--strategies")).isEqualTo(row);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(3);
    }

    @Test
    void costs() {
        for (String loop : List.of("look-then-hlt", "mwait-without-look")) {
            assertThat(printed(loop, "--costs")).isEqualTo(row("Cost of the repaired loop", loop));
        }
    }
}
