package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ExploreCommandTest {
    private final StringWriter out = new StringWriter();

    private int torosim(String... args) {
        CommandLine line = Torosim.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(new StringWriter(), true));
        return line.execute(args);
    }

    @Test
    void whatExploreFinds_replayShowsAgain() {
        assertThat(torosim("explore", "idle-flag-race", "--seed", "3")).isEqualTo(3);
        String line = out.toString().lines().reduce((a, b) -> b).orElseThrow();
        assertThat(line).startsWith("torosim-replay:v1:idle-flag-race:on:3:");
        out.getBuffer().setLength(0);
        assertThat(torosim("replay", line)).isEqualTo(3);
        assertThat(out.toString()).contains("LOST_WAKE_UP at ").endsWith(line + System.lineSeparator());
    }

    @Test
    void aRepairedKernel_givesNothing() {
        assertThat(torosim("explore", "idle-flag-race", "--quirks", "off", "--runs", "20", "--seconds", "60"))
                .isZero();
        assertThat(out.toString()).contains("nothing found in 20 runs");
        assertThat(torosim("replay", "torosim-replay:v1:idle-flag-race:off:1:-"))
                .isZero();
    }

    @Test
    void theList_namesTheScenarios() {
        assertThat(torosim("explore", "--list")).isZero();
        assertThat(out.toString()).contains("nested-delay").contains("HALT_WITH_MAIL");
    }

    @Test
    void aWrongCall_isTwo() {
        assertThat(torosim("explore")).isEqualTo(2);
        assertThat(torosim("explore", "no-such")).isEqualTo(2);
        assertThat(torosim("explore", "idle-flag-race", "--runs", "0")).isEqualTo(2);
        assertThat(torosim("replay", "no line")).isEqualTo(2);
    }
}
