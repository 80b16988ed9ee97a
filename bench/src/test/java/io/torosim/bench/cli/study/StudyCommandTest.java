package io.torosim.bench.cli.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.cli.Torosim;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class StudyCommandTest {
    private static final String BOOT =
            """
            [study]
            experiment = "boot"
            outputs = ["%s"]
            replications = 2
            %s
            [study.factors]
            boot.ram-mib = [256, 1024]
            "costs.machine.tsc_hz" = { low = 2.0e9, high = 2.4e9, whole = true }
            """;

    @TempDir
    Path directory;

    private String out = "";
    private String err = "";

    private int torosim(String... args) {
        CommandLine line = Torosim.commandLine();
        StringWriter stdout = new StringWriter();
        StringWriter stderr = new StringWriter();
        line.setOut(new PrintWriter(stdout));
        line.setErr(new PrintWriter(stderr));
        int status = line.execute(args);
        out = stdout.toString();
        err = stderr.toString();
        return status;
    }

    private Path file(String text) throws Exception {
        return Files.writeString(directory.resolve("study.toml"), text);
    }

    private String results(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void aRunThatFails_saysWhyOnTheTerminal_andAloneToo() throws Exception {
        Path study = file(
                """
                [study]
                experiment = "boot"
                outputs = ["qemu-lite.nope"]
                [study.factors]
                "boot.ram-mib" = [256, 512]
                """);
        assertThat(torosim("study", study.toString(), "--out", results("nope"))).isEqualTo(1);
        assertThat(out).contains("the first that failed: ", "boot has no figure qemu-lite.nope", "--cell 0");
        assertThat(torosim("study", study.toString(), "--cell", "0")).isEqualTo(1);
    }

    @Test
    void wrongFilesAndMasters_areOneLineEach() throws Exception {
        String head = "[study]\nexperiment = \"boot\"\noutputs = [\"qemu-lite.qemu-start-first-thread\"]\n";
        String factors = "[study.factors]\n\"boot.ram-mib\" = [256, 512]\n";
        Path precision = file(head + "replications = 2\nprecision = 0.01\n" + factors);
        assertThat(torosim("study", precision.toString())).isEqualTo(2);
        assertThat(err).contains(":5: study.precision: must be above 0, with max-replications above replications");
        Path shape = file(head + "[study.factors]\n\"boot.ram-mib\" = { distribution = \"triangle\", a = 1 }\n");
        assertThat(torosim("study", shape.toString())).isEqualTo(2);
        assertThat(err).contains("distribution: must be one of ", "triangular", "value=triangle");
        Path good = file(head + factors);
        assertThat(torosim("study", good.toString(), "--master", "foo", "--out", results("foo")))
                .isEqualTo(2);
        assertThat(err).contains("--master must be local, local[N]").contains("master=foo");
    }

    @Test
    void firstPointWithoutAFigure_isARowLikeTheOthers() throws Exception {
        Path study = file(
                """
                [study]
                experiment = "boot"
                outputs = ["qemu-lite.qemu-start-first-thread"]
                design = "latin-hypercube"
                points = 6
                replications = 2
                [study.factors]
                "boot.ram-mib" = [256, -5]
                "costs.kvm.exit_pio_user" = { distribution = "triangular", a = 2000, b = 3000, c = 5000 }
                """);
        assertThat(torosim("study", study.toString(), "--out", results("first-fails")))
                .isEqualTo(1);
        assertThat(out).contains("no figure").contains("12 runs, 6 failed");
    }

    @Test
    void builtInStudy_givesTheSameDigestWithAnyNumberOfWorkers_andGoesOn() throws Exception {
        assertThat(torosim("study", "busy-work", "--runs", "300", "--workers", "1", "--out", results("a")))
                .isZero();
        String one = out;
        assertThat(torosim("study", "busy-work", "--runs", "300", "--workers", "3", "--out", results("b")))
                .isZero();
        assertThat(out.replace(results("b"), "")).isEqualTo(one.replace(results("a"), ""));
        assertThat(torosim("study", "busy-work", "--runs", "300", "--out", results("a")))
                .isEqualTo(2);
        assertThat(err).contains("--resume").hasLineCount(1);
        assertThat(torosim("study", "busy-work", "--runs", "300", "--resume", "--out", results("a")))
                .isZero();
        assertThat(out).isEqualTo(one);
        assertThat(Files.readAllLines(directory.resolve("a/cells.csv"))).hasSize(301);
    }

    @Test
    void oneRunAlone_printsItsLine() throws Exception {
        torosim("study", "busy-work", "--runs", "50", "--out", results("a"));
        assertThat(torosim("study", "busy-work", "--runs", "50", "--cell", "17"))
                .isZero();
        assertThat(Files.readAllLines(directory.resolve("a/cells.jsonl"))).contains(out.strip());
        assertThat(torosim("study", "busy-work", "--runs", "50", "--cell", "50"))
                .isEqualTo(2);
        assertThat(err).contains("runs 0 to 49, cell=50").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing = 1 | study.toml:5: study.nothing: no such key of a study",
                "design = \"cube\" | study.toml:5: study.design: must be one of grid",
                "levels = 0 | study.toml:5: study.levels: must be a whole number in [1, 1000000], value=0",
                "time = 10 | study.toml:5: study.time: must be a duration such as \"30 s\" or \"200 ms\", value=10",
                "precision = -1 | must be above 0, with max-replications",
                "class = \"java.lang.String\" | a study names an experiment or a class"
            })
    void wrongKey_isOneLineThatNamesIt(String line, String message) throws Exception {
        Path study = file(BOOT.formatted("x", line));
        assertThat(torosim("study", study.toString())).isEqualTo(2);
        assertThat(err).contains(message).hasLineCount(1);
    }

    @Test
    void missingFileOrExperiment_isOneLine() throws Exception {
        assertThat(torosim("study", results("none.toml"))).isEqualTo(2);
        assertThat(err).contains("none.toml: no such file").hasLineCount(1);
        Path study = file("[study]\nexperiment = \"cpu\"\noutputs = [\"x\"]\n");
        assertThat(torosim("study", study.toString(), "--out", results("x"))).isEqualTo(2);
        assertThat(err).contains("experiment=cpu").hasLineCount(1);
    }

    @Test
    void exampleOfTheGuide_isTheFileInSpecs_andRuns() throws Exception {
        Path example = Path.of("..", "specs", "study-boot.toml");
        String text = Files.readString(example);
        assertThat(Files.readString(Path.of("..", "docs", "sweep.md"))).contains(text.substring(text.indexOf('\n')));
        assertThat(torosim("study", example.toString(), "--cell", "4")).as(err).isZero();
        assertThat(out)
                .contains(
                        "\"factors\":{\"boot.ram-mib\":\"1024\",\"costs.kvm.exit_pio_user\":\"3162\"}",
                        "\"figures\":{\"qemu-lite.qemu-start-first-thread\":1");
    }

    @Test
    void guestOfTheGuide_isTheFileInSpecs_andRuns() throws Exception {
        Path example = Path.of("..", "specs", "study-guest.toml");
        String text = Files.readString(example);
        assertThat(Files.readString(Path.of("..", "docs", "sweep.md"))).contains(text.substring(text.indexOf('\n')));
        assertThat(torosim("study", example.toString(), "--cell", "23")).as(err).isZero();
        assertThat(out)
                .contains(
                        "\"replication\":2",
                        "\"factors\":{\"load.rate\":\"200\",\"guest.window\":\"200 ms\",\"costs.kvm.wake_from_block\":\"12000\"}",
                        "\"figures\":{\"cpu.exact\":");
    }

    @Test
    void studyOutOfTime_saysSo_andGoesOn() throws Exception {
        assertThat(torosim("study", "busy-work", "--runs", "40", "--out", results("whole")))
                .isZero();
        String whole = out;
        assertThat(torosim("study", "busy-work", "--runs", "40", "--seconds", "0", "--out", results("a")))
                .isEqualTo(2);
        assertThat(err).contains("--seconds must be at least 1, seconds=0").hasLineCount(1);
        assertThat(torosim(
                        "study",
                        "busy-work",
                        "--runs",
                        "40",
                        "--draws",
                        "100000000",
                        "--seconds",
                        "1",
                        "--out",
                        results("b")))
                .isEqualTo(1);
        assertThat(out).contains("ended early, go on with --resume");
        assertThat(torosim("study", "busy-work", "--runs", "40", "--seconds", "600", "--out", results("a")))
                .isZero();
        assertThat(out.replace(results("a"), "")).isEqualTo(whole.replace(results("whole"), ""));
    }

    @Test
    void row_saysExactOrHowManySeeds() throws Exception {
        Path study = file("[study]\nexperiment = \"memory\"\noutputs = [\"%s\"]\n"
                .formatted("http-serving-toro-2018.simulated-time-request-end"));
        assertThat(torosim("study", study.toString(), "--out", results("m")))
                .as(err + out)
                .isZero();
        assertThat(out).contains("(exact)");
        torosim(
                "study",
                file(BOOT.formatted("qemu-lite.qemu-start-first-thread", "")).toString(),
                "--out",
                results("n"));
        assertThat(out).contains("(2 replications)");
    }

    @Test
    void serializedStudies_areWhatTheyWere() throws Exception {
        for (io.torosim.sweep.Study study : java.util.List.of(
                io.torosim.sweep.model.CpuConclusionsModel.study(10, 1),
                io.torosim.sweep.model.ShortGuest.study(10, 1),
                io.torosim.sweep.model.BusyWork.study(10, 1))) {
            java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
            try (java.io.ObjectOutputStream stream = new java.io.ObjectOutputStream(bytes)) {
                stream.writeObject(study);
            }
            try (java.io.ObjectInputStream stream =
                    new java.io.ObjectInputStream(new java.io.ByteArrayInputStream(bytes.toByteArray()))) {
                io.torosim.sweep.Study read = (io.torosim.sweep.Study) stream.readObject();
                assertThat(read.fingerprint()).isEqualTo(study.fingerprint());
                assertThat(read.seedOf(3, 1)).isEqualTo(study.seedOf(3, 1));
            }
        }
    }
}
