package io.torosim.bench.cli.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.cli.Torosim;
import io.torosim.core.random.RandomStreams;
import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.Study.CellModel.Cell;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class StudyCommandTest {
    @BeforeAll
    static void waitsNotLong() {
        System.setProperty("torosim.sweep.grace", "1");
    }

    @AfterAll
    static void waitsAsUsual() {
        System.clearProperty("torosim.sweep.grace");
    }

    private static final String BOOT =
            """
            [study]
            experiment = "boot"
            outputs = ["%s"]
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

    /** Fails by the number of its factor; what it says holds other numbers each time. */
    public static final class Failing implements CellModel {
        private static final long serialVersionUID = 1;

        public Failing() {}

        @Override
        public double[] run(Cell cell) {
            if (cell.value("x") > 6) {
                throw new IllegalStateException("too large in cell " + cell.number());
            }
            if (cell.value("x") == 3) {
                throw new UnsupportedOperationException("three");
            }
            return new double[] {cell.value("x")};
        }
    }

    /** What depends on the seed and nothing else. */
    public static final class Noise implements CellModel {
        private static final long serialVersionUID = 1;

        public Noise() {}

        @Override
        public double[] run(Cell cell) {
            return new double[] {
                100
                        + cell.value("noise")
                                * new RandomStreams(cell.seed()).stream("x").nextNormal(0, 1)
            };
        }
    }

    private Path ofClass(Class<?> model, String output, String keys, String factors) throws Exception {
        return file("[study]\nclass = \"%s\"\noutputs = [\"%s\"]\n%s\n[study.factors]\n%s\n"
                .formatted(model.getName(), output, keys, factors));
    }

    @Test
    void failedRuns_areCountedByReason_eachWithTheCommandThatMakesItAgain() throws Exception {
        Path study = ofClass(Failing.class, "y", "", "x = [1, 3, 7, 8, 9]");
        assertThat(torosim("study", study.toString(), "--workers", "2", "--out", results("f")))
                .isEqualTo(1);
        assertThat(out)
                .contains(
                        "x=3                                                (no figure)",
                        "4 of 5 runs failed:\n"
                                + "  3 x java.lang.IllegalStateException: too large in cell 2; the first, run 2, again: "
                                + "torosim study " + study + " --cell 2\n"
                                + "  1 x java.lang.UnsupportedOperationException: three; the first, run 1, again: "
                                + "torosim study " + study + " --cell 1\n",
                        "5 runs, 4 failed, digest ");
        assertThat(torosim("study", study.toString(), "--cell", "2")).isEqualTo(1);
        assertThat(Files.readAllLines(directory.resolve("f/cells.jsonl"))).contains(out.strip());
    }

    @Test
    void precisionThatWasNotReached_isSaidInTheTable_atTheEnd_inTheSummary_andByTheStatus() throws Exception {
        String keys = "replications = 2\nprecision = 0.02\nmax-replications = %d";
        Path study = ofClass(Noise.class, "y", keys.formatted(8), "noise = [0, 1000]");
        assertThat(torosim("study", study.toString(), "--out", results("p"))).isEqualTo(1);
        assertThat(out)
                .containsPattern(
                        "noise=0 +100\\.000  \\(in all 8 replications; another value: probability at most 0\\.31\\)\n")
                .containsPattern("noise=1000 .*  \\(8 replications, not the \\+- [0-9.]+ wanted\\)")
                .containsPattern(
                        "precision of 0.02 not reached by 2 of 2 means:\n"
                                + "  y at noise=0: half-width unknown \\(no two runs differ\\), wanted 2.00, after 8 replications \\(max-replications\\)\n"
                                + "  y at noise=1000: half-width [0-9.e+]+, wanted [0-9.]+, after 8 replications \\(max-replications\\)\n")
                .contains("; the wanted precision was not reached; results in ");
        assertThat(Files.readString(directory.resolve("p/summary.json")))
                .contains(
                        "\"precision\":{\"wanted\":0.02,\"reached\":false,\"missed\":[{\"point\":0,\"output\":\"y\",\"mean\":100,\"halfWidth\":null,");
        study = ofClass(Noise.class, "y", keys.formatted(100_000), "noise = [0, 10]");
        assertThat(torosim("study", study.toString(), "--out", results("q"))).isZero();
        assertThat(out).doesNotContain("reached", "wanted");
        assertThat(Files.readString(directory.resolve("q/summary.json")))
                .contains("\"precision\":{\"wanted\":0.02,\"reached\":true,\"missed\":[]}");
        study = ofClass(Noise.class, "y", keys.formatted(8) + "\nbudget = 5", "noise = [500, 1000]");
        assertThat(torosim("study", study.toString(), "--out", results("r"))).isEqualTo(1);
        assertThat(out)
                .contains("4 runs, 0 failed")
                .contains(
                        "ended by the budget of 5 runs before what comes next; raise it and go on with: torosim study "
                                + study + " --out " + results("r") + " --resume; results in ");
    }

    /** Fails in the runs that a precision asks for. */
    public static final class LaterFailing implements CellModel {
        private static final long serialVersionUID = 1;

        public LaterFailing() {}

        @Override
        public double[] run(Cell cell) {
            if (cell.replication() == 3) {
                throw new IllegalStateException("fourth");
            }
            return new double[] {cell.replication() % 2};
        }
    }

    @Test
    void runThatFollowedFromResults_isMadeAgainByTheCommandThatIsPrinted() throws Exception {
        Path study =
                ofClass(LaterFailing.class, "y", "replications = 2\nprecision = 0.1\nmax-replications = 6", "x = [1]");
        assertThat(torosim("study", study.toString(), "--workers", "1", "--out", results("later")))
                .isEqualTo(1);
        String again = "torosim study " + study + " --out " + results("later") + " --cell 3";
        assertThat(out).contains("fourth; the first, run 3, again: " + again + "\n");
        assertThat(torosim(again.substring("torosim ".length()).split(" ")))
                .as(err)
                .isEqualTo(1);
        assertThat(Files.readAllLines(directory.resolve("later/cells.jsonl"))).contains(out.strip());
        assertThat(torosim("study", study.toString(), "--out", results("none"), "--cell", "3"))
                .isEqualTo(2);
        assertThat(err)
                .contains(
                        "the design has runs 0 to 1; later ones follow from results: say where they are (--out), cell=3")
                .hasLineCount(1);
    }

    /** Does not end where x is 2. */
    public static final class Hanging implements CellModel {
        private static final long serialVersionUID = 1;

        public Hanging() {}

        @Override
        public double[] run(Cell cell) throws InterruptedException {
            if (cell.value("x") == 2) {
                Thread.sleep(1_000_000);
            }
            return new double[] {1};
        }
    }

    @Test
    void runThatHangs_endsWithTheTime_andIsNamed() throws Exception {
        Path study = ofClass(Hanging.class, "y", "", "x = [1, 2, 3]");
        assertThat(torosim("study", study.toString(), "--workers", "2", "--seconds", "1", "--out", results("h")))
                .isEqualTo(1);
        assertThat(out)
                .contains(
                        "1 runs were still going and were left, nothing of them is kept:\n  run 1 at x=2; alone: torosim study "
                                + study + " --cell 1\n")
                .contains("2 runs, 0 failed, digest ", "; ended early after 2 of 3 runs, go on with: torosim study ");
    }

    @Test
    void runThatExceedsItsLimit_isAFailedOne_andTheStudyIsComplete() throws Exception {
        Path study = ofClass(Hanging.class, "y", "longest-run = \"100 ms\"", "x = [1, 2, 3]");
        String why = "java.util.concurrent.TimeoutException: did not end within 100 ms";
        assertThat(torosim("study", study.toString(), "--workers", "2", "--out", results("l")))
                .isEqualTo(1);
        assertThat(out)
                .contains(
                        "1 of 3 runs failed:\n  1 x " + why + "; the first, run 1, again: torosim study " + study
                                + " --cell 1\n",
                        "3 runs, 1 failed, digest ")
                .doesNotContain("ended early");
        assertThat(torosim("study", study.toString(), "--cell", "1")).isEqualTo(1);
        assertThat(out).contains("\"error\":\"" + why + "\"");
    }

    @Test
    void refinement_isATableInOrder_thatSaysWhereTheThresholdIsCrossed() throws Exception {
        String keys = "design = \"refine\"\noutput = \"y\"\nthreshold = 2.3\nwidth = 1\nlevels = 2";
        Path study = ofClass(Failing.class, "y", keys, "x = { low = 1, high = 5, whole = true }");
        assertThat(torosim("study", study.toString(), "--out", results("r"))).isEqualTo(1);
        assertThat(out.lines().filter(l -> l.startsWith("  x=")).map(l -> l.strip()
                        .split(" ")[0]))
                .as("ends and whole middles until the neighbours of 2.3 are 1 apart")
                .containsExactly("x=1", "x=2", "x=3", "x=5");
        study = ofClass(Failing.class, "y", keys, "x = { low = 1, high = 6 }");
        assertThat(torosim("study", study.toString(), "--out", results("s"))).isZero();
        assertThat(out).contains("  crosses 2.30000 between x=2.25 and x=2.875\n");
    }

    @Test
    void conclusion_hasAProbabilityOverDrawsOnly_andOneWithoutAFigureSaysSo() throws Exception {
        String factors = "x = %s\n[[study.conclusion]]\nname = \"small\"\noutput = \"y\"\nhigh = 4";
        Path grid = ofClass(Failing.class, "y", "", factors.formatted("[1, 2, 5]"));
        assertThat(torosim("study", grid.toString(), "--out", results("g"))).isZero();
        assertThat(out)
                .contains("small, at most 4.00000: holds at 2 of 3 points\n")
                .doesNotContain("probability");
        Path draws = ofClass(
                Failing.class, "y", "design = \"random\"\npoints = 10", factors.formatted("{ low = 1, high = 2 }"));
        assertThat(torosim("study", draws.toString(), "--out", results("d"))).isZero();
        assertThat(out).contains("small, at most 4.00000: holds with probability 1.0000 [0.6915, 1.0000]\n");
        Path none = ofClass(Failing.class, "y", "", factors.formatted("[7, 8]"));
        assertThat(torosim("study", none.toString(), "--out", results("n"))).isEqualTo(1);
        assertThat(out).contains("small, at most 4.00000: no run has a figure of y\n");
    }

    @Test
    void confidence_isThatOfTheStudy() throws Exception {
        Path study = ofClass(Noise.class, "y", "replications = 5\nconfidence = 0.5", "noise = [1]");
        torosim("study", study.toString(), "--out", results("a"));
        String half = out;
        study = ofClass(Noise.class, "y", "replications = 5\nconfidence = 0.99", "noise = [1]");
        torosim("study", study.toString(), "--out", results("b"));
        assertThat(half).startsWith("intervals of 50 %\n");
        assertThat(out).startsWith("intervals of 99 %\n");
        double ratio = halfWidth(out) / halfWidth(half);
        assertThat(ratio).as("Student's t of 4 degrees: 4.604 to 0.741").isBetween(6.1, 6.3);
    }

    private static double halfWidth(String table) {
        java.util.regex.Matcher width =
                java.util.regex.Pattern.compile("\\+- ([0-9.e+-]+) ").matcher(table);
        assertThat(width.find()).as(table).isTrue();
        return Double.parseDouble(width.group(1));
    }

    @Test
    void wrongFilesAndMasters_areOneLineEach() throws Exception {
        String head = "[study]\nexperiment = \"boot\"\noutputs = [\"qemu-lite.qemu-start-first-thread\"]\n";
        String factors = "[study.factors]\n\"boot.ram-mib\" = [256, 512]\n";
        Path precision = file(head + "replications = 2\nprecision = 0.01\n" + factors);
        assertThat(torosim("study", precision.toString())).isEqualTo(2);
        assertThat(err).contains(":1: study.max-replications: is missing; a precision needs one");
        Path shape = file(head + "[study.factors]\n\"boot.ram-mib\" = { distribution = \"triangle\", a = 1 }\n");
        assertThat(torosim("study", shape.toString())).isEqualTo(2);
        assertThat(err).contains("distribution: must be one of ", "triangular", "value=triangle");
        Path good = file(head + factors);
        assertThat(torosim("study", good.toString(), "--master", "foo", "--out", results("foo")))
                .isEqualTo(2);
        assertThat(err).contains("--master must be local, local[N]").contains("master=foo");
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
                "nothing = 1 | study.toml:4: study.nothing: no such key of a study",
                "design = \"cube\" | study.toml:4: study.design: must be one of grid",
                "levels = 0 | study.toml:4: study.levels: must be a whole number in [1, 1000000], value=0",
                "time = 10 | study.toml:4: study.time: must be a duration such as \"30 s\" or \"200 ms\", value=10",
                "longest-run = 0 | study.toml:4: study.longest-run: must be a duration such as \"30 s\" or \"200 ms\", value=0",
                "precision = -1 | study.toml:4: study.precision: must be a share of the mean in (0, 1), such as 0.02 for 2 %, value=-1.0",
                "class = \"java.lang.String\" | study.toml:4: study: must name an experiment or a class, one of them"
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
        assertThat(err)
                .contains(":2: study.experiment: no such experiment; there are ", "value=cpu")
                .hasLineCount(1);
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
        assertThat(err)
                .contains("--seconds must be in [1, 3162240000], seconds=0")
                .hasLineCount(1);
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
        assertThat(out).contains("; ended early after ").contains(" of 40 runs, go on with: torosim study busy-work ");
        assertThat(torosim("study", "busy-work", "--runs", "40", "--seconds", "600", "--out", results("a")))
                .isZero();
        assertThat(out.replace(results("a"), "")).isEqualTo(whole.replace(results("whole"), ""));
    }

    @Test
    void row_saysExactOrHowManySeeds() throws Exception {
        torosim(
                "study",
                file(BOOT.formatted("qemu-lite.qemu-start-first-thread", "")).toString(),
                "--out",
                results("n"));
        assertThat(out).contains("(exact)").doesNotContain("replications");
        torosim(
                "study",
                ofClass(Noise.class, "y", "replications = 2", "noise = [1]").toString(),
                "--out",
                results("o"));
        assertThat(out).contains("(2 replications)");
        torosim("study", ofClass(Noise.class, "y", "", "noise = [1]").toString(), "--out", results("p"));
        assertThat(out).contains("(one seed)");
    }

    @Test
    void serializedStudies_areWhatTheyWere() throws Exception {
        for (io.torosim.sweep.Study study : java.util.List.of(
                io.torosim.sweep.model.BuiltInStudies.sensitivity(10, 1),
                io.torosim.sweep.model.BuiltInStudies.shortGuest(10, 1),
                io.torosim.sweep.model.BuiltInStudies.busyWork(10, 1, 42))) {
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
