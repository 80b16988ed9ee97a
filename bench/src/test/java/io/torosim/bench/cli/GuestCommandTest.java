package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.guest.app.GuestSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.jr.ob.JSON;

class GuestCommandTest extends CommandCalls {
    @TempDir
    private Path dir;

    @Test
    void list_namesThemAll() {
        assertThat(call("guest", "--list")).isZero();
        assertThat(out.toString())
                .contains(GuestSpec.applications().stream().map(a -> a.name()).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-n 5 --list: --requests does nothing with --list",
                "--list ToroHello: ToroHello does nothing with --list",
                "--defects --seed 3: --seed does nothing with --defects",
                "--list --defects: --defects does nothing with --list"
            })
    void whatAListDoesNotHeed_isRefused(String callAndProblem) {
        String[] parts = callAndProblem.split(": ");
        assertThat(call(("guest " + parts[0]).split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(parts[1] + ", which prints a list and ends");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--trace", "--pcap"})
    void diskThatFillsUpInTheRun_isOneLine_andBlamesNoGuest(String option) {
        assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full on this system");
        assertThat(call("guest", "ToroHelloWorldMicroservice", "-n", "300", "--lines", "0", option, "/dev/full"))
                .isEqualTo(2);
        assertThat(err.toString()).isEqualToNormalizingNewlines("torosim: /dev/full: No space left on device\n");
    }

    @Test
    void networkWithoutTraffic_saysSo_andLostFramesStandAlone() {
        call("guest", "ToroHttp", "--loss", "100", "-n", "1", "--seconds", "5", "--lines", "0");
        assertThat(out.toString()).containsPattern("(?m)^network   lost on the wire [1-9]");
        out.getBuffer().setLength(0);
        assertThat(call("guest", "ToroHttp", "-n", "0", "--seconds", "0.001", "--lines", "0"))
                .isZero();
        assertThat(out.toString()).containsPattern("(?m)^network   nothing$");
    }

    @Test
    void hello_printsItsConsoleAndItsProcessors() {
        assertThat(call("guest", "ToroHello")).isZero();
        assertThat(out.toString())
                .contains("ToroHello: 2 vCPU(s) at 2400 MHz, 512 MiB, kvm, compiled with -O2, seed 1")
                .contains("    0.000000  Hello World, I am TORO !!!")
                .contains("vcpu1     busy 0.00 %")
                .contains("digest ");
    }

    @Test
    void hostDirectory_isServed() throws IOException {
        Files.createDirectories(dir.resolve("web"));
        Files.writeString(dir.resolve("web/index.html"), "from the host", StandardCharsets.US_ASCII);
        assertThat(call("guest", "TorowithFileSystem", "--files", dir.toString(), "-n", "2", "--json"))
                .isZero();
        assertThat(out.toString()).contains("\"answered\" : 2").contains("\"bytes\" : 26");
    }

    @Test
    @SuppressWarnings("unchecked")
    void json_saysTheSame() throws IOException {
        assertThat(call("guest", "ToroMicroservice", "-n", "3", "--json")).isZero();
        Map<String, Object> root = (Map<String, Object>) JSON.std.anyFrom(out.toString());
        assertThat(root).containsEntry("application", "ToroMicroservice").containsEntry("socketsLeft", 0);
        assertThat((Map<String, Object>) root.get("requests")).containsEntry("answered", 3);
        assertThat((List<Object>) root.get("vcpus")).hasSize(2);
    }

    @Test
    void profile_namesRoutines_andLeavesTheRunAsItIs() throws IOException {
        Path folded = dir.resolve("guest.folded");
        String[] plain = {"guest", "ToroHelloWorldMicroservice", "-n", "20", "--lines", "0"};
        assertThat(call(plain)).isZero();
        String alone = out.toString();
        out.getBuffer().setLength(0);
        String[] watched = Arrays.copyOf(plain, plain.length + 2);
        watched[plain.length] = "--profile";
        watched[plain.length + 1] = folded.toString();
        assertThat(call(watched)).isZero();
        assertThat(out.toString()).contains("vcpu0 polling loops", "vcpu0 VirtIOHandler");
        String digest = alone.substring(alone.indexOf("digest"));
        assertThat(out.toString()).endsWith(digest);
        assertThat(Files.readAllLines(folded))
                .allMatch(line -> line.matches("vcpu[0-9];.+ [0-9]+"))
                .anyMatch(line -> line.startsWith("vcpu0;service;DoNetworkService;SysSocketSend "));
    }

    @Test
    void unquietHost_saysHowUnquietItWas() {
        assertThat(call("guest", "ToroHelloWorldMicroservice", "-n", "50", "--perturb", "7", "--lines", "0"))
                .isIn(0, 1);
        assertThat(out.toString())
                .contains(
                        "host      unquiet host, seed 7: in the time that a vCPU executes a step is longer every 500 us on average (exponential), by 1 ps, ")
                .containsPattern("host      [1-9][0-9]* steps, interrupts and timers late");
    }

    @Test
    void unanswered_ends1_andRepairedEnds0() {
        assertThat(call("guest", "ToroHttp", "-n", "2", "--seconds", "3")).isEqualTo(1);
        assertThat(out.toString())
                .contains("failed    0 of 2 requests were answered when simulated time ended, after 3 s"
                        + System.lineSeparator());
        assertThat(call("guest", "ToroHttp", "-n", "2", "--without", "pollers-skipped"))
                .isZero();
        assertThat(call("guest", "ToroHttpSuspended", "-n", "2")).isZero();
    }

    @Test
    void requestsThatOutlastSimulatedTime_haveTheirReport() {
        assertThat(call("guest", "linux", "-n", "1000000", "--rate", "1", "--seconds", "4", "--start", "10"))
                .isEqualTo(1);
        assertThat(out.toString())
                .containsPattern(
                        "failed    [1-6] of 1000000 requests were answered when simulated time ended, after 4 s");
    }

    @Test
    void help_namesExactStepping_andTheLongestRun() {
        assertThat(call("guest", "--help")).isZero();
        assertThat(out.toString()).containsPattern("--exact +exact stepping").contains("up to 1e6");
        out.getBuffer().setLength(0);
        assertThat(call("run", "--help")).isZero();
        assertThat(out.toString()).containsPattern("--exact +exact stepping");
    }

    @Test
    void capturesAreWritten() throws IOException {
        Path pcap = dir.resolve("a.pcapng");
        Path trace = dir.resolve("a.json");
        assertThat(call(
                        "guest",
                        "ToroHelloWorldMicroservice",
                        "-n",
                        "1",
                        "--pcap",
                        pcap.toString(),
                        "--trace",
                        trace.toString()))
                .isZero();
        assertThat(Files.readAllBytes(pcap)).startsWith(0x0a, 0x0d, 0x0d, 0x0a);
        JSON.std.anyFrom(Files.readString(trace));
    }

    @Test
    void oneFileForTwoOutputs_isRefused_andIsNotMade() {
        Path file = dir.resolve("both");
        String again = dir.resolve("x").resolve("..").resolve("both").toString();
        for (String option : List.of("--pcap", "--profile")) {
            err.getBuffer().setLength(0);
            assertThat(call("guest", "ToroHttp", "-n", "1", "--trace", file.toString(), option, again))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("named for two outputs").hasLineCount(1);
            assertThat(dir).isEmptyDirectory();
        }
    }

    @Test
    void framesOfAGuestWithoutACard_areRefused() {
        assertThat(call("guest", "ToroHello", "--pcap", dir.resolve("h.pcap").toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("ToroHello has no network card: --pcap does nothing")
                .hasLineCount(1);
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void manyRequests_areRunToTheirEnd() {
        assertThat(call("guest", "TorowithFileSystem", "-n", "2100", "--lines", "0"))
                .isZero(); // 128 simulated seconds
        assertThat(out.toString()).contains("requests  2100 begun, 2100 answered");
    }

    @Test
    void traceOnAFullDisk_isOneLineAndEnds2() {
        assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full on this system");
        for (String option : List.of("--trace", "--pcap")) {
            err.getBuffer().setLength(0);
            assertThat(call("guest", "ToroHttp", "-n", "1", option, "/dev/full"))
                    .isEqualTo(2);
            assertThat(err.toString()).isEqualToNormalizingNewlines("torosim: /dev/full: No space left on device\n");
        }
    }

    /** 0 is a value like others, not the absence of the option, and the line names the option and not the parameter it becomes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--cores",
                "--ram",
                "--mhz",
                "--concurrency",
                "--rate",
                "--limit",
                "--file-buffer",
                "--seconds",
                "--perturb"
            })
    void zero_isRefusedByTheNameOfItsOption(String option) {
        assertThat(call("guest", "TorowithFileSystem", option, "0")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("torosim: " + option + " must be ")
                .contains(option.substring(2) + "=0");
    }

    @ParameterizedTest
    @CsvSource({
        "--mode, xen, '--mode must be kvm, tcg-single or tcg-multi, mode=xen'",
        "--display, crt, '--display must be vga, memory or headless, display=crt'",
        "--backend, slirp, '--backend must be vhost or user, backend=slirp'"
    })
    void wordThatIsNone_isRefusedByTheNameOfItsOption(String option, String word, String message) {
        assertThat(call("guest", "ToroHttp", option, word)).isEqualTo(2);
        assertThat(err.toString()).startsWith("torosim: " + message);
    }

    @Test
    void fileInNoDirectory_isNamedAsItWasGiven() {
        Path trace = dir.resolve("missing").resolve("trace.json");
        assertThat(call("guest", "ToroHello", "--seconds", "0.1", "--trace", trace.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines("torosim: " + trace + ": its directory does not exist\n");
    }

    @Test
    void wrongCalls_areOneLineAndEnd2() throws IOException {
        Path empty = Files.createFile(dir.resolve("empty"));
        String[][] calls = {
            {"guest"},
            {"guest", "ToroNothing"},
            {"guest", "ToroHello", "--cores", "9"},
            {"guest", "ToroHello", "--files", "."},
            {"guest", "ToroHttp", "--loss", "101"},
            {"guest", "ToroHttp", "--card", "rtl"},
            {"guest", "ToroHttp", "--with", "NO_SUCH"},
            {"guest", "ToroHttp", "--with", "PACKETS_LEAK", "--without", "packets_leak"},
            {"guest", "ToroHttp", "--display", "crt"},
            {"guest", "ToroHttp", "--idle", "never"},
            {"guest", "ToroHttp", "--optimise", "9"},
            {"guest", "ToroHttp", "--path", "x"},
            {"guest", "ToroHttp", "-n", "-1"},
            {"guest", "ToroHttp", "--seconds", "NaN"},
            {"guest", "ToroHello", "-n", "1"},
            {"guest", "ToroHello", "--lines", "-1"},
            {"guest", "ToroPing", "--rate", "5"},
            {"guest", "TorowithFileSystem", "--files", empty.toString()},
            {"guest", "TorowithFileSystem", "--files", dir.resolve("missing").toString()},
        };
        for (String[] call : calls) {
            err.getBuffer().setLength(0);
            assertThat(call(call)).as(String.join(" ", call)).isEqualTo(2);
            assertThat(err.toString().trim().lines().count()).as(err.toString()).isEqualTo(1);
        }
    }

    @Test
    void linux_isAskedAndCaptured_asAnExampleIs() throws IOException {
        Path pcap = dir.resolve("linux.pcapng");
        Path trace = dir.resolve("linux.json");
        Path folded = dir.resolve("linux.folded");
        String[] call = {"guest", "linux", "-n", "20", "-c", "2", "--pcap", pcap.toString()};
        assertThat(call(call)).isZero();
        String plain = out.toString();
        assertThat(plain)
                .contains("linux: 2 vCPU(s) at 2400 MHz, 512 MiB, kvm, seed 1")
                .contains("20 answered, ")
                .contains("vcpu0")
                .contains("digest ");
        assertThat(Files.size(pcap)).isGreaterThan(20 * 10 * 60);
        out.getBuffer().setLength(0);
        assertThat(call(
                        "guest",
                        "linux",
                        "-n",
                        "20",
                        "-c",
                        "2",
                        "--trace",
                        trace.toString(),
                        "--profile",
                        folded.toString()))
                .isZero();
        assertThat(out.toString()).contains("profile   share of the time");
        assertThat(out.toString()).endsWith(plain.substring(plain.indexOf("digest")));
        assertThat(JSON.std.anyFrom(Files.readString(trace))).isNotNull();
        assertThat(Files.readAllLines(folded)).allMatch(line -> line.matches("vcpu[0-9];.+ [0-9]+"));
        out.getBuffer().setLength(0);
        assertThat(call("guest", "linux", "--rate", "500", "--seconds", "1.5", "--json"))
                .isZero();
        assertThat(out.toString()).contains("\"requests_answered\"");
    }

    @Test
    void linux_answersOverAWireThatLoses_andEndsWhenEveryRequestIsOver() {
        assertThat(call(
                        "guest",
                        "linux",
                        "-n",
                        "100",
                        "--loss",
                        "3",
                        "--delay",
                        "1",
                        "--jitter",
                        "0.1",
                        "--reorder",
                        "2",
                        "--duplicate",
                        "2"))
                .isZero();
        assertThat(out.toString())
                .contains("requests  100 begun, 100 answered, 14400 bytes")
                .containsPattern("network   frames in \\d+, frames out \\d+, lost on the wire [1-9]\\d*, segments sent"
                        + " again [1-9]\\d*");
        out.getBuffer().setLength(0);
        assertThat(call("guest", "linux", "-n", "2", "--loss", "100")).isEqualTo(1);
        assertThat(out.toString()).contains("2 begun, 0 answered", "failed    2: no connection", "time      63.");
        out.getBuffer().setLength(0);
        assertThat(call("guest", "linux", "-n", "2", "--loss", "100", "--json")).isEqualTo(1);
        assertThat(out.toString()).contains("\"failures\":{\"no connection\":2}", "\"wire\":{\"frames_in\":0,");
    }

    @ParameterizedTest
    @CsvSource({
        "--loss 101, '--loss must be in [0, 100], value=101.0'",
        "--loss NaN, '--loss must be in [0, 100], value=NaN'",
        "--delay -1, '--delay must be in [0 ms, 60000 ms], value=-1.0'",
        "--jitter 60001, '--jitter must be in [0 ms, 60000 ms], value=60001.0'",
        "--reorder -0.1, '--reorder must be in [0, 100], value=-0.1'",
        "--duplicate 1e9, '--duplicate must be in [0, 100], value=1.0E9'",
        "--limit 1, linux does not take --limit"
    })
    void linux_refusesAWireThatThereIsNot(String options, String message) {
        assertThat(call(("guest linux " + options).split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(message).hasLineCount(1);
    }

    @Test
    void linux_isAskedAsOftenAsIsSaid_notOftener() {
        for (List<String> load : List.of(
                List.of("--rate", "100", "-n", "50"),
                List.of("--rate", "100", "-n", "50", "--seconds", "3"),
                List.of("-n", "5", "--seconds", "3"),
                List.of("-n", "20", "-c", "4", "--seconds", "3"))) {
            List<String> call = new ArrayList<>(List.of("guest", "linux"));
            call.addAll(load);
            out.getBuffer().setLength(0);
            assertThat(call(call.toArray(String[]::new))).as(load.toString()).isZero();
            String n = load.get(load.indexOf("-n") + 1);
            assertThat(out.toString()).contains("requests  " + n + " begun, " + n + " answered");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ToroHttp --file-buffer 900, ToroHttp has no disk: --file-buffer does nothing",
        "ToroHttp --files src, ToroHttp has no disk: --files does nothing",
        "ToroHttp --halt-polling --mode tcg-multi, --halt-polling is KVM's: it does nothing with --mode tcg-multi",
        "linux --halt-polling --mode tcg-single, --halt-polling is KVM's: it does nothing with --mode tcg-single",
        "ToroHello --host-cpus 1 --mode tcg-single, '--host-cpus does nothing with --mode tcg-single, which has one"
                + " thread for all vCPUs, host-cpus=1'"
    })
    void optionsWithoutEffect_areRefused(String call, String message) {
        assertThat(call(("guest " + call).split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(message).hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ToroHello", "linux"})
    void headLine_namesTheCpusOfTheHost(String guest) {
        assertThat(call("guest", guest, "--host-cpus", "1", "--seconds", "2")).isZero();
        assertThat(out.toString().lines().findFirst().orElseThrow()).contains(" MiB, kvm on 1 host CPU(s), ");
        out.getBuffer().setLength(0);
        assertThat(call("guest", guest, "--seconds", "2")).isZero();
        assertThat(out.toString().lines().findFirst().orElseThrow()).contains(" MiB, kvm, ");
    }

    @Test
    void linux_refusesWhatIsOfToroAlone() {
        assertThat(call("guest", "linux", "--repaired")).isEqualTo(2);
        assertThat(err.toString()).contains("linux does not take --repaired");
        assertThat(call("guest", "linux", "--seconds", "0.5")).isEqualTo(2);
        assertThat(err.toString()).contains("--seconds must be more than --start, seconds=0.5");
    }
}
