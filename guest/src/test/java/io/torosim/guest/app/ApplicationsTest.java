package io.torosim.guest.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.guest.console.ToroConsole.ConsoleLine;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.ToroQuirks;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples, each as far as its console, its clients and its processors show. */
class ApplicationsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static List<String> lines(GuestSession session) {
        return session.console().stream().map(ConsoleLine::text).toList();
    }

    private static MemoryBlockDevice disk(byte[] index) throws IOException {
        MemoryBlockDevice device = new MemoryBlockDevice(32_768);
        FatFormatter.format(device, FormatOptions.defaults());
        try (FileSystem fat = FatFileSystemProvider.open(device, MountOptions.of("test"))) {
            Path web = fat.getPath("/web");
            Files.createDirectory(web);
            Files.write(web.resolve("index.html"), index);
            Files.writeString(web.resolve("key"), "hello", StandardCharsets.US_ASCII);
            Files.writeString(web.resolve("value"), "world", StandardCharsets.US_ASCII);
        }
        return device;
    }

    private static GuestSpec loaded(String name, long requests) {
        String path = Applications.named(name).usualPath();
        return GuestSpec.of(name)
                .withLoad(HttpLoadSpec.closed(path, requests, 1).startingAt(SECOND));
    }

    private static String answer(GuestSession session) {
        return new String(session.load().orElseThrow().firstAnswer(), StandardCharsets.US_ASCII);
    }

    @Test
    void hello_printsAndHalts() {
        try (GuestSession session = GuestSession.open(GuestSpec.of("ToroHello"), null)) {
            RunResult result = session.runUntil(SECOND);
            assertThat(lines(session)).containsExactly("Hello World, I am TORO !!!");
            assertThat(result.usage()).hasSize(2);
            assertThat(result.usage().get(0).busyFraction()).isLessThan(0.03);
        }
    }

    @Test
    void exception_isCaughtAndEndsTheSystem() {
        try (GuestSession session = GuestSession.open(GuestSpec.of("ToroException"), null)) {
            session.runUntil(SECOND);
            assertThat(lines(session))
                    .startsWith("[25/08/2018-12:00:00] CPU#0 Exception: Page Fault, cr2: 0xFFFFFFFFFFFFFFFF")
                    .contains("Exception Message: Page Fault", "System Termination, please turn off or reboot")
                    .doesNotContain("ThreadExit: Warning! MainThread has been killed");
        }
    }

    @Test
    void thread_countsAsTheProgramDoes() {
        try (GuestSession session = GuestSession.open(GuestSpec.of("ToroThread").withDisplay(Display.MEMORY), null)) {
            RunResult result = session.runUntil(SECOND);
            String digits = String.join("", lines(session));
            // var1 -> var1 + 5 + 7 modulo 11: one more each time that tasks 1 and 2 take turns
            assertThat(digits).contains("0112233445566778899101000112233");
            assertThat(result.usage().get(0).haltedPs()).isLessThan(result.simulatedPs() / 5);
            assertThat(result.usage().get(1).haltedPs()).isLessThan(result.simulatedPs() / 5);
        }
    }

    @Test
    void keyb_showsEveryKeyTwice_unlessRepaired() {
        GuestSpec spec = GuestSpec.of("ToroKeyb").withDisplay(Display.MEMORY).withKeys("Toro 1\b2\n;x");
        assertThat(typed(spec)).containsExactly("Press a Key ...", "ttoorroo  22", "", "\u00a4\u00a4xx");
        assertThat(typed(spec.repaired())).containsExactly("Press a Key ...", "toro 2", "\u00a4x");
        assertThatThrownBy(() -> GuestSpec.of("ToroHello").withKeys("x"))
                .hasMessage("ToroHello takes no notice of the keyboard, keys=x");
    }

    private static List<String> typed(GuestSpec spec) {
        try (GuestSession session = GuestSession.open(spec, null)) {
            RunResult result = session.runUntil(session.typedUntil());
            assertThat(result.usage().get(0).haltedPs()).isZero();
            return lines(session);
        }
    }

    @Test
    void withAffinity_readsOnCore1_onlyIfTheInterruptIsForwarded() throws IOException {
        GuestSpec faithful = GuestSpec.of("TorowithFileSystemwithAffinity");
        ToroQuirks win64 = ToroQuirks.faithful().without(ToroQuirk.ATA_FORWARD_LOST);
        GuestSpec built = faithful.withKernel(faithful.kernel().withQuirks(win64));
        ToroQuirks fixed = win64.without(ToroQuirk.DISK_READ_LEAVES_SUSPENDED);
        GuestSpec spins = faithful.withKernel(faithful.kernel().withQuirks(fixed));
        assertThat(sectors(faithful, 1.0)).isZero();
        assertThat(sectors(built, 1.0)).isGreaterThan(30);
        assertThat(sectors(spins, 0.1)).isGreaterThan(30);
    }

    /** How many sectors core 1 has read in ten seconds; in the last one it is halted for at most a part of the time. */
    private static long sectors(GuestSpec spec, double halted) throws IOException {
        try (GuestSession session = GuestSession.open(spec, disk(new byte[400]))) {
            long before = session.runUntil(Duration.ofSeconds(9)).usage().get(1).haltedPs();
            long after = session.runUntil(Duration.ofSeconds(10)).usage().get(1).haltedPs();
            assertThat((after - before) / 1e12).isBetween(halted - 0.1, halted);
            assertThat(lines(session))
                    .isEqualTo(session.files().orElseThrow().sectorsRead() > 0 ? List.of("logs not found") : List.of());
            return session.files().orElseThrow().sectorsRead();
        }
    }

    @Test
    void ping_seesRepliesOnlyWhileThePacketThreadGetsTurns() {
        GuestSpec faithful = GuestSpec.of("ToroPing");
        GuestSpec repaired = faithful.withKernel(
                faithful.kernel().withQuirks(ToroQuirks.faithful().without(ToroQuirk.POLLERS_SKIPPED)));
        // the card hears nothing in its first second: the address is not resolved, and later the packet thread sleeps
        assertThat(received(faithful)).isZero();
        assertThat(received(repaired)).isEqualTo(5);
    }

    private static long received(GuestSpec spec) {
        try (GuestSession session = GuestSession.open(spec, null)) {
            session.runUntil(Duration.ofSeconds(6));
            return lines(session).stream()
                    .filter(l -> l.endsWith("ToroPing: received ping from 192.100.200.10"))
                    .count();
        }
    }

    @Test
    void http_stopsAfter200MillisecondsOfSilence_unlessItsMainThreadSuspendsItself() {
        assertThat(answered(loaded("ToroHttp", 3))).isZero();
        assertThat(answered(loaded("ToroHttpSuspended", 3))).isEqualTo(3);
        GuestSpec http = loaded("ToroHttp", 3);
        GuestSpec repaired =
                http.withKernel(http.kernel().withQuirks(ToroQuirks.faithful().without(ToroQuirk.POLLERS_SKIPPED)));
        assertThat(answered(repaired)).isEqualTo(3);
    }

    private static long answered(GuestSpec spec) {
        try (GuestSession session = GuestSession.open(spec, null)) {
            session.runUntil(Duration.ofSeconds(3));
            return session.load().orElseThrow().answered();
        }
    }

    @Test
    void http_saysHelloAndPrintsTwoLinesForARequest() {
        try (GuestSession session = GuestSession.open(loaded("ToroHttpSuspended", 1), null)) {
            session.runUntil(Duration.ofSeconds(2));
            assertThat(answer(session)).isEqualTo("<b>Hello from Toro!</b>\r\n");
            assertThat(lines(session))
                    .containsExactly(
                            "Network configuration:",
                            "Local IP: 192.100.200.100",
                            "Gateway: 192.100.200.1",
                            "Mask: 255.255.255.0",
                            "Listening at port 80",
                            "New connection on port 80",
                            "Closing conection");
        }
    }

    @Test
    void withFileSystem_servesTheFile() throws IOException {
        byte[] index = "<html>small</html>".getBytes(StandardCharsets.US_ASCII);
        try (MemoryBlockDevice disk = disk(index);
                GuestSession session = GuestSession.open(loaded("TorowithFileSystem", 2), disk)) {
            session.runUntil(Duration.ofSeconds(3));
            assertThat(answer(session)).isEqualTo("<html>small</html>");
            assertThat(session.load().orElseThrow().answered()).isEqualTo(2);
            assertThat(lines(session)).contains("25/08/2018-12:00:01 ToroWebServer: connected 192.100.200.1:32768");
            assertThat(session.files().orElseThrow().sectorsRead()).isGreaterThan(30);
        }
    }

    @Test
    void withFileSystem_oldDriverKnowsOnlyTheFirstSector() throws IOException {
        byte[] index = new byte[3000];
        Arrays.fill(index, (byte) 'a');
        try (MemoryBlockDevice disk = disk(index)) {
            GuestSpec old = loaded("TorowithFileSystem", 1).withFileBuffer(3000);
            GuestSpec repaired = old.withDefects(FatQuirk.class, EnumSet.noneOf(FatQuirk.class));
            try (GuestSession session = GuestSession.open(old, disk)) {
                session.runUntil(Duration.ofSeconds(3));
                assertThat(session.load().orElseThrow().firstAnswer())
                        .hasSize(3000)
                        .isNotEqualTo(index);
                assertThat(Arrays.copyOf(session.load().orElseThrow().firstAnswer(), 512))
                        .isEqualTo(Arrays.copyOf(index, 512));
            }
            try (GuestSession session = GuestSession.open(repaired, disk)) {
                session.runUntil(Duration.ofSeconds(3));
                assertThat(session.load().orElseThrow().firstAnswer()).isEqualTo(index);
            }
        }
    }

    @Test
    void microservice_looksItsKeyUp() throws IOException {
        try (MemoryBlockDevice disk = disk(new byte[1])) {
            try (GuestSession session = GuestSession.open(loaded("ToroMicroservice", 1), disk)) {
                session.runUntil(Duration.ofSeconds(3));
                assertThat(answer(session)).endsWith("\r\n\r\nworld").contains("Content-length:5\r\n");
                assertThat(lines(session)).contains("25/08/2018-12:00:01 Connection 1, received: 5 bytes");
            }
            GuestSpec other = GuestSpec.of("ToroMicroservice")
                    .withLoad(HttpLoadSpec.closed("/nothing", 1, 1).startingAt(SECOND));
            try (GuestSession session = GuestSession.open(other, disk)) {
                session.runUntil(Duration.ofSeconds(3));
                assertThat(answer(session)).isEqualTo("HTTP/1.0 404\r\n");
            }
        }
    }

    @Test
    void diskThatIsNoFat_isSaidOnTheConsole() {
        try (MemoryBlockDevice empty = new MemoryBlockDevice(1000);
                GuestSession session = GuestSession.open(loaded("TorowithFileSystem", 0), empty)) {
            session.runUntil(SECOND);
            assertThat(session.failure()).hasValueSatisfying(f -> assertThat(f).contains("type string is not FAT16"));
            assertThat(lines(session)).anyMatch(l -> l.startsWith("SysMount: "));
        }
    }

    @Test
    void idlePolicy_decidesAboutTheSilence() {
        GuestSpec after = loaded("ToroHelloWorldMicroservice", 5);
        GuestSpec before = after.withKernel(after.kernel().withIdlePolicy(IdlePolicy.busyPoll()));
        assertThat(halted(after)).isGreaterThan(0.7);
        assertThat(halted(before)).isZero();
    }

    private static double halted(GuestSpec spec) {
        try (GuestSession session = GuestSession.open(spec, null)) {
            RunResult result = session.runUntil(Duration.ofSeconds(3));
            assertThat(session.load().orElseThrow().answered()).isEqualTo(5);
            return result.usage().get(0).haltedPs() / (double) result.simulatedPs();
        }
    }

    @Test
    void everyCard_answers() {
        for (NicCard card : NicCard.values()) {
            GuestSpec spec = loaded("ToroHelloWorldMicroservice", 20);
            try (GuestSession session = GuestSession.open(spec.withCard(card, spec.backend()), null)) {
                session.runUntil(Duration.ofSeconds(3));
                HttpLoad load = session.load().orElseThrow();
                assertThat(load.answered()).as(card.label()).isEqualTo(20);
                assertThat(session.host().badChecksums()).isZero();
            }
        }
    }

    @Test
    void driverWithEventIndex_stepByStepOrNot_isTheSame() {
        RunResult whole = shortRun(false);
        RunResult stepped = shortRun(true);
        assertThat(stepped.traceDigest()).isEqualTo(whole.traceDigest());
        assertThat(stepped.usage()).isEqualTo(whole.usage());
    }

    private static RunResult shortRun(boolean stepped) {
        GuestSpec spec = GuestSpec.of("ToroHelloWorldMicroservice");
        MachineSpec machine = MachineSpec.builder()
                .ramMib(spec.machine().ramMib())
                .exactStepping(stepped)
                .build();
        HttpLoadSpec load = new HttpLoadSpec("/", 5, 2, 0, Duration.ofSeconds(1), Duration.ofSeconds(1));
        GuestSpec loaded = spec.withMachine(machine).withLoad(load).withCard(NicCard.VIRTIO_EVENT_IDX, spec.backend());
        try (GuestSession session = GuestSession.open(loaded, null)) {
            RunResult result = session.runUntil(Duration.ofMillis(1060));
            assertThat(session.load().orElseThrow().answered()).isEqualTo(5);
            return result;
        }
    }

    @Test
    void optimisation_makesItFaster() {
        long none = median(OptimisationLevel.NONE);
        long two = median(OptimisationLevel.O2);
        long three = median(OptimisationLevel.O3);
        assertThat(two).isLessThan(none);
        assertThat(three).as("the compiler makes the same code").isEqualTo(two);
    }

    private static long median(OptimisationLevel level) {
        GuestSpec spec = loaded("ToroHelloWorldMicroservice", 20).withLevel(level);
        try (GuestSession session = GuestSession.open(spec, null)) {
            session.runUntil(Duration.ofSeconds(3));
            return session.load().orElseThrow().latency().percentilePs(50);
        }
    }

    @Test
    void sameSpec_sameDigest() throws IOException {
        for (GuestApplication application : Applications.all()) {
            long[] digests = new long[2];
            for (int i = 0; i < 2; i++) {
                try (MemoryBlockDevice disk = disk(new byte[100]);
                        GuestSession session = GuestSession.open(
                                GuestSpec.of(application.name()), application.needsFiles() ? disk : null)) {
                    digests[i] = session.runUntil(Duration.ofMillis(400)).traceDigest();
                }
            }
            assertThat(digests[0]).as(application.name()).isEqualTo(digests[1]);
        }
    }

    @Test
    void unknownName_namesThoseThatThereAre() {
        assertThatThrownBy(() -> GuestSpec.of("ToroNothing"))
                .hasMessageContaining("no application ToroNothing")
                .hasMessageContaining("ToroHello, ToroThread");
        assertThatThrownBy(() -> GuestSession.open(GuestSpec.of("TorowithFileSystem"), null))
                .hasMessageContaining("needs a disk");
    }
}
