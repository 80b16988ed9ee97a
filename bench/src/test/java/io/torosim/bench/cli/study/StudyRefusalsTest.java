package io.torosim.bench.cli.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.cli.Torosim;
import io.torosim.sweep.Study.CellModel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What can be known to be wrong with a study is said before its first run, in one line; nothing is written. */
class StudyRefusalsTest {
    /** A model of two figures. */
    public static final class TwoFigures implements CellModel {
        private static final long serialVersionUID = 1;

        public TwoFigures() {}

        @Override
        public double[] run(Cell cell) {
            return new double[] {cell.value("ms"), 1};
        }
    }

    @TempDir
    Path directory;

    private String err = "";

    private int torosim(String... args) {
        CommandLine line = Torosim.commandLine();
        StringWriter stderr = new StringWriter();
        line.setOut(new PrintWriter(new StringWriter()));
        line.setErr(new PrintWriter(stderr));
        int status = line.execute(args);
        err = stderr.toString();
        return status;
    }

    /** A file, with {@code ~} for the end of a line, and a part of the message. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-tread\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :3: study.outputs: boot has no such figure; there are qemu-lite.qemu-start-first-thread, ",
                "[study]~experiment = \"boot\"~outputs = [~\"qemu-lite.qemu-start-first-thread\",~\"nope\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :5: study.outputs: boot has no such figure",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = [256, -5]~ | :5: study.factors.boot.ram-mib: must be in [16, 1048576], value=-5",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { low = 256, high = 99999999, whole = true }~ | :5: study.factors.boot.ram-mib: must be in [16, 1048576], value=99999999",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~design = \"latin-hypercube\"~points = 5~[study.factors]~\"boot.ram-mib\" = { low = 256, high = 999 }~ | (a range takes whole = true)",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~boot.ram-mib = [256, 512]~\"boot.ram-mib\" = [1024]~ | :6: study.factors.boot.ram-mib: the factor stands there twice, in line 5 too",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~\"boot.ram-mib\" = [1024]~ | :6: not TOML: \"boot.ram-mib\" previously defined at line 5",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~ | :4: study.factors: must be a table with one factor at least",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~design = \"sobol\"~ | study.factors: there is none: a Sobol design takes one at least",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~design = \"saltelli\"~ | study.factors: there is none: a Saltelli design takes one at least",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~replications = 2~precision = 0.01~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :1: study.max-replications: is missing; a precision needs one, since it may never be reached",
                "[study]~experiment = \"cpu-usage\"~outputs = [\"x\"]~replications = 1~precision = 0.01~max-replications = 10~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | study.replications: must be at least 2 where there is a precision",
                "[study]~experiment = \"cpu-usage\"~outputs = [\"x\"]~replications = 2~precision = 2~max-replications = 10~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :5: study.precision: must be a share of the mean in (0, 1), such as 0.02 for 2 %, value=2",
                "[study]~experiment = \"cpu-usage\"~outputs = [\"x\"]~replications = 20~precision = 0.2~max-replications = 10~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :6: study.max-replications: must be above replications, 20, else nothing is ever repeated for the precision, value=10",
                "[study]~experiment = \"cpu-usage\"~outputs = [\"x\"]~replications = 2~max-replications = 10~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :5: study.max-replications: does nothing without precision, value=10",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~confidence = 95~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :4: study.confidence: must be in (0, 1), such as 0.95 for 95 %, value=95",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~replications = 3~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :4: study.replications: boot is exact",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~design = \"refine\"~output = \"qemu-lite.qemu-start-first-thread\"~[study.factors]~\"boot.ram-mib\" = { low = 256, high = 512, whole = true }~ | :1: study.threshold: is missing",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~design = \"refine\"~output = \"qemu-lite.qemu-start-first-thread\"~threshold = 113~[study.factors]~\"boot.ram-mib\" = { low = 256, high = 512, whole = true }~ | :1: study.width: is missing",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~design = \"refine\"~output = \"qemu-lite.qemu-start-first-thread\"~threshold = 113~width = 0~[study.factors]~\"boot.ram-mib\" = { low = 256, high = 512, whole = true }~ | :7: study.width: must be above 0",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~design = \"refine\"~output = \"qemu-lite.qemu-start-first-thread\"~threshold = 113~width = 1000~[study.factors]~\"boot.ram-mib\" = { low = 256, high = 512, whole = true }~ | :7: study.width: must be below the length of the first factor's range, 256, value=1000",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~design = \"refine\"~output = \"qemu-lite.qemu-start-first-thread\"~threshold = 113~width = 4~levels = 1~[study.factors]~\"boot.ram-mib\" = { low = 256, high = 512, whole = true }~ | :8: study.levels: must be at least 2",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~design = \"refine\"~output = \"qemu-lite.qemu-start-first-thread\"~threshold = 113~width = 4~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :9: study.factors.boot.ram-mib: refinement goes along the first factor, which must be a range",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~design = \"refine\"~output = \"nope\"~threshold = 1~width = 4~[study.factors]~\"boot.ram-mib\" = { low = 256, high = 512, whole = true }~ | :5: study.output: must be one of the outputs; there are qemu-lite.qemu-start-first-thread, value=nope",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { distribution = \"normal\", a = 500, b = -1 }~ | :5: study.factors.boot.ram-mib: normal: b, the deviation, must be above 0, a=500, b=-1",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { distribution = \"normal\", a = 500 }~ | :5: study.factors.boot.ram-mib.b: is missing",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { distribution = \"triangular\", a = 5, b = 1, c = 9 }~ | :5: study.factors.boot.ram-mib: triangular: must rise from a over b to c, a=5, b=1, c=9",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { distribution = \"exponential\", a = 5, b = 1 }~ | :5: study.factors.boot.ram-mib.b: exponential has no such parameter, value=1",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { distribution = \"exponential\", a = 5, low = 1 }~ | :5: study.factors.boot.ram-mib.low: no such key of a distribution",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { low = 256 }~ | :5: study.factors.boot.ram-mib.high: is missing",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { low = 512, high = 256 }~ | low must be below high, both finite: low=512, high=256",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { low = 512, high = inf }~ | boot.ram-mib.high: must be a finite number, value=Infinity",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { low = 0, high = 256, scale = \"log\" }~ | low must be positive",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { low = 16, high = 256, scale = 3 }~ | boot.ram-mib.scale: must be a string, value=3",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { low = 16, high = 256, whole = \"yes\" }~ | boot.ram-mib.whole: must be true or false, value=yes",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = { low = 16, hi = 256 }~ | boot.ram-mib.hi: no such key of a factor; there are high, ",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = 256~ | :5: study.factors.boot.ram-mib: must be a list, a range or a distribution, value=256",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = [[256]]~ | must be a list of numbers or strings, value=[256]",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = [256, 256]~ | takes one value at least and none twice, value=[256, 256]",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mb\" = [256]~ | :5: study.factors.boot.ram-mb: no such key of a specification; nearest are boot.ram-mib, ",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"load.concurrency\" = [2]~ | :5: study.factors.load.concurrency: the experiment boot does not heed it; leave it out, value=2",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~[boot]~vcpuss = 2~ | :7: boot.vcpuss: no such key of a specification; nearest are boot.vcpus, ",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~[boot]~vcpus = 20~ | :7: boot.vcpus: must be in [1, 8], value=20",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~[boot]~ram-mib = 300~ | :5: study.factors.boot.ram-mib: stands among the factors and in the specification",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~[boot]~vcpus = [1, 2]~ | :7: boot.vcpus: a list is no value of a specification",
                "[study]~experiment = \"bot\"~outputs = [\"x\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :2: study.experiment: no such experiment; there are boot, ",
                "[study]~outputs = [\"x\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :1: study: must name an experiment or a class",
                "[study]~experiment = \"boot\"~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :1: study.outputs: must be a list of strings",
                "[study]~experiment = \"boot\"~outputs = []~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :3: study.outputs: must name one at least",
                "[study]~experiment = \"boot\"~outputs = [\"a\", \"a\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :3: study.outputs: names one twice, value=a",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~replication = 2~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :4: study.replication: no such key of a study; nearest are replications, ",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~points = 5~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :4: study.points: does nothing in the design grid, value=5",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~design = \"sobol\"~levels = 5~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :5: study.levels: does nothing in the design sobol, value=5",
                "study: x~ | :1: not TOML: ",
                "x = 1~ | study.toml: has no table [study]",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~[[study.conclusion]]~output = \"qemu-lite.qemu-start-first-thread\"~hi = 3~ | :8: study.conclusion.hi: no such key of a conclusion; there are high, ",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~[[study.conclusion]]~output = \"qemu-lite.qemu-start-first-thread\"~ | :6: study.conclusion.low: is missing, and high too",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~[study.factors]~\"boot.ram-mib\" = [256, 512]~[[study.conclusion]]~output = \"qemu-lite.qemu-start-first-thread\"~low = 4~high = 3~ | :8: study.conclusion.low: must be at most high",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~conclusion = [1]~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :4: study.conclusion: must be tables, [[study.conclusion]], value=1",
                "[study]~experiment = \"boot\"~outputs = [\"qemu-lite.qemu-start-first-thread\"]~budget = 1~[study.factors]~\"boot.ram-mib\" = [256, 512]~ | :4: study.budget: must be at least the 2 runs that the design takes, value=1",
                "[study]~outputs = [\"cpu.exakt\"]~[guest]~kind = \"toro\"~[load]~duration = \"2 s\"~ | :2: study.outputs: no such figure of a guest; nearest are cpu.exact, ",
                "[study]~outputs = [\"latency.p99.9\"]~[guest]~kind = \"toro\"~[load]~duration = \"2 s\"~ | :2: study.outputs: of percentiles a file knows latency.p50 and latency.p99",
                "[study]~outputs = [\"awake.vcpu7\"]~[guest]~kind = \"toro\"~[load]~duration = \"2 s\"~ | :2: study.outputs: the guest has 2 vCPUs at most",
                "[study]~outputs = [\"cpu.exact\"]~[guest]~kind = \"turo\"~[load]~duration = \"2 s\"~ | :4: guest.kind: must be one of toro, poller, linux, value=turo",
                "[study]~outputs = [\"cpu.exact\"]~[guest]~kind = \"toro\"~[load]~duration = \"2 s\"~[study.factors]~load.burst = [\"10 s\", \"90 s\"]~load.period = [\"20 s\", \"100 s\"]~ | :7: study.factors: point 2 (load.burst = 90 s, load.period = 20 s): load.burst must be at most load.period",
                "[study]~outputs = [\"cpu.exact\"]~[guest]~kind = \"toro\"~[load]~duration = \"2 s\"~[study.factors]~guest.window = [\"1 ms\", \"200 msec\"]~ | :8: study.factors.guest.window: must be a duration such as \"30 s\" or \"200 ms\", value=200 msec",
                "[study]~class = \"io.torosim.bench.cli.study.StudyRefusalsTest$TwoFigures\"~outputs = [\"x\"]~[study.factors]~ms = [6]~ | :3: study.outputs: must be as many as the figures that the model gives, figures=2 at cell 0 of the model class io.torosim.bench.cli.study.StudyRefusalsTest$TwoFigures, value=[x]",
                "[study]~class = \"io.torosim.sweep.model.ShortGest\"~outputs = [\"x\"]~[study.factors]~ms = [6]~ | :2: study.class: no such class of ToroSim; of your own it is CLASS@PATH, value=io.torosim.sweep.model.ShortGest",
                "[study]~class = \"java.util.List\"~outputs = [\"x\"]~[study.factors]~ms = [6]~ | :2: study.class: must be public, not abstract, with a public constructor without parameters, value=java.util.List",
                "[study]~class = \"java.lang.Object\"~outputs = [\"x\"]~[study.factors]~ms = [6]~ | :2: study.class: must implement io.torosim.sweep.Study.CellModel, value=java.lang.Object",
                "[study]~outputs = [\"cpu.exact\"]~levels = 1000~[guest]~kind = \"toro\"~[load]~duration = \"2 s\"~[study.factors]~load.rate = { low = 1, high = 20000 }~\"costs.a\" = { low = 1, high = 9999 }~\"costs.b\" = { low = 1, high = 9999 }~ | :3: study.levels: a grid of more than 10000000 points",
            })
    void wrongFile_isOneLine(String text, String message) throws Exception {
        Path file = Files.writeString(directory.resolve("study.toml"), text.replace('~', '\n'));
        Path out = directory.resolve("out");
        assertThat(torosim("study", file.toString(), "--out", out.toString()))
                .as(err)
                .isEqualTo(2);
        assertThat(err).contains(message).startsWith("torosim: " + file).hasLineCount(1);
        assertThat(directory.resolve("out/cells.csv")).doesNotExist();
    }

    @Test
    void classOfTheUsers_isFoundBesideTheFile() throws Exception {
        compiled("classes", "2 * cell.value(\"x\")");
        String text = "[study]\nclass = \"Twice@%s\"\noutputs = [\"y\"]\n[study.factors]\nx = [1, 2]\n";
        Path file = Files.writeString(directory.resolve("study.toml"), text.formatted("classes"));
        Path out = directory.resolve("out");
        assertThat(torosim("study", file.toString(), "--out", out.toString()))
                .as(err)
                .isZero();
        assertThat(Files.readString(out.resolve("cells.csv"))).contains(",2,4,");
        assertThat(torosim(
                        "study", Files.writeString(file, text.formatted("none")).toString()))
                .isEqualTo(2);
        assertThat(err)
                .startsWith("torosim: " + file + ":2: study.class: no such directory or jar, value="
                        + directory.resolve("none"))
                .hasLineCount(1);

        assertThat(torosim(
                        "study",
                        Files.writeString(file, text.formatted("classes").replace("Twice", "Thrice"))
                                .toString()))
                .isEqualTo(2);
        assertThat(err).isEqualTo("torosim: " + file + ":2: study.class: no such class there, value=Thrice@classes\n");

        byte[] later = Files.readAllBytes(directory.resolve("classes/Twice.class"));
        later[7] = 120; // its version
        Files.createDirectories(directory.resolve("later"));
        Files.write(directory.resolve("later/Twice.class"), later);
        assertThat(torosim(
                        "study",
                        Files.writeString(file, text.formatted("later")).toString()))
                .isEqualTo(2);
        assertThat(err)
                .isEqualTo("torosim: " + file + ":2: study.class: is compiled for a later Java than "
                        + Runtime.version().feature() + ", which runs here, value=Twice@later\n");
    }

    @Test
    void anotherContentOfAJarOrDirectory_isAnotherModel_packedAgainItIsTheSame() throws Exception {
        String text = "[study]\nclass = \"Twice@%s\"\noutputs = [\"y\"]\n[study.factors]\nx = [1, 2]\n";
        for (String place : new String[] {"classes", "my.jar"}) {
            Path file = Files.writeString(directory.resolve(place + ".toml"), text.formatted(place));
            String out = directory.resolve("of-" + place).toString();
            compiled("classes", "2 * cell.value(\"x\")");
            jar(1_000_000_000_000L, java.util.zip.Deflater.NO_COMPRESSION);
            assertThat(torosim("study", file.toString(), "--out", out)).as(err).isZero();
            jar(1_500_000_000_000L, java.util.zip.Deflater.BEST_COMPRESSION);
            assertThat(torosim("study", file.toString(), "--out", out, "--resume"))
                    .as(err)
                    .isZero();
            compiled("classes", "3 * cell.value(\"x\")");
            jar(1_000_000_000_000L, java.util.zip.Deflater.NO_COMPRESSION);
            assertThat(torosim("study", file.toString(), "--out", out, "--resume"))
                    .isEqualTo(2);
            assertThat(err)
                    .startsWith(
                            "torosim: " + out + "/cells.jsonl: these are the results of another study, or of another"
                                    + " version of this one or of its model")
                    .hasLineCount(1);
        }
    }

    private void jar(long millis, int level) throws Exception {
        try (java.util.zip.ZipOutputStream zip =
                new java.util.zip.ZipOutputStream(Files.newOutputStream(directory.resolve("my.jar")))) {
            zip.setLevel(level);
            java.util.zip.ZipEntry entry = new java.util.zip.ZipEntry("Twice.class");
            entry.setTime(millis);
            zip.putNextEntry(entry);
            Files.copy(directory.resolve("classes/Twice.class"), zip);
        }
    }

    private void compiled(String classes, String value) throws Exception {
        Path source = Files.writeString(
                directory.resolve("Twice.java"),
                """
                public final class Twice implements io.torosim.sweep.Study.CellModel {
                    public double[] run(io.torosim.sweep.Study.CellModel.Cell cell) {
                        return new double[] {%s};
                    }
                }
                """
                        .formatted(value));
        int compiled = javax.tools.ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        directory.resolve(classes).toString(),
                        source.toString());
        assertThat(compiled).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "busy-work --runs 0 | --runs must be in [1, 10000000], runs=0",
                "sensitivity --runs -5 | --runs must be in [1, 10000000], runs=-5",
                "busy-work --draws 0 | --draws must be at least 1, draws=0",
                "short-guest --draws 5 | --draws goes with busy-work only, draws=5",
                "busy-work --workers 0 | --workers must be in [1, 1024], workers=0",
                "busy-work --workers 100000 | --workers must be in [1, 1024], workers=100000",
                "busy-work --seconds 9223372036854775807 | --seconds must be in [1, 3162240000], seconds=9223372036854775807",
                "busy-work --cell 1 --resume | --cell makes one run here and writes no results: leave out --resume",
                "busy-work --cell 4000 | the design has runs 0 to 3999, cell=4000",
                "x.toml --runs 5 | --runs and --seed go with built-in studies",
                "sensitvity | no such file and no built-in study (sensitivity, short-guest, busy-work), file='sensitvity'",
                "x.toml | x.toml: no such file",
                "busy-work --master local[x] | --master must be local, local[N]",
                "busy-work --master spark://127.0.0.1:1 | --master: no master answers (Connection refused), master=spark://127.0.0.1:1",
                "busy-work --master spark://host | --master must be spark://HOST:PORT, master=spark://host",
                "busy-work --master local --workers 2 | --workers does nothing with --master; leave it out",
                "busy-work --out none --resume | none: no such directory; there is nothing to go on with, leave --resume out"
            })
    void wrongCall_isOneLine(String call, String message) {
        assertThat(torosim(("study " + call).split(" "))).isEqualTo(2);
        assertThat(err).contains(message).startsWith("torosim: ").hasLineCount(1);
    }

    @Test
    void placesForResults_areSaidByName() throws Exception {
        assertThat(torosim("study", "busy-work", "--out", "")).isEqualTo(2);
        assertThat(err).contains("--out must name a directory, out=''").hasLineCount(1);
        assertThat(torosim("study", "")).isEqualTo(2);
        assertThat(err).contains("no such file and no built-in study").hasLineCount(1);
        assertThat(torosim("study", directory.toString())).isEqualTo(2);
        assertThat(err)
                .contains(directory + ": is a directory, not a study's file")
                .hasLineCount(1);
        assertThat(torosim("study", "busy-work", "--resume", "--out", directory.toString()))
                .isEqualTo(2);
        assertThat(err)
                .startsWith("torosim: " + directory + ": holds no study (there is no cells.jsonl)")
                .hasLineCount(1);
        Path file = Files.writeString(directory.resolve("f"), "x");
        assertThat(torosim("study", "busy-work", "--out", file.toString())).isEqualTo(2);
        assertThat(err)
                .startsWith("torosim: " + file + ": is a file; results go into a directory")
                .hasLineCount(1);
    }
}
