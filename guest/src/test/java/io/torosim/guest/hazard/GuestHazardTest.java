package io.torosim.guest.hazard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.torosim.core.defect.Defects;
import io.torosim.guest.nic.HostSide;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import io.torosim.sched.explore.Explorer;
import io.torosim.sched.explore.Explorer.BoundedResult;
import io.torosim.sched.explore.Explorer.Evidence;
import io.torosim.sched.explore.Explorer.Finding;
import io.torosim.sched.explore.Explorer.ReplayLine;
import io.torosim.sched.explore.Explorer.SearchResult;
import io.torosim.sched.explore.Scenario;
import io.torosim.sched.explore.Scenario.Invariant;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every hazard of the scheduler with a device, and of driver and memory in a whole guest, is found with the defects on, and nothing at all with them off. {@code
 * -Dtorosim.explore.runs=100000} makes the searches as long as the documents report.
 */
final class GuestHazardTest {
    private static final long RUNS_OFF = Long.getLong("torosim.explore.runs", 100);
    private static final long RUNS_ON = 100_000;

    static Stream<Arguments> scenarios() {
        return Stream.concat(DeviceScenarios.ALL.stream(), GuestScenarios.all().stream())
                .map(s -> Arguments.of(s.name(), s));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void withDefects_theHazardIsFoundAndTheLineShowsItAgain(String name, Scenario scenario) {
        SearchResult result = Explorer.search(scenario, scenario.defectsOn(), 1, RUNS_ON);
        assertThat(result.finding()).as(name).isPresent();
        Finding finding = result.finding().orElseThrow();
        assertThat(finding.violation().invariant()).isEqualTo(scenario.invariant());
        Finding again = Explorer.replay(ReplayLine.parse(finding.line().text(), GuestScenarios::named))
                .orElseThrow();
        assertThat(again).isEqualTo(finding);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void withItsOwnDefectOff_theHazardIsGone(String name, Scenario scenario) {
        Defects others = scenario.defectsOn().without(scenario.hazard());
        assertThat(Explorer.search(scenario, others, 2, 50).finding()).as(name).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void withoutDefects_nothingIsFound(String name, Scenario scenario) {
        SearchResult result = Explorer.search(scenario, Defects.none(), 1, RUNS_OFF);
        assertThat(result.finding()).as(name).isEmpty();
        assertThat(result.runs()).isEqualTo(RUNS_OFF);
    }

    /** A card whose host may be late and return buffers in any order, and a driver that is right. */
    @Test
    void driverWithEventIndex_losesNothing_underLateStoresAndALateHost() {
        Scenario scenario = new GuestScenario(
                "event-index",
                ToroVirtioQuirk.NO_STORE_LOAD_BARRIER,
                Invariant.FRAME_STUCK,
                List.of(),
                guest -> new PingTraffic(guest, NicCard.VIRTIO_EVENT_IDX, new HostSide(256, true), 4, true));
        assertThat(Explorer.search(scenario, Defects.none(), 1, 3 * RUNS_OFF).finding())
                .isEmpty();
    }

    @Test
    void everyScenario_isInTheDocument() throws Exception {
        String document = Files.readString(Path.of("..", "docs", "guests.md"));
        assertThat(GuestScenarios.all()).allSatisfy(s -> assertThat(document)
                .contains("| " + s.name() + " | `" + s.hazard().name() + "` |"));
    }

    @Test
    void everyScenarioOfTheScheduler_isInItsTables_andEveryOneNamedIsThere() throws Exception {
        String document = Files.readString(Path.of("..", "docs", "scheduler.md"));
        List<String> names =
                GuestScenarios.ofTheKernel().stream().map(Scenario::name).toList();
        assertThat(names).allSatisfy(name -> assertThat(document).contains("| " + name + " |"));
        Matcher named = Pattern.compile("scenario `([a-z-]+)`").matcher(document);
        while (named.find()) {
            assertThat(names).contains(named.group(1));
        }
    }

    @Test
    void names_areUnlikeThoseOfTheKernel_andALineWithAMaskComesBack() {
        List<String> names =
                GuestScenarios.withKernel().stream().map(Scenario::name).toList();
        assertThat(names)
                .doesNotHaveDuplicates()
                .hasSize(GuestScenarios.ofTheKernel().size()
                        + GuestScenarios.all().size());
        Scenario scenario = GuestScenarios.all().get(0);
        Defects one =
                Defects.none().with(scenario.defects().get(scenario.defects().size() - 1));
        ReplayLine line = new ReplayLine(scenario, one, 3, "2=1");
        assertThat(ReplayLine.parse(line.text(), GuestScenarios::named)).isEqualTo(line);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplayLine.parse(
                        "torosim-replay:v1:" + scenario.name() + ":0xffffffffffffffffffffff:1:-",
                        GuestScenarios::named))
                .withMessageContaining("known defects only");
    }

    @Test
    void everyDefectOfTheKernel_hasAScenario() {
        assertThat(GuestScenarios.ofTheKernel().stream().map(Scenario::hazard))
                .containsExactlyInAnyOrder(ToroQuirk.values());
    }

    /** Of the repaired kernel: without it "nothing found" would say nothing of the hazard. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("withADevice")
    void randomRunsOfEveryScenario_comeToWhereItsHazardActs(String name, Scenario scenario) {
        Evidence evidence = new Evidence(scenario);
        Explorer.Runs runs = Explorer.runs(scenario, Defects.none(), 1, evidence);
        for (int run = 0; run < 20_000 && !evidence.nothingShownOfHazard().isEmpty(); run++) {
            assertThat(runs.run(run)).isEmpty();
        }
        assertThat(evidence.nothingShownOfHazard()).as(name).isEmpty();
    }

    static Stream<Arguments> withADevice() {
        return DeviceScenarios.ALL.stream().map(s -> Arguments.of(s.name(), s));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withADevice")
    void withDefects_oneSurpriseAtMostIsNeeded_andTheLineShowsItAgain(String name, Scenario scenario) {
        BoundedResult result = withDefects(scenario);
        assertThat(result.surprises()).isBetween(0, 1);
        Finding finding = result.finding().orElseThrow();
        assertThat(finding.violation().invariant()).isEqualTo(scenario.invariant());
        assertThat(Explorer.replay(ReplayLine.parse(finding.line().text(), GuestScenarios::named)))
                .contains(finding);
    }

    private static BoundedResult withDefects(Scenario scenario) {
        return Explorer.bounded(scenario, scenario.defectsOn(), 1, 2, runs -> runs < 20_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"disk-wake-unchecked", "ata-forward-lost", "killed-reader-keeps-disk"})
    void repaired_isExhausted_atOneSurpriseMore(String name) {
        exhausted(GuestScenarios.named(name), Long.MAX_VALUE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withADevice")
    void repaired_isExhausted_orCutWithoutAFinding(String name, Scenario scenario) {
        exhausted(scenario, RUNS_OFF * 10);
    }

    private static void exhausted(Scenario scenario, long most) {
        int needed = withDefects(scenario).surprises();
        BoundedResult result = Explorer.bounded(scenario, Defects.none(), 1, needed + 1, runs -> runs < most);
        assertThat(result.finding()).isEmpty();
        assertThat(result.cut()).isEqualTo(result.runs() >= most);
    }
}
