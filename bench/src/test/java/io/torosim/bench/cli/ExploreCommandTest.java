package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class ExploreCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int torosim(String... args) {
        CommandLine line = Torosim.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
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
    void whatARepairedKernelShowed_isPrinted() {
        assertThat(torosim("explore", "kill-needs-switch", "--quirks", "off", "--runs", "10", "--seed", "4"))
                .isZero();
        assertThat(out.toString())
                .contains("runs 0 to 9 of seed 4, defects off")
                .contains("checked 10 times: KILLED_LIVES, what the hazard violates")
                .contains("never at stake: DEADLOCK, ")
                .contains("left open ")
                .contains("no run came to where they act: IPI_BEFORE_DATA, ");
        out.getBuffer().setLength(0);
        assertThat(torosim("explore", "nested-delay", "--quirks", "off", "--runs", "5"))
                .isZero();
        assertThat(out.toString()).contains("among them NESTED_DELAY: of the hazard itself these runs show nothing");
    }

    @Test
    void exhaustive_takesWorkers() {
        assertThat(torosim(
                        "explore",
                        "exit-scans-forever",
                        "--quirks",
                        "off",
                        "--exhaustive",
                        "--surprises",
                        "1",
                        "--workers",
                        "1"))
                .isZero();
        assertThat(out.toString()).contains("exhausted: nothing with up to 1 surprises, 127 runs");
    }

    @Test
    void strategies_areATable() {
        assertThat(torosim("explore", "resume-before-suspend", "--strategies", "--seeds", "5", "--runs", "500"))
                .isZero();
        assertThat(out.toString()).containsPattern("resume-before-suspend +\\d+ / \\d+ +\\d+ / \\d+ +23, surprises 1");
    }

    @Test
    void theList_namesTheScenarios() {
        assertThat(torosim("explore", "--list")).isZero();
        assertThat(out.toString()).contains("nested-delay").contains("HALT_WITH_MAIL");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "explore idle-flag-race --states 5        | --states does nothing with a scenario of --list and random runs",
                "explore idle-flag-race --strategy PCT    | --strategy does nothing with a scenario of --list and random runs",
                "explore idle-flag-race --schedule 0      | --schedule does nothing with a scenario of --list and random runs",
                "explore idle-flag-race --surprises 1     | --surprises does nothing with a scenario of --list and random runs",
                "explore idle-flag-race --exhaustive --strategy PCT | --strategy does nothing with --exhaustive",
                "explore --class a.B --quirks off         | --quirks is for the scenarios of --list, not for --class",
                "explore --class a.B --exhaustive         | --exhaustive is for the scenarios of --list, not for --class",
                "explore --class a.B --seconds 0          | --seconds must be at least 1, seconds=0",
                "explore --class a.B --strategy PCT --runs 0 | --runs must be at least 1, runs=0",
            })
    void optionsWithoutEffect_areRefused(String call, String problem) {
        assertThat(torosim(call.strip().split(" +"))).isEqualTo(2);
        assertThat(err.toString()).contains(problem);
    }

    @Test
    void aWrongCall_isTwo() {
        assertThat(torosim("explore")).isEqualTo(2);
        assertThat(torosim("explore", "no-such")).isEqualTo(2);
        assertThat(torosim("explore", "idle-flag-race", "--runs", "0")).isEqualTo(2);
        assertThat(torosim("replay", "no line")).isEqualTo(2);
    }
}
