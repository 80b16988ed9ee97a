package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.host.HostProfile;
import io.torosim.core.host.QemuProcess.TopSampler.TopMode;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.boot.BootSequence;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootSequence.BootPhase;
import io.torosim.guest.boot.BootSequence.BringUpOrder;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.run.GuestRun.GuestTimer;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroQuirks;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class GuestRunTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static KernelConfig repaired(IdlePolicy policy) {
        return KernelConfig.defaults().withIdlePolicy(policy).withQuirks(ToroQuirks.repaired());
    }

    private static GuestRun poller(IdlePolicy policy) {
        return GuestRun.of(GuestKind.poller(repaired(policy)), HostProfile.kvm2018())
                .vcpus(1)
                .watched(SECOND);
    }

    /** Each loss costs somebody's time-out; what comes to nothing is counted, by reason, and ends the run as an answer does. */
    @Test
    void linuxOverAWireThatLoses_answers_orSaysWhatCameToNothing() {
        GuestOutcome run = linuxOver(LinkSpec.perfect().withLoss(30_000)).run();
        assertThat(run.answered()).isEqualTo(50);
        assertThat(run.failures()).isEmpty();
        assertThat(run.connections()).hasValue(0);
        GuestOutcome.WireCounts wire = run.wire().orElseThrow();
        assertThat(wire.lost()).isBetween(5L, 30L);
        assertThat(wire.repeatedSegments()).isPositive();
        assertThat(run.latencyMicros(50)).isLessThan(1000);
        assertThat(run.latencyMicros(100)).isGreaterThan(200_000);

        GuestOutcome none = linuxOver(LinkSpec.perfect().withLoss(1_000_000)).run();
        assertThat(none.answered()).isZero();
        assertThat(none.failures()).isEqualTo(Map.of("no connection", 50L));
        assertThat(none.summaryCsv()).contains("failed.no_connection,50");
        assertThat(none.seconds()).as("50 times 31 s, and a minute").isBetween(1610.0, 1611.0);

        GuestOutcome perfect = linuxOver(LinkSpec.perfect()).run();
        assertThat(perfect.wire().orElseThrow().lost()).isZero();
        assertThat(perfect.wire().orElseThrow().repeatedSegments()).isZero();
        assertThatThrownBy(() -> linuxOver(LinkSpec.perfect()).untilEnded(-1, Duration.ZERO))
                .hasMessage("requests must be at least 0, requests=-1");
    }

    private static GuestRun linuxOver(LinkSpec wire) {
        return GuestRun.of(GuestKind.linux(LinuxConfig.defaults().withServices(false), wire), HostProfile.kvm2018())
                .vcpus(1)
                .load(new Load.Bursts(Duration.ofHours(2), Duration.ofHours(2), 50, 1))
                .watched(Duration.ofHours(1))
                .withoutTop()
                .untilEnded(50, Duration.ofSeconds(60));
    }

    @Test
    void busyPoll_isAwakeAllTheTime_andHaltAtOnceHardlyEver() {
        GuestOutcome polls = poller(IdlePolicy.busyPoll()).run();
        assertThat(polls.awakePercent()).containsExactly(100.0);
        assertThat(polls.cpuPercent()).isGreaterThan(100);
        assertThat(polls.halts()).isZero();

        GuestOutcome halts = poller(IdlePolicy.haltAtOnce()).run();
        assertThat(halts.awakePercent().get(0)).isLessThan(0.1);
        assertThat(halts.cpuPercent()).isLessThan(0.5);
    }

    /** A tick that brings 1 ms of work at 100 Hz fills a tenth of the vCPU, whatever it does in between. */
    @Test
    void requestsWithTheTick_takeTheirWork() {
        GuestOutcome run = poller(IdlePolicy.haltAtOnce())
                .timer(GuestTimer.pit(100))
                .load(Load.perTick())
                .work(Duration.ofMillis(1))
                .run();
        assertThat(run.answered()).isBetween(99L, 101L);
        assertThat(run.awakePercent().get(0)).isCloseTo(10, within(0.2));
        assertThat(run.latencyMicros(50)).isCloseTo(1000, within(5.0));
        assertThat(run.halts()).isBetween(99L, 102L);
        assertThat(run.wakeUps()).isBetween(run.halts() - 1, run.halts() + 1); // one may be under way at either end
        assertThat(run.exits().get(ExitCause.HLT)).isEqualTo(run.halts());
    }

    @Test
    void everyOtherTick_bringsHalfAsMany() {
        GuestRun run =
                poller(IdlePolicy.haltAtOnce()).timer(GuestTimer.pit(100)).work(Duration.ofMillis(1));
        assertThat(run.load(new Load.PerTick(5, 10)).run().answered()).isBetween(49L, 51L);
    }

    @ParameterizedTest
    @EnumSource(GuestTimer.Source.class)
    void timers_interruptAtTheirRate(GuestTimer.Source source) {
        GuestOutcome run = poller(IdlePolicy.haltAtOnce())
                .timer(new GuestTimer(source, 250))
                .watched(Duration.ofSeconds(4))
                .run();
        double drift = source == GuestTimer.Source.ONE_SHOT ? 6 : 1.1;
        assertThat((double) run.wakeUps()).isCloseTo(1000, within(drift));
    }

    @ParameterizedTest
    @CsvSource({"PIT, 18", "PIT, 100001", "LOCAL_APIC, -1", "TSC_DEADLINE, 1000001"})
    void aRateThatTheTimerCannotDo_isRefused(GuestTimer.Source source, int hz) {
        assertThatThrownBy(() -> new GuestTimer(source, hz))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(source.name())
                .hasMessageContaining("hz=" + hz);
    }

    @Test
    void openLoad_hasItsMeanRate_andRecordedItsMoments() {
        GuestOutcome open = poller(IdlePolicy.haltAtOnce())
                .load(Load.open(500))
                .watched(Duration.ofSeconds(4))
                .run();
        assertThat((double) open.answered()).isCloseTo(2000, within(150.0)); // three and a half standard deviations
        GuestOutcome recorded = poller(IdlePolicy.haltAtOnce())
                .load(Load.recorded(List.of(Duration.ofMillis(100), Duration.ofMillis(900))))
                .run();
        assertThat(recorded.answered()).isEqualTo(2);
        assertThat(recorded.traffic()).hasSize(2);
        assertThat(recorded.traffic().get(1).start()).isEqualTo(0.9);
    }

    @Test
    void closedLoop_asksAgainWhenItIsAnswered() {
        GuestOutcome run = poller(IdlePolicy.pollThenHalt())
                .load(Load.bursts(SECOND, SECOND))
                .work(Duration.ofNanos(50_000))
                .run();
        double perRequest = run.latencyMicros() + 250; // and the client's think time
        assertThat((double) run.answered()).isCloseTo(1e6 / perRequest, within(1e6 / perRequest * 0.02));
    }

    @Test
    void webServers_answerOverTheNetwork() {
        for (GuestKind guest :
                List.of(GuestKind.toro(IdlePolicy.pollThenHalt()), GuestKind.linux(LinuxConfig.defaults()))) {
            GuestOutcome run = GuestRun.of(guest, HostProfile.kvm2018())
                    .load(Load.evenly(100, SECOND))
                    .watched(SECOND)
                    .run();
            assertThat(run.answered()).isBetween(98L, 100L);
        }
    }

    @Test
    void anExample_bringsItsClients() {
        GuestSpec spec = GuestSpec.of("ToroHelloWorldMicroservice")
                .withLoad(HttpLoadSpec.closed("/", 20, 1).startingAt(SECOND));
        GuestOutcome run = GuestRun.of(GuestKind.example(spec, null), HostProfile.kvm2018())
                .untilAnswered(20, SECOND)
                .run();
        assertThat(run.answered()).isEqualTo(20);
        assertThat(run.latency().count()).isEqualTo(20);
        assertThat(run.seconds()).isBetween(1.0, 1.2);
    }

    @Test
    void anExampleThatIsOver_endsTheRun_andSaysWhatItsClientsGot() {
        GuestSpec spec = GuestSpec.of("ToroHelloWorldMicroservice")
                .withLink(LinkSpec.perfect().withLoss(20_000))
                .withLoad(HttpLoadSpec.closed("/", 100, 1).withLimit(SECOND).startingAt(SECOND));
        GuestOutcome run = GuestRun.of(GuestKind.example(spec, null), HostProfile.kvm2018())
                .withoutTop()
                .watched(Duration.ofMinutes(5))
                .untilOver(SECOND, SECOND)
                .run();
        assertThat(run.started()).isEqualTo(100);
        assertThat(run.answered()).isBetween(1L, 99L); // so untilAnswered would have waited in vain
        assertThat(run.seconds()).isLessThan(200).isEqualTo(StrictMath.rint(run.seconds()));
        assertThat(run.bytesReceived().orElseThrow()).isPositive();
        assertThat(run.connections().orElseThrow()).isPositive(); // ZOMBIES_STAY
        assertThat(run.toJson())
                .contains("\"bytes_received\":" + run.bytesReceived().orElseThrow())
                .contains("\"connections\":" + run.connections().orElseThrow());
    }

    @Test
    void bytesAndConnections_areThoseOfTheRunsOwnLoadToo() {
        GuestOutcome run = GuestRun.of(GuestKind.toro(IdlePolicy.pollThenHalt()), HostProfile.kvm2018())
                .load(Load.evenly(10, SECOND))
                .watched(Duration.ofSeconds(2))
                .run();
        assertThat(run.answered()).isEqualTo(10);
        assertThat(run.bytesReceived().orElseThrow() % 10).isZero();
        assertThat(run.bytesReceived().orElseThrow()).isPositive();
        assertThat(run.connections()).hasValue(0);
        GuestOutcome queue = poller(IdlePolicy.haltAtOnce()).load(Load.open(10)).run();
        assertThat(queue.bytesReceived()).isEmpty();
        assertThat(queue.connections()).isEmpty();
    }

    @Test
    void withoutTop_thereAreNoSamples_andTopHasNoFigure() {
        GuestRun run = poller(IdlePolicy.haltAtOnce()).watched(Duration.ofSeconds(3));
        assertThat(run.run().intervals()).hasSize(2);
        GuestOutcome unseen = run.withoutTop().run();
        assertThat(unseen.intervals()).isEmpty();
        assertThat(unseen.topPercent()).isNaN();
        assertThat(unseen.toJson()).contains("\"top_percent\":null");
        assertThat(unseen.cpuPercent()).isPositive();
    }

    @Test
    void profile_isOfTheTimeThatIsWatched_andChangesNothing() {
        GuestRun run = GuestRun.of(GuestKind.toro(IdlePolicy.pollThenHalt()), HostProfile.kvm2018())
                .load(Load.evenly(10, SECOND))
                .watched(Duration.ofSeconds(2));
        GuestOutcome plain = run.run();
        GuestOutcome profiled = run.profiled().run();
        assertThat(plain.profile()).isEmpty();
        assertThat(profiled.toJson()).isEqualTo(plain.toJson());
        double seconds = profiled.profile().stream()
                .mapToDouble(share -> share.ps() / 1e12)
                .sum();
        double awake =
                plain.awakePercent().stream().mapToDouble(p -> p / 100 * 2).sum();
        assertThat(seconds).isCloseTo(awake, within(0.001));
    }

    @Test
    void aBoot_isAResultWithPhases() {
        GuestOutcome run =
                GuestRun.boot(BootPath.QEMU_LITE, HostProfile.kvm2018()).run();
        BootSequence.Outcome boot = run.boot().orElseThrow();
        assertThat(boot.millis()).isBetween(113.45, 113.55); // 123 were published
        assertThat(run.seconds()).isBetween(boot.millis() / 1e3, boot.millis() / 1e3 + 0.01);
        assertThat(boot.phases().stream().mapToLong(BootPhase::durationPs).sum())
                .isEqualTo(boot.bootPs());
        assertThat(run.exits().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(
                        boot.phases().stream().mapToLong(BootPhase::exitCount).sum());
        assertThat(run.toJson()).contains("\"boot\":{\"path\":\"QEMU-Lite\"").contains("\"name\":\"LAPIC enable\"");
        GuestOutcome four = GuestRun.boot(BootPath.QEMU_LITE, BringUpOrder.BROADCAST, false, HostProfile.kvm2018())
                .vcpus(4)
                .run();
        assertThat(four.boot().orElseThrow().cores()).isEqualTo(4);
        assertThat(four.boot().orElseThrow().believedMhz()).isEqualTo(KernelConfig.FALLBACK_MHZ);
    }

    @Test
    void aBootThatIsCutShort_hasNoResult_andTakesNoRequests() {
        GuestRun run = GuestRun.boot(BootPath.QEMU_LITE, HostProfile.kvm2018()).watched(Duration.ofMillis(50));
        assertThat(run.run().boot()).isEmpty();
        assertThatThrownBy(run.load(Load.open(1000))::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes no requests");
        assertThatThrownBy(() -> GuestRun.boot(BootPath.BIOS, HostProfile.kvm2018())
                        .timer(GuestTimer.pit(100))
                        .run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a guest that boots");
    }

    @Test
    void everyFigure_isInTheCsvsAndTheJson() {
        GuestOutcome run = poller(IdlePolicy.haltAtOnce())
                .load(Load.evenly(10, SECOND))
                .watched(Duration.ofMillis(1500))
                .run();
        assertThat(run.summaryCsv().lines())
                .startsWith("figure,value", "seconds,1.5")
                .contains("requests_answered,10", "halts," + run.halts(), "exits.hlt," + run.halts())
                .anyMatch(line -> line.startsWith("awake_percent.vcpu0,"))
                .anyMatch(line -> line.startsWith("latency_us.p99.9,"))
                .anyMatch(line -> line.startsWith("watts,"))
                .allMatch(line -> line.matches("[a-z0-9_.]+,(value|[0-9.]+)"));
        List<String> latencies = run.latencyCsv().lines().toList();
        assertThat(latencies.get(0)).isEqualTo("up_to_us,requests");
        assertThat(latencies.stream()
                        .skip(1)
                        .mapToLong(line -> Long.parseLong(line.split(",")[1]))
                        .sum())
                .isEqualTo(10);
        double longest = Double.parseDouble(latencies.get(latencies.size() - 1).split(",")[0]);
        assertThat(longest).isCloseTo(run.latencyMicros(100), within(0.002 * longest));
        assertThat(run.toJson()).contains("\"histogram\":[{\"up_to\":");
    }

    @Test
    void recordedMoments_areInOrder() {
        assertThatThrownBy(() -> Load.recorded(List.of(Duration.ofSeconds(2), SECOND)))
                .hasMessage("offsets must not be negative and in order, PT1S comes after PT2S");
        assertThatThrownBy(() -> Load.recorded(List.of(SECOND.negated()))).hasMessageContaining("PT-1S");
    }

    @Test
    void usersThreads_areAGuest() {
        GuestKind guest = GuestKind.threads(
                KernelConfig.defaults(),
                (kernel, queue) -> kernel.spawn(
                        0,
                        "half",
                        GuestProgram.loop(Step.compute(Duration.ofMillis(5)), Step.sleep(Duration.ofMillis(5)))));
        GuestOutcome run =
                GuestRun.of(guest, HostProfile.kvm2018()).watched(SECOND).run();
        assertThat(run.intervals()).isEmpty(); // top has not looked yet
        assertThat(run.result().usage().get(0).busyFraction()).isGreaterThan(0.99); // Sleep does not halt
    }

    @Test
    void sameSettings_sameOutcome_andTracingChangesNothing(@TempDir Path dir) throws Exception {
        GuestRun run = poller(IdlePolicy.pollThenHalt()).load(Load.open(10)).watched(Duration.ofSeconds(3));
        GuestOutcome first = run.run();
        Path file = dir.resolve("trace.json");
        GuestOutcome traced = run.traceTo(file).run();
        assertThat(traced.toJson())
                .isEqualTo(first.toJson())
                .contains("\"digest\":\"" + first.result().traceHash());
        assertThat(traced.toCsv())
                .isEqualTo(first.toCsv())
                .startsWith("start_s,end_s,top_percent,cpu_percent,vcpu0_percent");
        assertThat(first.toCsv().lines()).hasSize(2 + first.intervals().size()); // heading and rest
        assertThat(Files.readString(file)).startsWith("[").contains("vcpu0");
    }

    @Test
    void framesOfToroAndLinux_areCaptured_andThatChangesNothing(@TempDir Path dir) throws Exception {
        for (GuestKind kind : List.of(
                GuestKind.toro(IdlePolicy.pollThenHalt()),
                GuestKind.linux(LinuxConfig.defaults().withWorkers(2)))) {
            GuestRun run = GuestRun.of(kind, HostProfile.kvm2018())
                    .load(Load.open(10))
                    .watched(SECOND)
                    .settling(Duration.ofMillis(1500));
            String unseen = run.run().toJson();
            Path file = dir.resolve("wire.pcapng");
            GuestOutcome captured = run.captureTo(file).run();
            assertThat(captured.toJson()).isEqualTo(unseen);
            byte[] bytes = Files.readAllBytes(file);
            assertThat(bytes).startsWith(0x0a, 0x0d, 0x0d, 0x0a);
            int requests = new String(bytes, StandardCharsets.ISO_8859_1).split("GET / HTTP/1.0", -1).length - 1;
            assertThat(requests).isBetween((int) captured.answered(), (int) captured.answered() + 1);
            assertThat(captured.answered()).isPositive();
        }
    }

    @Test
    void captureOfARunThatFails_leavesTheFileThatWasThere_andNothingBeside(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("wire.pcapng"), "the old one");
        GuestRun run = GuestRun.of(GuestKind.toro(IdlePolicy.pollThenHalt()), HostProfile.kvm2018())
                .load(Load.open(10))
                .watched(SECOND)
                .captureTo(file);
        boolean[] fails = {true};
        run.observedBy(on -> on.simulation()
                .at(
                        Picos.of(SECOND),
                        Machine.DEVICE_PRIORITY,
                        (op, arg) -> {
                            if (fails[0]) {
                                throw new IllegalStateException("in the middle of it");
                            }
                        },
                        0,
                        0));
        assertThatThrownBy(run::run).hasStackTraceContaining("in the middle of it");
        assertThat(file).hasContent("the old one");
        Path none = dir.resolve("none.pcapng");
        assertThatThrownBy(() -> run.captureTo(none).run()).hasStackTraceContaining("in the middle of it");

        try (var files = Files.list(dir)) {
            assertThat(files).containsExactly(file);
        }
        fails[0] = false;
        run.captureTo(file).run();
        assertThat(Files.readAllBytes(file)).startsWith(0x0a, 0x0d, 0x0d, 0x0a);
        try (var files = Files.list(dir)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void traceAndCapture_areTwoFiles_inADirectoryThatIsThere(@TempDir Path dir) {
        GuestRun run = GuestRun.of(GuestKind.toro(IdlePolicy.pollThenHalt()), HostProfile.kvm2018())
                .watched(SECOND);
        Path file = dir.resolve("one");
        assertThatThrownBy(() -> run.traceTo(file)
                        .captureTo(dir.resolve(".").resolve("one"))
                        .run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the trace and the capture must be two files, file=");
        assertThat(file).doesNotExist();
        assertThatThrownBy(
                        () -> run.captureTo(dir.resolve("nowhere").resolve("a")).run())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("its directory does not exist");
    }

    @Test
    void aGuestWithoutNetwork_hasNoFramesToCapture_andNoFileIsMade(@TempDir Path dir) {
        Path file = dir.resolve("wire.pcapng");
        assertThatThrownBy(
                        () -> poller(IdlePolicy.pollThenHalt()).captureTo(file).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("network card");
        assertThat(file).doesNotExist();
    }

    @Test
    void underEmulation_wakeUpsCostTheProcess() {
        GuestOutcome kvm =
                poller(IdlePolicy.haltAtOnce()).timer(GuestTimer.pit(100)).run();
        GuestOutcome tcg = GuestRun.of(GuestKind.poller(repaired(IdlePolicy.haltAtOnce())), HostProfile.qemu72Tcg())
                .vcpus(1)
                .timer(GuestTimer.pit(100))
                .watched(SECOND)
                .run();
        assertThat(tcg.cpuPercent() - kvm.cpuPercent()).isGreaterThan(0.2);
    }

    /** Measured: a request after a long halt takes 0.6 ms longer than one that finds the guest polling. */
    @Test
    void underEmulation_aRequestAfterALongHaltTakesLonger() {
        double[] medians = new double[2];
        IdlePolicy[] policies = {IdlePolicy.busyPoll(), IdlePolicy.haltAtOnce()};
        for (int i = 0; i < 2; i++) {
            medians[i] = GuestRun.of(GuestKind.poller(repaired(policies[i])), HostProfile.qemu72Tcg())
                    .vcpus(1)
                    .load(Load.evenly(1, Duration.ofSeconds(4)))
                    .watched(Duration.ofSeconds(4))
                    .run()
                    .latencyMicros(50);
        }
        assertThat(medians[1] - medians[0]).isCloseTo(600, within(60.0));
    }

    @Test
    void whatDoesNotGoTogether_isRefused() {
        assertThatThrownBy(() ->
                        poller(IdlePolicy.haltAtOnce()).load(Load.perTick()).run())
                .hasMessageContaining("need a timer");
        assertThatThrownBy(() -> GuestRun.of(GuestKind.linux(LinuxConfig.defaults()), HostProfile.kvm2018())
                        .timer(GuestTimer.pit(100))
                        .run())
                .hasMessageContaining("Linux");
        assertThatThrownBy(() ->
                        poller(IdlePolicy.haltAtOnce()).watched(Duration.ZERO).run())
                .hasMessageContaining("watched must be positive");
    }

    /** Four vCPUs that poll are 400 % on a host that has them, unless somebody says otherwise. */
    @Test
    void topsHost_hasAsManyCpusAsTheGuestNeeds() {
        for (int vcpus : new int[] {1, 2, 4}) {
            GuestOutcome run = GuestRun.of(GuestKind.poller(repaired(IdlePolicy.busyPoll())), HostProfile.kvm2018())
                    .vcpus(vcpus)
                    .watched(Duration.ofSeconds(3))
                    .run();
            assertThat(run.topPercent()).isCloseTo(100.0 * vcpus, within(1.5));
            assertThat(run.otherTopPercent()).isCloseTo(100.0 * vcpus / Math.max(2, vcpus), within(1.5));
        }
        GuestRun said = GuestRun.of(GuestKind.poller(repaired(IdlePolicy.busyPoll())), HostProfile.kvm2018())
                .vcpus(4)
                .top(TopMode.IRIX, 2, SECOND)
                .watched(Duration.ofSeconds(3));
        assertThat(said.run().topPercent()).isEqualTo(200);
    }

    /** Four vCPUs that poll for ever on one CPU draw what one core draws, on two what two do. */
    @Test
    void energy_isOfTheCoresThatThereAre() {
        double one = watts(1, 0);
        assertThat(watts(4, 0)).isCloseTo(4 * one, within(1e-6));
        assertThat(watts(4, 1)).isCloseTo(one, within(0.01 * one));
        assertThat(watts(4, 2)).isCloseTo(2 * one, within(0.01 * one));
        assertThat(watts(4, 4)).isCloseTo(4 * one, within(1e-6));
    }

    private static double watts(int vcpus, int hostCpus) {
        return GuestRun.of(GuestKind.poller(repaired(IdlePolicy.busyPoll())), HostProfile.kvm2018())
                .vcpus(vcpus)
                .hostCpus(hostCpus)
                .watched(SECOND)
                .run()
                .watts();
    }

    @Test
    void anOutcome_isAValue() {
        GuestRun run = poller(IdlePolicy.pollThenHalt()).load(Load.open(10)).watched(Duration.ofSeconds(3));
        GuestOutcome first = run.run();
        assertThat(run.run()).isEqualTo(first).hasSameHashCodeAs(first).hasToString(first.toString());
        assertThat(run.seed(2).run()).isNotEqualTo(first);
        assertThat(first.toString())
                .startsWith("GuestOutcome[3.000 s, CPU ")
                .endsWith(", no warnings]")
                .doesNotContain("@");
    }

    /** Top's looks come late, and the last after the end: what they leave out is there all the same. */
    @Test
    void intervalsAndRest_areTheWholeTime_andAllOfItsCpu() {
        GuestOutcome run =
                poller(IdlePolicy.busyPoll()).watched(Duration.ofSeconds(3)).run();
        GuestOutcome.Interval rest = run.rest().orElseThrow();
        assertThat(rest.end()).isEqualTo(3);
        assertThat(rest.start())
                .isEqualTo(run.intervals().get(run.intervals().size() - 1).end());
        double cpu = rest.cpuPercent() * (rest.end() - rest.start());
        for (GuestOutcome.Interval i : run.intervals()) {
            cpu += i.cpuPercent() * (i.end() - i.start());
        }
        assertThat(cpu / 3).isCloseTo(run.cpuPercent(), within(1e-6));
        List<String> lines = run.toCsv().lines().toList();
        assertThat(lines.get(lines.size() - 1)).contains(",3,,");
        assertThat(poller(IdlePolicy.busyPoll()).withoutTop().run().rest()).isEmpty();
    }

    @Test
    void valuesOutOfRange_areRefusedInTheBuilder() {
        GuestRun run = poller(IdlePolicy.haltAtOnce());
        assertThatThrownBy(() -> run.top(TopMode.IRIX, 2, Duration.ofNanos(1)))
                .hasMessage(
                        "top's cpus must be in [1, 256] and its delay in [10 ms, 100 days], cpus=2, delay=PT0.000000001S");
        assertThatThrownBy(() -> run.untilAnswered(-1, Duration.ZERO))
                .hasMessage("requests must be at least 0, requests=-1");
        assertThatThrownBy(() -> run.watched(Duration.ofSeconds(-1)))
                .hasMessage("time must not be negative, time=PT-1S");
        assertThatThrownBy(() -> run.settling(Duration.ofSeconds(-1)))
                .hasMessage("time must not be negative, time=PT-1S");
        assertThatThrownBy(() -> run.load(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("load");
        assertThatThrownBy(() -> run.work(Duration.ofNanos(-1))).hasMessageContaining("work must be in [0, 1 h]");
        assertThatThrownBy(() -> Load.open(1e-9)).hasMessageContaining("perSecond=1.0E-9");
        assertThatThrownBy(() -> Load.evenly(2_000_000_000, SECOND)).hasMessageContaining("perSecond=2000000000");
        assertThatThrownBy(() -> Load.evenly(1, Duration.ofSeconds(-1))).hasMessageContaining("time=PT-1S");
        assertThatThrownBy(() -> Load.evenly(1_000_000, Duration.ofSeconds(Long.MAX_VALUE)))
                .hasMessageContaining("at most 10000000 requests");
        assertThatThrownBy(() -> poller(IdlePolicy.haltAtOnce())
                        .watched(Duration.ofSeconds(Long.MAX_VALUE))
                        .run())
                .hasMessageContaining("both together at most 100 days");
        assertThatThrownBy(() -> GuestRun.of(GuestKind.toro(IdlePolicy.haltAtOnce()), HostProfile.kvm2018())
                        .work(SECOND)
                        .run())
                .hasMessageStartingWith("work is that of a request in the queue");
    }

    /** What a lambda of the user's returns is handed in too. */
    @Test
    void guestThatReturnsNothing_isNamed() {
        HostProfile host = HostProfile.kvm2018();
        assertThatThrownBy(() -> GuestRun.of(place -> null, host).run())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the port that GuestKind.start returned");
        GuestKind none = GuestKind.thread(KernelConfig.defaults(), queue -> null);
        assertThatThrownBy(() -> GuestRun.of(none, host).run())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("what program returned");
    }
}
