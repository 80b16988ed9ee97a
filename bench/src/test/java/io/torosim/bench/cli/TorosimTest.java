package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.cli.output.StandardOutput;
import io.torosim.bench.spec.SpecFile;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.catalog.Experiments;
import io.torosim.experiment.spec.Keys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.jr.ob.JSON;

class TorosimTest {
    private static final String SHORT =
            """
            [load]
            duration = "4 s"
            period = "4 s"
            burst = "2 s"
            [top]
            delay = "1 s"
            """;

    @TempDir
    private Path dir;

    @Test
    void boot_insideItsBands_endsWith0_andWritesEveryFile() throws IOException {
        Call call = call("run", "boot", "--out", out());

        assertThat(call.status).isZero();
        assertThat(call.err).isEmpty();
        assertThat(call.out).contains("QEMU-Lite", "PASS", "seed 42", "All figures lie inside their bands");
        try (var files = Files.list(Path.of(out()))) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "results.json",
                            "samples.json",
                            "samples.csv",
                            "phases.csv",
                            "charts.csv",
                            "charts",
                            "report.html");
        }
    }

    @Test
    void figureOutsideItsBand_endsWith1() throws IOException {
        // on a host at 10 GHz Toro's nominal delay of 10 ms takes 100 ms
        Path spec = spec("[machine]\ntsc-mhz = 10000\n");

        Call call = call("run", "boot", spec.toString(), "--out", out());

        assertThat(call.status).isEqualTo(1);
        assertThat(call.out).contains("FAIL", "Some figures lie outside their bands");
    }

    @Test
    void json_isTheFileAndNothingElse() throws IOException {
        Call call = call("run", "boot", "--json", "--out", out());

        assertThat(call.out).isEqualTo(Files.readString(Path.of(out(), "results.json")));
        assertThat(call.err).isEmpty();
        assertThat(JSON.std.mapFrom(call.out)).containsKeys("seed", "digest", "jdk", "commit", "experiments");
    }

    @Test
    void sameSeed_writesTheSameBytes_andAnotherSeedOthers() throws IOException {
        String spec = spec(SHORT).toString();
        List<String> outputs = new ArrayList<>();
        List<Object> digests = new ArrayList<>();
        for (String seed : List.of("7", "7", "8")) {
            String json = call("run", "cpu-usage", spec, "--seed", seed, "--json", "--out", out()).out;
            outputs.add(json
                    + Files.readString(Path.of(out(), "report.html"))
                    + Files.readString(Path.of(out(), "samples.csv")));
            Map<String, Object> root = JSON.std.mapFrom(json);
            digests.add(root.get("digest"));
            assertThat((List<?>) root.get("experiments")).hasSize(1);
        }

        assertThat(outputs.get(1)).isEqualTo(outputs.get(0));
        assertThat(digests.get(1)).isEqualTo(digests.get(0));
        assertThat(digests.get(2)).isNotEqualTo(digests.get(0));
    }

    @Test
    void framesOfTheStudysGuest_areWritten_alsoOfLinux_andTheDigestStays() throws IOException {
        String linux = spec(SHORT + "[guest]\nkind = \"linux\"\n").toString();
        Path file = Path.of(out()).resolveSibling("wire.pcapng");
        Call call = call("run", "study", linux, "--json", "--out", out(), "--pcap", file.toString());
        assertThat(call.err).isEmpty();
        assertThat(Files.readAllBytes(file)).hasSizeGreaterThan(1000).startsWith(0x0a, 0x0d, 0x0d, 0x0a);
        Call without = call("run", "study", linux, "--json", "--out", out());
        assertThat(call.out).isEqualTo(without.out);
    }

    @Test
    void framesOfManyGuests_orOfOneWithoutNetwork_areRefused() throws IOException {
        String file = Path.of(out()).resolveSibling("none.pcapng").toString();
        assertThat(call("run", "boot", "--out", out(), "--pcap", file).err)
                .contains("--pcap is of one guest", "experiment=boot");
        String poller = spec(SHORT + "[guest]\nkind = \"poller\"\n").toString();
        Call call = call("run", "study", poller, "--out", out(), "--pcap", file);
        assertThat(call.status).isEqualTo(2);
        assertThat(call.err).contains("network card");
        assertThat(Path.of(file)).doesNotExist();
    }

    @Test
    void emptyOut_isRefused_beforeAnythingRuns() {
        Call call = call("run", "boot", "--out", "");
        assertThat(call.status).isEqualTo(2);
        assertThat(call.out).isEmpty();
        assertThat(call.err).contains("--out must name a directory, out=''").hasLineCount(1);
    }

    @Test
    void all_isEveryExperiment_andNamesAreUnique() {
        List<String> names = Experiments.named(Experiments.ALL, SpecFile.defaults()).stream()
                .map(Experiment::name)
                .toList();
        assertThat(names).doesNotHaveDuplicates().contains("cpu-usage", "boot");
        assertThat(Experiments.names()).containsAll(names).contains("study").hasSize(names.size() + 2);
        for (String name : names) {
            assertThat(Experiments.named(name, SpecFile.defaults())).hasSize(1);
        }
    }

    @Test
    void all_hasTheStudy_whereTheSpecificationSaysSomethingOfItsGuest() {
        assertThat(Experiments.named(Experiments.ALL, SpecFile.defaults().with(Keys.RATE, 10)))
                .extracting(Experiment::name)
                .contains("study")
                .hasSize(Experiments.names().size() - 1);
        assertThat(Experiments.named(Experiments.ALL, SpecFile.defaults().with(Keys.VCPUS, 3)))
                .extracting(Experiment::name)
                .doesNotContain("study");
    }

    @Test
    void unknownCommand_endsWith2_andNamesThoseThatAre() {
        Call call = call("rum", "boot");

        assertThat(call.status).isEqualTo(2);
        assertThat(call.err).startsWith("torosim: no such command, command=rum; one of: run, ");
        assertThat(call.err.lines()).hasSize(1);
    }

    @Test
    void whatAnExperimentRefuses_hasItsLine() throws IOException {
        Path window = spec("[guest]\npolicy = \"busy-poll\"\nwindow = \"5 ms\"\n");
        assertThat(call("run", "study", window.toString(), "--out", out()).err)
                .isEqualTo("torosim: " + window + ":3: guest.window: the policy busy-poll has none, value=\"5 ms\""
                        + System.lineSeparator());
        Path brief = spec("[top]\ndelay = \"5 s\"\n[load]\nduration = \"1 ns\"\n");
        Call call = call("run", "cpu-usage", brief.toString(), "--out", out());
        assertThat(call.status).isEqualTo(2);
        assertThat(call.err)
                .isEqualTo(
                        "torosim: " + brief + ":2: load.duration: must be at least top.delay, or top takes no sample,"
                                + " load.duration=\"1 ns\", top.delay=\"5 s\"" + System.lineSeparator());
        assertThat(Path.of(out())).doesNotExist();
    }

    @Test
    void wrongSpec_endsWith2_oneLine_andNoFiles() throws IOException {
        Path spec = spec("[load]\nduration = \"-1 s\"\n");

        Call call = call("run", "all", spec.toString(), "--out", out());

        assertThat(call.status).isEqualTo(2);
        assertThat(call.out).isEmpty();
        assertThat(call.err)
                .isEqualTo("torosim: " + spec + ":2: load.duration: must be longer than 0, value=\"-1 s\""
                        + System.lineSeparator());
        assertThat(Path.of(out())).doesNotExist();
    }

    @Test
    void malformedCapture_endsWith2_andNamesFilePacketAndValue() throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of("..", "specs", "ab-loopback.pcap"));
        bytes[24 + 8 + 3] = 0x7f; // the length of the first packet
        Path capture = Files.write(dir.resolve("broken.pcap"), bytes);
        Path spec = spec("[load.arrivals]\npcap = \"broken.pcap\"\nport = 8080\n");

        Call call = call("run", "cpu-usage", spec.toString(), "--out", out());

        assertThat(call.status).isEqualTo(2);
        assertThat(call.err)
                .startsWith("torosim: " + capture + ": packet 1 at offset 24: ")
                .contains("length=21307")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fly",
                "run",
                "run fly",
                "run boot a.toml b.toml",
                "run boot --seed x",
                "run boot --speed",
                "guest ToroHttp -n 1 -c 2 --rate 5",
                "run boot none.toml"
            })
    void wrongCall_endsWith2_andOneLine(String words) {
        Call call = call(words.isEmpty() ? new String[0] : words.split(" "));

        assertThat(call.status).isEqualTo(2);
        assertThat(call.out).isEmpty();
        assertThat(call.err).startsWith("torosim: ").hasLineCount(1);
    }

    @Test
    void keyThatTheExperimentDoesNotHeed_isNamedWithLineAndValue() throws IOException {
        Path file = spec("[boot]\npit = true\n[load]\nconcurrency = 7\n[machine]\nvcpus = 3\n");

        Call call = call("run", "boot", file.toString(), "--out", out());

        assertThat(call.status).isEqualTo(2);
        assertThat(call.err)
                .isEqualToNormalizingNewlines("torosim: " + file + ":4: machine.vcpus, load.concurrency: the experiment"
                        + " boot does not heed it; leave it out, value=3, 7\n");
    }

    @Test
    void unwritableOut_endsWith2_andNamesIt() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "");

        Call call = call("run", "boot", "--out", file.resolve("below").toString());

        assertThat(call.status).isEqualTo(2);
        assertThat(call.err).contains(file.toString()).hasLineCount(1);
    }

    @Test
    void outputThatCannotBeWritten_isAnError_whateverTheCommandSays() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            assertThat(Torosim.run(new StandardOutput(full, StandardCharsets.UTF_8), "--help"))
                    .isEqualTo(2);
            assertThat(Torosim.run(
                            new StandardOutput(OutputStream.nullOutputStream(), StandardCharsets.UTF_8), "--help"))
                    .isZero();
        } finally {
            System.setErr(err);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines("torosim: standard output: No space left on device\n");
    }

    @Test
    void resultsOnAFullDisk_areNoneAtAll_andTheOldOnesStay() throws IOException {
        Path old = Files.createDirectories(dir.resolve("out"));
        Files.writeString(old.resolve("results.json"), "old");
        Files.createDirectories(old.resolve("report.html")); // cannot be replaced, as on a full disk

        Call call = call("run", "boot", "--out", out());

        assertThat(call.status).isEqualTo(2);
        assertThat(call.err)
                .isEqualToNormalizingNewlines("torosim: " + old.resolve("report.html") + ": is a directory\n");
        assertThat(old.resolve("results.json")).hasContent("old");
        try (var files = Files.list(old)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("results.json", "report.html", "charts");
        }
    }

    @Test
    void optionGivenAs0_isNotTakenForNotGiven() {
        String[][] calls = {
            {"guest", "ToroHttp", "--cores", "0"},
            {"guest", "ToroHttp", "--ram", "0"},
            {"guest", "ToroHttp", "--seconds", "0"},
            {"guest", "ToroHttp", "--rate", "0"},
            {"guest", "ToroHttp", "--limit", "0"},
            {"explore", "idle-flag-race", "--seconds", "0"},
            {"explore", "idle-flag-race", "--runs", "0"},
        };
        for (String[] words : calls) {
            Call call = call(words);
            assertThat(call.status).as(String.join(" ", words)).isEqualTo(2);
            assertThat(call.err).hasLineCount(1).contains(words[2].substring(2)).contains("=0");
        }
    }

    @Test
    void help_namesEveryOption() {
        assertThat(call("run", "--help").out)
                .contains("EXPERIMENT", "SPEC", "--seed", "--out", "--json", "Exit status");
        assertThat(call("--help").out).contains("run");
        assertThat(call("--version").out).startsWith("torosim 0.");
    }

    /** A call makes only the command that it names; that changes nothing of what the command says. */
    @Test
    void commandMadeAlone_isTheOneAmongAll() {
        for (Map.Entry<String, CommandLine> command :
                Torosim.commandLine().getSubcommands().entrySet()) {
            String name = command.getKey();
            assertThat(command.getValue().getCommandName()).isEqualTo(name);
            ByteArrayOutputStream alone = new ByteArrayOutputStream();
            int status = Torosim.run(new StandardOutput(alone, StandardCharsets.UTF_8), name, "--help");
            assertThat(status).isZero();
            assertThat(alone.toString(StandardCharsets.UTF_8)).isEqualTo(call(name, "--help").out);
        }
    }

    private String out() {
        return dir.resolve("out").toString();
    }

    private Path spec(String content) throws IOException {
        return Files.writeString(dir.resolve("spec.toml"), content);
    }

    private static Call call(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Torosim.commandLine();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int status = line.execute(args);
        return new Call(status, out.toString(), err.toString());
    }

    private record Call(int status, String out, String err) {}
}
