package io.torosim.system.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.bench.cli.Torosim;
import io.torosim.core.explore.Exploration;
import io.torosim.guest.idle.IdleLoop;
import io.torosim.guest.idle.IdleLoops;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/laboratory.md: its example as an outside user would write and call it, and its table of loops. */
class LaboratoryDocumentTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "laboratory.md");

    @Test
    void example_isFoundWrong_andRepaired() {
        assertThatThrownBy(() -> Exploration.verify(new DoorbellScenario().get()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("doorbell: violated: the letter is got")
                .hasMessageContaining("^ lost here");
        Exploration.verify(new DoorbellScenario(true).get());
    }

    @Test
    void example_isWhatThePageShows() throws IOException {
        String source = Files.readString(Path.of("java", "io", "torosim", "system", "docs", "DoorbellScenario.java"));
        String page = Files.readString(PAGE);
        int begin = source.indexOf("        Scenario.Builder scenario");
        String body = source.substring(begin, source.indexOf("    }\n}", begin)).stripTrailing();
        assertThat(page.replaceAll("\\s", "").contains(body.replaceAll("\\s", "")))
                .as("the page shows what DoorbellScenario.java has")
                .isTrue();
    }

    @Test
    void everyLoop_isOnThePage() throws IOException {
        String page = Files.readString(PAGE);
        for (IdleLoop loop : IdleLoops.all()) {
            assertThat(page).contains("| `" + loop.name() + "` |");
        }
    }

    @Test
    void commandLine_searchesAClassOfTheUsers_andShowsItsScheduleAgain() {
        String name = DoorbellScenario.class.getName();
        String found = torosim(3, "explore", "--class", name);
        assertThat(found).contains("doorbell: violated: the letter is got", "checked ", "cpu1 (postman)");
        String again = found.lines()
                .filter(line -> line.startsWith("torosim explore --class"))
                .findFirst()
                .orElseThrow();
        String schedule = again.substring(again.lastIndexOf(' ') + 1);
        assertThat(torosim(3, "explore", "--class", name, "--schedule", schedule))
                .contains("the letter is got");
        assertThat(torosim(3, "explore", "--class", name, "--strategy", "PCT")).contains("found in run");
        assertThat(torosim(2, "explore", "--class", "com.example.Nothing"))
                .contains("no such class, class=com.example");
        assertThat(torosim(2, "explore", "--class", "java.lang.String")).contains("must implement Supplier<Scenario>");
    }

    @Test
    void commandLine_showsOneLoop() {
        assertThat(torosim(0, "idle-loops", "toro-2018"))
                .contains(
                        "Toro, commit 72b7e90",
                        "violated: no wake-up is lost",
                        "toro-2018                     1     11");
        assertThat(torosim(2, "idle-loops", "toro-1990")).contains("no idle loop of that name, loop=toro-1990");
    }

    @Test
    void commandLine_writesAPageOfALoop() throws IOException {
        Path page = Files.createTempDirectory("loops").resolve("loops.html");
        torosim(0, "idle-loops", "haltpoll", "--report", page.toString());
        assertThat(Files.readString(page))
                .contains("<svg", "haltpoll", "exhausted", "not validated", "ToroSim: idle loops")
                .doesNotContain("Published");
    }

    private static String torosim(int status, String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintWriter out = new PrintWriter(new PrintStream(bytes, true, StandardCharsets.UTF_8), true);
        int got = Torosim.commandLine().setOut(out).setErr(out).execute(arguments);
        out.flush();
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertThat(got).as(text).isEqualTo(status);
        return text;
    }
}
