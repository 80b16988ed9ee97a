package io.torosim.system.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.core.host.HostProfile;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.linux.LinuxHttpGuest;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.remote.RemoteHost;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.Load;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Link;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tshark makes of the frames of a whole guest. */
class WireCaptureOracleTest {
    @TempDir
    private Path directory;

    private Path capture(String application, LinkSpec wire, int requests, Duration until) throws IOException {
        Path file = directory.resolve(application + ".pcapng");
        GuestSpec spec = GuestSpec.of(application).withLink(wire);
        if (requests > 0) {
            spec = spec.withLoad(HttpLoadSpec.closed("/", requests, 2).startingAt(Duration.ofMillis(500)));
        }
        try (OutputStream out = Files.newOutputStream(file);
                GuestSession session = GuestSession.open(spec, null)) {
            session.link().capture("guest", out);
            session.runUntil(until);
        }
        return file;
    }

    /** A Linux guest with two workers on two CPUs, and so many requests of four clients; all must be answered. */
    private Path captureLinux(LinkSpec wire, int requests, Duration until) throws IOException {
        Path file = directory.resolve("linux.pcapng");
        StackAddresses addresses = StackAddresses.examples();
        try (OutputStream out = Files.newOutputStream(file);
                Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build())) {
            Link link = new Link(machine, wire);
            RemoteHost host = new RemoteHost(machine, link, addresses.gateway(), addresses.gateway());
            LinuxHttpGuest.start(
                    machine,
                    new QemuProcess(machine),
                    NetBackend.VHOST,
                    link,
                    addresses.ip(),
                    LinuxConfig.defaults().withWorkers(2));
            link.capture("guest", out);
            HttpLoad load = new HttpLoad(
                    host, HttpLoadSpec.closed("/", requests, 4), GuestNic.MAC, addresses.ip(), LinuxHttpGuest.PORT);
            machine.runUntil(until);
            assertThat(load.answered()).isEqualTo(requests);
        }
        return file;
    }

    private static List<String> tshark(Path file, String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(
                "tshark", "-r", file.toString(), "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return text.lines().toList();
    }

    private static void needsTshark() throws InterruptedException {
        boolean there;
        try {
            there = new ProcessBuilder("tshark", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, "tshark is not installed");
    }

    @Test
    void httpExchanges_areReadAsSuch_withRightChecksums() throws Exception {
        needsTshark();
        Path file = capture("ToroHelloWorldMicroservice", LinkSpec.perfect(), 20, Duration.ofSeconds(2));
        assertThat(tshark(file, "-Y", "tcp")).hasSize(200);
        assertThat(tshark(file, "-Y", "_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0"))
                .isEmpty();
        assertThat(tshark(file, "-Y", "http.request.method == \"GET\"")).hasSize(20);
        assertThat(tshark(file, "-Y", "http.response.code == 200", "-T", "fields", "-e", "http.content_length"))
                .hasSize(20)
                .allMatch("24"::equals);
        assertThat(tshark(file, "-Y", "tcp.analysis.flags and not tcp.analysis.window_update"))
                .as("no retransmission, no gap, no duplicate on a perfect wire")
                .isEmpty();
    }

    @Test
    void lossyWire_showsRetransmissionsToTshark() throws Exception {
        needsTshark();
        LinkSpec lossy = LinkSpec.perfect().withLoss(100_000);
        Path file = capture("ToroHelloWorldMicroservice", lossy, 20, Duration.ofSeconds(30));
        assertThat(tshark(file, "-Y", "tcp.analysis.retransmission")).isNotEmpty();
        assertThat(tshark(file, "-Y", "_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0"))
                .isEmpty();
    }

    @Test
    void whatLinuxSendsAgain_isWhatTsharkTakesForIt() throws Exception {
        needsTshark();
        Path file = directory.resolve("lossy.pcapng");
        LinkSpec lossy = LinkSpec.perfect()
                .withDelay(Duration.ofMillis(1), Duration.ZERO)
                .withLoss(100_000)
                .withDuplicates(20_000);
        GuestOutcome run = GuestRun.of(
                        GuestKind.linux(LinuxConfig.defaults().withServices(false), lossy), HostProfile.kvm2018())
                .load(new Load.Bursts(Duration.ofHours(1), Duration.ofHours(1), 60, 1))
                .watched(Duration.ofMinutes(30))
                .withoutTop()
                .untilEnded(60, Duration.ofMinutes(2))
                .captureTo(file)
                .run();
        long repeated = run.wire().orElseThrow().repeatedSegments();
        assertThat(repeated).isGreaterThan(5);
        assertThat(tshark(file, "-Y", "tcp.srcport == 80 and tcp.analysis.retransmission"))
                .hasSize((int) repeated);
        assertThat(tshark(file, "-Y", "_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0"))
                .isEmpty();
    }

    @Test
    void exchangesOfLinux_giveTsharkNothingToRemarkOn() throws Exception {
        needsTshark();
        Path file = captureLinux(LinkSpec.perfect(), 50, Duration.ofSeconds(2));
        // ten segments each, but where the client's FIN has overtaken its acknowledgement
        assertThat(tshark(file, "-Y", "tcp")).hasSizeBetween(450, 500);
        assertThat(tshark(file, "-Y", "_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0"))
                .isEmpty();
        assertThat(tshark(file, "-Y", "http.request.method == \"GET\"")).hasSize(50);
        assertThat(tshark(file, "-Y", "http.response.code == 200", "-T", "fields", "-e", "http.content_length"))
                .hasSize(50)
                .allMatch("45"::equals);
        assertThat(tshark(file, "-Y", "http.response and http.file_data contains \"It works!\""))
                .hasSize(50);
        assertThat(tshark(file, "-Y", "tcp.analysis.flags and tcp.srcport == 80"))
                .isEmpty();
        assertThat(tshark(file, "-Y", "tcp.analysis.flags and not tcp.analysis.duplicate_ack"))
                .isEmpty(); // such a late acknowledgement
        // handshake, data both ways and a close from both sides: what Wireshark calls complete
        assertThat(tshark(
                        file,
                        "-Y",
                        "tcp.flags.fin == 1 and tcp.dstport == 80",
                        "-T",
                        "fields",
                        "-e",
                        "tcp.completeness"))
                .hasSize(50)
                .allMatch("31"::equals);
    }

    /** As users have it: a run of a Linux guest that writes a capture. */
    @Test
    void captureOfARun_withLinux_hasEachRequestAndItsAnswer() throws Exception {
        needsTshark();
        Path file = directory.resolve("run.pcapng");
        GuestOutcome outcome = GuestRun.of(GuestKind.linux(LinuxConfig.defaults()), HostProfile.kvm2018())
                .load(new Load.Bursts(Duration.ofMillis(500), Duration.ofMillis(250), 10, 2))
                .watched(Duration.ofSeconds(1))
                .captureTo(file)
                .run();
        assertThat(outcome.answered()).isEqualTo(20);
        assertThat(tshark(file, "-Y", "http.request.method == \"GET\"")).hasSize(20);
        assertThat(tshark(file, "-Y", "http.response.code == 200")).hasSize(20);
        assertThat(tshark(file, "-Y", "_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0"))
                .isEmpty();
        List<String> times = tshark(file, "-Y", "http.request", "-T", "fields", "-e", "frame.time_relative");
        assertThat(Double.parseDouble(times.get(0)))
                .as("the first request follows the handshake that the capture begins with")
                .isLessThan(0.01);
    }

    @Test
    void aLossyWire_makesLinuxSendAgain_andStillNothingIsWrong() throws Exception {
        needsTshark();
        Path file = captureLinux(LinkSpec.perfect().withLoss(50_000), 50, Duration.ofSeconds(60));
        assertThat(tshark(file, "-Y", "tcp.analysis.retransmission and tcp.srcport == 80"))
                .isNotEmpty();
        assertThat(tshark(file, "-Y", "_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0"))
                .isEmpty();
        assertThat(tshark(file, "-Y", "tcp.analysis.ack_lost_segment or tcp.flags.reset == 1"))
                .as("nothing is acknowledged that was not sent, nobody gives up")
                .isEmpty();
    }

    @Test
    void pings_areEchoRequestsAndReplies() throws Exception {
        needsTshark();
        // the first echo request is not sent: the card hears nothing in its first second, and the address is not
        // resolved in time
        Path file = capture("ToroPing", LinkSpec.perfect(), 0, Duration.ofSeconds(4));
        assertThat(tshark(file, "-Y", "icmp.type == 8")).hasSize(3);
        assertThat(tshark(file, "-Y", "icmp.type == 0")).hasSize(3);
        assertThat(tshark(file, "-Y", "icmp.checksum.status == 0")).isEmpty();
        assertThat(tshark(file, "-Y", "arp")).hasSize(6);
    }
}
