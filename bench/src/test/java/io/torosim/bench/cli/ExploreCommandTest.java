package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExploreCommandTest extends CommandCalls {
    @Test
    void whatExploreFinds_replayShowsAgain() {
        assertThat(call("explore", "idle-flag-race", "--seed", "3")).isEqualTo(3);
        String line = out.toString().lines().reduce((a, b) -> b).orElseThrow();
        assertThat(line).startsWith("torosim-replay:v1:idle-flag-race:on:3:");
        out.getBuffer().setLength(0);
        assertThat(call("replay", line)).isEqualTo(3);
        assertThat(out.toString()).contains("LOST_WAKE_UP at ").endsWith(line + System.lineSeparator());
    }

    @Test
    void aRepairedKernel_givesNothing() {
        assertThat(call("explore", "idle-flag-race", "--quirks", "off", "--runs", "20", "--seconds", "60"))
                .isZero();
        assertThat(out.toString()).contains("nothing found in 20 runs");
        assertThat(call("replay", "torosim-replay:v1:idle-flag-race:off:1:-")).isZero();
    }

    @Test
    void whatARepairedKernelShowed_isPrinted() {
        assertThat(call("explore", "kill-needs-switch", "--quirks", "off", "--runs", "10", "--seed", "4"))
                .isZero();
        assertThat(out.toString())
                .contains("runs 0 to 9 of seed 4, defects off")
                .contains("checked 10 times: KILLED_LIVES, what the hazard violates")
                .contains("never at stake: DEADLOCK, ")
                .contains("left open ")
                .contains("no run came to where they act: IPI_BEFORE_DATA, ");
        out.getBuffer().setLength(0);
        assertThat(call("explore", "nested-delay", "--quirks", "off", "--runs", "5"))
                .isEqualTo(1);
        assertThat(out.toString()).contains("among them NESTED_DELAY: of the hazard itself these runs show nothing");
    }

    @Test
    void exhaustive_takesWorkers() {
        assertThat(call(
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

    /** Two cores, of which one may be asleep beside a full box. */
    public static final class Two implements Supplier<Scenario> {
        @Override
        public Scenario get() {
            Scenario.Builder scenario = Scenario.named("two");
            long box = scenario.word("box");
            return scenario.vcpu(Steps.of("p", 1)
                            .step("look", (cpu, f) -> {
                                f.w[0] = cpu.load64(box);
                                return 1;
                            })
                            .ifEqual("empty", 0, 0, e -> e.step("hlt", (cpu, f) -> StepResult.HALT))
                            .build())
                    .vcpu(Steps.of("q", 0)
                            .step("fill", (cpu, f) -> {
                                cpu.store64(box, 1);
                                return 1;
                            })
                            .build())
                    .atRest("got", "asleep", look -> look.over(0))
                    .build();
        }
    }

    @Test
    void ownScenario_hasAReplayCommandThatTheShellReads_andATableOfStrategies() {
        assertThat(call("explore", "--class", Two.class.getName(), "--exhaustive"))
                .isEqualTo(3);
        assertThat(out.toString())
                .contains("pure: the schedule below was done again")
                .contains("torosim explore --class '" + Two.class.getName() + "' --schedule ");
        out.getBuffer().setLength(0);
        assertThat(call("explore", "--class", Two.class.getName(), "--strategies", "--seeds", "3"))
                .isZero();
        assertThat(out.toString()).containsPattern("RANDOM_WALK +\\d+ / \\d+").contains("exhaustive   violated: got");
    }

    /** The finding is that of the lowest number, and what is printed of the runs before it is the same. */
    @Test
    void ownScenario_randomRuns_takeWorkers_andPrintTheSame() {
        String[] texts = new String[2];
        for (int i = 0; i < texts.length; i++) {
            out.getBuffer().setLength(0);
            assertThat(call(
                            "explore",
                            "--class",
                            Two.class.getName(),
                            "--strategy",
                            "POS",
                            "--seed",
                            "4",
                            "--workers",
                            i == 0 ? "1" : "4"))
                    .isEqualTo(3);
            texts[i] = out.toString();
        }
        assertThat(texts[1]).isEqualTo(texts[0]).contains("two: found in run ", "of seed 4", "checked ");
    }

    /** What a class throws when it is asked for its scenario is one line, an error too. */
    public static final class Throws implements Supplier<Scenario> {
        @Override
        public Scenario get() {
            throw new AssertionError("no such file");
        }
    }

    @Test
    void classThatThrowsAnError_isOneLine() {
        assertThat(call("explore", "--class", Throws.class.getName())).isEqualTo(2);
        assertThat(err.toString())
                .contains("the class gives no Scenario, class=" + Throws.class.getName()
                        + ": java.lang.AssertionError: no such file");
    }

    @Test
    void strategies_areATable() {
        assertThat(call("explore", "resume-before-suspend", "--strategies", "--seeds", "5", "--runs", "500"))
                .isZero();
        assertThat(out.toString()).containsPattern("resume-before-suspend +\\d+ / \\d+ +\\d+ / \\d+ +23, surprises 1");
    }

    @Test
    void theList_namesTheScenarios() {
        assertThat(call("explore", "--list")).isZero();
        assertThat(out.toString()).contains("nested-delay").contains("HALT_WITH_MAIL");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "explore --list extra    | extra does nothing with --list, which prints a list and ends",
                "explore idle-flag-race --list   | idle-flag-race does nothing with --list, which prints a list and ends",
                "explore --list --seed 3   | --seed does nothing with --list, which prints a list and ends",
                "explore idle-flag-race --states 5        | --states does nothing with a scenario of --list and random runs",
                "explore idle-flag-race --strategy PCT    | --strategy does nothing with a scenario of --list and random runs",
                "explore idle-flag-race --schedule 0      | --schedule does nothing with a scenario of --list and random runs",
                "explore idle-flag-race --surprises 1     | --surprises does nothing with a scenario of --list and random runs",
                "explore idle-flag-race --exhaustive --strategy PCT | --strategy does nothing with --exhaustive",
                "explore --class a.B --quirks off         | --quirks is for the scenarios of --list, not for --class",
                "explore --class a.B --strategy PCT --preemptions 1 | --preemptions does nothing with --strategy",
                "explore --class a.B --strategy PCT --exhaustive | --exhaustive does nothing with --strategy",
                "explore --class a.B --schedule 0 --runs 5 | --runs does nothing with --schedule",
                "explore --class a.B --schedule 0 --strategy PCT | --strategy does nothing with --schedule",
                "explore --class a.B --workers 2          | --workers does nothing with a search to the end, which is one walk on one thread",
                "explore --class a.B --schedule 0 --workers 2 | --workers does nothing with --schedule",
                "explore --class a.B --strategy PCT --workers 0 | --workers must be in [1, 1024], workers=0",
                "explore idle-flag-race --workers 99999 | --workers must be in [1, 1024], workers=99999",
                "explore --class a.B --runs 5             | --runs does nothing with a search to the end",
                "explore --class a.B --strategies --quirks off | --quirks does nothing with --strategies",
                "explore --class io.torosim.bench.cli.ExploreCommandTest$Two --preemptions -1 | preemptions must be at least 0, preemptions=-1",
                "idle-loops --seeds 5                     | --seeds is for --strategies or --all",
                "idle-loops --chances --seeds 5           | --seeds is for --strategies or --all",
                "idle-loops --costs --runs 5              | --runs is for --strategies, --chances or --all",
                "idle-loops --report x.html --chances     | --chances does nothing with --report",
                "guest ToroHello --perturb 0              | --perturb must be at least 1, perturb=0",
                "guest ToroHello --perturb -3             | --perturb must be at least 1, perturb=-3",
                "run boot --perturb 0                     | --perturb must be at least 1, perturb=0",
                "run boot --perturb -3                    | --perturb must be at least 1, perturb=-3",
                "run memory --perturb 3                   | --perturb: host.perturb: the experiment memory does not heed it; leave it out, value=3",
                "explore --class a.B --seconds 0          | --seconds must be at least 1, seconds=0",
                "explore --class a.B --strategy PCT --runs 0 | --runs must be at least 1, runs=0",
            })
    void optionsWithoutEffect_areRefused(String call, String problem) {
        assertThat(call(call.strip().split(" +"))).isEqualTo(2);
        assertThat(err.toString()).contains(problem);
    }

    @Test
    void aWrongCall_isTwo() {
        assertThat(call("explore")).isEqualTo(2);
        assertThat(call("explore", "no-such")).isEqualTo(2);
        assertThat(call("explore", "idle-flag-race", "--runs", "0")).isEqualTo(2);
        assertThat(call("replay", "no line")).isEqualTo(2);
    }
}
