package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyRunTest {
    @BeforeAll
    static void waitsNotLong() {
        System.setProperty("torosim.sweep.grace", "1");
    }

    @AfterAll
    static void waitsAsUsual() {
        System.clearProperty("torosim.sweep.grace");
    }

    @TempDir
    Path directory;

    private StudyResults run(Study study, String where, int workers, boolean resume) throws Exception {
        return new StudyRun(study, new ThreadExecutor(workers))
                .into(directory.resolve(where), resume)
                .run();
    }

    private List<String> sorted(String where) throws IOException {
        return Files.readAllLines(directory.resolve(where).resolve("cells.jsonl")).stream()
                .sorted()
                .toList();
    }

    @Test
    void anyNumberOfWorkers_givesTheSameSortedFileAndDigest() throws Exception {
        Study study = Models.trivial(5000).build();
        StudyResults one = run(study, "one", 1, false);
        StudyResults seven = run(study, "seven", 7, false);
        assertThat(seven.digest()).isEqualTo(one.digest()).hasSize(16);
        assertThat(sorted("seven")).isEqualTo(sorted("one")).hasSize(5001);
        assertThat(Files.readAllBytes(directory.resolve("seven/cells.csv")))
                .isEqualTo(Files.readAllBytes(directory.resolve("one/cells.csv")));
        assertThat(one.failedCount()).isEqualTo(5);
        assertThat(one.isComplete()).isTrue();
    }

    @Test
    void failedRun_isARowWithItsExceptionAndALineToReplayIt() throws Exception {
        StudyResults results = run(Models.trivial(1000).build(), "f", 2, false);
        assertThat(results.errors())
                .containsExactly(java.util.Map.entry(999L, "java.lang.IllegalStateException: cell 999, \"as asked\""));
        assertThat(results.figure(999, "number")).isNaN();
        assertThat(results.figure(998, "number")).isEqualTo(998);
        assertThat(sorted("f").stream().filter(l -> l.contains("\"error\"")).toList())
                .singleElement()
                .asString()
                .contains("\\\"as asked\\\"", "\"replay\":\"--cell 999\"");
        assertThat(Files.readString(directory.resolve("f/cells.csv")))
                .startsWith("cell,point,replication,seed,a,word,number,draw,error\n")
                .contains("\"java.lang.IllegalStateException: cell 999, \"\"as asked\"\"\"\n", ",\"a,b\",");
    }

    @Test
    void stoppedStudy_resumed_isEqualToOneThatNeverStopped() throws Exception {
        Study study = Models.trivial(3000).build();
        String whole = run(study, "whole", 2, false).digest();
        AtomicInteger asked = new AtomicInteger();
        StudyResults part = new StudyRun(study, new ThreadExecutor(2))
                .into(directory.resolve("part"), false)
                .stopWhen(() -> asked.incrementAndGet() > 700)
                .run();
        assertThat(part.isComplete()).isFalse();
        assertThat(part.doneCount()).isBetween(600, 800);
        assertThatThrownBy(() -> run(study, "part", 2, false)).hasMessageContaining("--resume");
        StudyResults rest = run(study, "part", 3, true);
        assertThat(rest.digest()).isEqualTo(whole);
        assertThat(sorted("part")).isEqualTo(sorted("whole"));
        assertThatThrownBy(() -> run(Models.trivial(3000).seed(7).build(), "part", 2, true))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("another study");
    }

    @Test
    void studyOutOfTime_keepsWhatIsOver_andGoesOnWithTheRest() throws Exception {
        Study study = Models.trivial(500).build();
        AtomicInteger runs = new AtomicInteger();
        Study counted = new Study(
                study.name(),
                cell -> {
                    runs.incrementAndGet();
                    return study.model().run(cell);
                },
                study.modelName(),
                study.outputs(),
                study.factors(),
                study.design(),
                study.stopping(),
                study.seed(),
                study.commonSeeds());
        StudyResults part = new StudyRun(counted, new ThreadExecutor(1))
                .into(directory.resolve("time"), false)
                .atMost(java.time.Duration.ofSeconds(3), () -> 20_000_000L * runs.get())
                .run();
        assertThat(part.ending()).isEqualTo(Ending.TIME);
        assertThat(part.doneCount()).as("20 ms each").isEqualTo(150);
        assertThat(part.left()).isEmpty();
        assertThat(run(study, "time", 2, true).digest())
                .isEqualTo(run(study, "no-limit", 2, false).digest());
        assertThatThrownBy(() -> new StudyRun(study, new ThreadExecutor(1)).atMost(java.time.Duration.ZERO, () -> 0))
                .hasMessageContaining("time=PT0S");
    }

    private static Study.Builder wave(Stopping rule) {
        return Study.of(
                        "wave",
                        cell -> {
                            if (cell.number() % 7 == 3) {
                                throw new IllegalStateException("no " + cell.number());
                            }
                            return new double[] {
                                cell.value("x")
                                        + new io.torosim.core.random.RandomStreams(cell.seed())
                                                .stream("x").nextDouble()
                            };
                        },
                        "y")
                .factors(Factor.range("x", 0, 10))
                .stopping(rule);
    }

    @Test
    void everyRun_isMadeAgainAlone_alsoThoseThatFollowedFromResults() throws Exception {
        Study precise =
                wave(new Stopping(2, 40, 0.05, 0.95)).design(new Design.Grid(3)).build();
        Study refined = wave(Stopping.after(2))
                .design(new Design.Refine("y", 6, 3, 0.01))
                .build();
        for (Study study : List.of(precise, refined)) {
            run(study, study.design().getClass().getSimpleName(), 2, false);
            Path where = directory.resolve(study.design().getClass().getSimpleName());
            List<String> lines = Files.readAllLines(where.resolve("cells.jsonl"));
            assertThat(StudyRun.designRuns(study)).isEqualTo(6);
            assertThat(lines).hasSizeGreaterThan(15);
            for (String line : lines.subList(1, lines.size())) {
                assertThat(StudyRun.line(study, CellLine.cell(line), where)).isEqualTo(line);
            }
            assertThatThrownBy(() -> StudyRun.line(study, 9999, where))
                    .hasMessage(
                            "study: the design and its results have runs 0 to " + (lines.size() - 2) + ", cell=9999");
            assertThatThrownBy(() -> StudyRun.line(study, 6, directory.resolve("none")))
                    .hasMessage("study: the design has runs 0 to 5; later ones follow from results: say where they"
                            + " are (--out), cell=6");
        }
    }

    @Test
    void resultsInMemory_haveTheDigestOfTheFile() throws Exception {
        List<Study> studies = List.of(
                Models.trivial(2500).build(),
                wave(new Stopping(2, 40, 0.05, 0.95)).build(),
                wave(Stopping.after(2))
                        .design(new Design.Refine("y", 6, 3, 0.01))
                        .build(),
                Study.of(
                                "odd",
                                cell -> {
                                    if (cell.point() % 2 == 1) {
                                        throw new IllegalStateException("1500 of these, this is " + cell.number());
                                    }
                                    return new double[] {Double.NaN, -0.0, Double.NEGATIVE_INFINITY, Double.MIN_VALUE};
                                },
                                "a",
                                "b",
                                "c",
                                "d")
                        .factors(Factor.range("x", 0, 1))
                        .design(new Design.RandomDraws(3000))
                        .build());
        for (int i = 0; i < studies.size(); i++) {
            assertThat(StudyRun.inMemory(studies.get(i)).digest())
                    .hasSize(16)
                    .isEqualTo(run(studies.get(i), "file-" + i, 3, false).digest());
        }
    }

    @Test
    void runThatNeverEnds_isLeftWhenTheTimeIsOver_andNamed_theRestIsKept() throws Exception {
        java.util.concurrent.CountDownLatch hung = new java.util.concurrent.CountDownLatch(2);
        java.util.concurrent.atomic.AtomicBoolean isToEnd = new java.util.concurrent.atomic.AtomicBoolean();
        CellModel model = cell -> {
            if (cell.value("x") == 2) {
                hung.countDown();
                while (!isToEnd.get()) { // an interruption does not end it
                    Thread.onSpinWait();
                }
            } else if (cell.value("x") == 4) {
                hung.countDown();
                Thread.sleep(1_000_000); // one does
            } else if (cell.value("x") == 5) {
                Thread.currentThread().interrupt(); // harms nobody's file
            }
            return new double[] {cell.value("x")};
        };
        Study study = Study.of("hanging", model, "y")
                .factors(Factor.list("x", List.of("0", "1", "2", "3", "4", "5", "6")))
                .build();
        Path where = directory.resolve("hang");
        StudyResults part = new StudyRun(study, new ThreadExecutor(3))
                .into(where, false)
                .atMost(java.time.Duration.ofNanos(1), () -> hung.getCount() == 0 && part(where) == 5 ? 1 : 0)
                .run();
        assertThat(part.ending()).isEqualTo(Ending.TIME);
        assertThat(part.left()).containsExactly(2L, 4L);
        assertThat(part.doneCount()).isEqualTo(5);
        assertThat(part.failedCount()).as("an interrupted run has not failed").isZero();
        assertThat(Files.readString(where.resolve("summary.json"))).contains("\"left\":[2,4]");
        isToEnd.set(true);
        Study ended = Study.of("hanging", cell -> new double[] {cell.value("x")}, "y")
                .factors(study.factors())
                .build();
        StudyResults whole = run(ended, "hang", 2, true);
        assertThat(whole.isComplete()).isTrue();
        assertThat(whole.digest()).isEqualTo(run(ended, "whole", 1, false).digest());
    }

    private static long part(Path where) {
        try (java.util.stream.Stream<String> lines = Files.lines(where.resolve("cells.jsonl"))) {
            return lines.count() - 1;
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void anotherSeed_andARunThatStandsThereTwice_areDamage() throws Exception {
        Study study = Models.trivial(50).build();
        run(study, "d", 1, false);
        Path file = directory.resolve("d/cells.jsonl");
        java.util.List<String> lines = Files.readAllLines(file);
        java.util.List<String> seed = new java.util.ArrayList<>(lines);
        seed.set(4, lines.get(4).replaceFirst("\"seed\":\".", "\"seed\":\"z"));
        Files.write(file, seed);
        assertThatThrownBy(() -> run(study, "d", 1, true))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("cells.jsonl:5: the line is damaged: its check sum is not that of the line")
                .hasMessageContaining("byte");
        java.util.List<String> twice = new java.util.ArrayList<>(lines);
        twice.add(lines.get(7));
        Files.write(file, twice);
        assertThatThrownBy(() -> run(study, "d", 1, true))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("stands there already, cell=");
        java.util.List<String> foreign = new java.util.ArrayList<>(lines);
        foreign.set(7, lines.get(7).replaceFirst("\"cell\":[0-9]+", "\"cell\":9999"));
        Files.write(file, foreign);
        assertThatThrownBy(() -> run(study, "d", 1, true))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("the line is damaged");
        Study larger = Models.trivial(60).build();
        run(larger, "larger", 1, false);
        foreign.set(
                7, Files.readAllLines(directory.resolve("larger/cells.jsonl")).get(56));
        Files.write(file, foreign);
        assertThatThrownBy(() -> run(study, "d", 1, true))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("none of this study, cell=55");
    }

    /** Whatever byte of a line of a run is another, nobody takes it for the figure of a run. */
    @Test
    void everyOtherByteOfALine_isDamage() throws Exception {
        Study study = Models.trivial(4).build();
        run(study, "b", 1, false);
        Path file = directory.resolve("b/cells.jsonl");
        byte[] whole = Files.readAllBytes(file);
        int begin = new String(whole, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
        for (int i = begin; i < whole.length - 1; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= (byte) (1 + i % 7);
            Files.write(file, damaged);
            assertThatThrownBy(() -> run(study, "b", 1, true))
                    .as("byte " + i)
                    .isInstanceOf(StudyException.class)
                    .hasMessageStartingWith(file + ":");
        }
    }

    /** A file of an earlier version has no check sums: what follows from the study is checked, and the file is gone on with as it is. */
    @Test
    void fileWithoutCheckSums_isGoneOnWith_butNotWithWhatCannotBe() throws Exception {
        Study study = Models.trivial(20).build();
        String digest = run(study, "old", 1, false).digest();
        Path file = directory.resolve("old/cells.jsonl");
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(CellLine.bare(line).replace("{\"torosim-study\":2,", "{\"torosim-study\":1,"));
        }
        Files.write(file, lines.subList(0, 15));
        assertThat(run(study, "old", 2, true).digest()).isEqualTo(digest);
        assertThat(sorted("old")).containsAll(lines.subList(0, 15));
        String figures = lines.get(3).replaceAll(".*\"figures\":", "");
        String number = figures.replaceAll("^.\"number\":([0-9]+).*", "$1");
        List<List<String>> damages = List.of(
                List.of(figures, "{}}", "not every output has a figure, figures=0"),
                List.of(figures, "null}", "not the line of a run"),
                List.of(figures, "{\"number\":1}}", "not every output has a figure, figures=1"),
                List.of("\"number\":" + number, "\"number\":\"abc\"", "figures.number: must be a finite number, null,"),
                List.of("\"number\":" + number, "\"number\":1e999", "figures.number: must be a finite number, null,"),
                List.of(
                        "\"number\":" + number,
                        "\"numbr\":1",
                        "not the outputs of the study in their order, output=numbr"),
                List.of("\"factors\":{\"a\":\"0", "\"factors\":{\"a\":\"1", "not the value of factor a at point 2, 0."),
                List.of("\"word\":", "\"wort\":", "not the factors of the study in their order, factor=wort"),
                List.of("\"seed\":\"", "\"seed\":\"z", "not the seed of replication 0 at point 2, seed=z"),
                List.of("}}", "}", "not the line of a run: Unexpected end-of-input"),
                List.of("}}", "}} x", "not the line of a run: "));
        for (List<String> damage : damages) {
            List<String> damaged = new ArrayList<>(lines);
            damaged.set(3, lines.get(3).replace(damage.get(0), damage.get(1)));
            assertThat(damaged.get(3)).isNotEqualTo(lines.get(3));
            Files.write(file, damaged);
            assertThatThrownBy(() -> run(study, "old", 1, true))
                    .isInstanceOf(StudyException.class)
                    .hasMessageStartingWith(file + ":4: " + damage.get(2))
                    .hasMessageNotContaining("Source")
                    .hasMessageEndingWith(" (the line begins at byte "
                            + (lines.get(0).length()
                                    + lines.get(1).length()
                                    + lines.get(2).length()
                                    + 3) + ")");
        }
        Files.writeString(file, String.join("\r\n", lines) + "\r\n");
        assertThatThrownBy(() -> run(study, "old", 1, true))
                .hasMessage(file + ":1: the line ends in CR LF, as after a transfer as text; make it LF again");
    }

    @Test
    void memoryThatIsNotThere_andFiguresThatAreNone_areOneLineThatNamesRunAndModel() throws Exception {
        Study none = Study.of("none", cell -> null, "y").build();
        assertThatThrownBy(() -> run(none, "none", 1, false))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("figures=null at cell 0 of the model none");
        Study hungry = Study.of(
                        "hungry",
                        cell -> {
                            throw new OutOfMemoryError("Java heap space");
                        },
                        "y")
                .build();
        String line = "run 0 of the model hungry: java.lang.OutOfMemoryError: Java heap space; give more memory"
                + " (TOROSIM_JAVA_OPTS=-Xmx...) or fewer --workers";
        assertThatThrownBy(() -> run(hungry, "hungry", 1, false))
                .isInstanceOf(StudyException.class)
                .hasMessage(line);
        assertThatThrownBy(() -> StudyRun.line(hungry, 0))
                .isInstanceOf(StudyException.class)
                .hasMessage(line);
        Study odd = Study.of(
                        "odd",
                        cell -> {
                            throw new java.util.ServiceConfigurationError("x\ny\r\nz");
                        },
                        "y")
                .build();
        StudyResults results = run(odd, "odd", 1, false);
        assertThat(results.errors().get(0L)).isEqualTo("java.util.ServiceConfigurationError: x\ny\r\nz");
        assertThat(Files.readAllLines(directory.resolve("odd/cells.csv")))
                .hasSize(2)
                .last()
                .asString()
                .endsWith(",java.util.ServiceConfigurationError: x y z");
    }

    @Test
    void tornLastLine_isCutOffAndRunAgain() throws Exception {
        Study study = Models.trivial(200).build();
        String whole = run(study, "t", 1, false).digest();
        Path file = directory.resolve("t/cells.jsonl");
        byte[] all = Files.readAllBytes(file);
        for (int cut : new int[] {1, 17, 120, all.length - 3, all.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(all, all.length - cut));
            assertThat(run(study, "t", 2, true).digest()).as("cut " + cut).isEqualTo(whole);
        }
        Files.write(file, java.util.Arrays.copyOf(all, all.length - 40));
        Files.writeString(file, "\n{\"cell\":1", java.nio.file.StandardOpenOption.APPEND);
        assertThatThrownBy(() -> run(study, "t", 2, true))
                .as("damaged in the middle: not silently dropped")
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("byte");
    }

    @Test
    void resumingWhatIsNotThere_isRefused_sayingWhich() throws Exception {
        Study study = Models.trivial(10).build();
        assertThatThrownBy(() -> run(study, "no", 1, true))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("no: no such directory; there is nothing to go on with");
        assertThat(directory.resolve("no")).doesNotExist();
        Files.createDirectory(directory.resolve("empty"));
        assertThatThrownBy(() -> run(study, "empty", 1, true))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("empty: holds no study (there is no cells.jsonl)");
        Files.writeString(directory.resolve("file"), "x");
        assertThatThrownBy(() -> run(study, "file", 1, false))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("file: is a file; results go into a directory");
    }

    @Test
    void fileWithoutARun_isBegunAnew_anythingElseIsLeftAlone() throws Exception {
        Study study = Models.trivial(10).build();
        Study wrong = Study.of("wrong", cell -> new double[2], "one").build();
        assertThatThrownBy(() -> run(wrong, "h", 1, false))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("must be as many as the figures that the model gives, figures=2 at cell 0");
        assertThat(Files.readAllLines(directory.resolve("h/cells.jsonl"))).hasSize(1);
        assertThat(run(study, "h", 1, false).digest())
                .isEqualTo(run(study, "i", 1, false).digest());
        assertThatThrownBy(() -> run(study, "h", 1, false)).hasMessageContaining("--resume");
        Path own = directory.resolve("own/cells.jsonl");
        for (String text :
                List.of("mine", "mine\n", "{\"torosim\n", "{\"torosim-study\":1,\"fingerprint\":\"x\"}\n{")) {
            Files.createDirectories(own.getParent());
            Files.writeString(own, text);
            assertThatThrownBy(() -> run(study, "own", 1, false)).as(text).hasMessageContaining("--resume");
            assertThat(own).hasContent(text);
        }
        for (String text : List.of("", "{\"tor", "{\"torosim-study\":1,\"fingerprint\":\"x\"}\n")) {
            Files.writeString(own, text);
            assertThat(run(study, "own", 1, false).isComplete()).as(text).isTrue();
            assertThat(sorted("own")).isEqualTo(sorted("h"));
        }
    }

    @Test
    void whatIsDone_isInTheFile_whileALongRunGoesOn() throws Exception {
        Path file = directory.resolve("long/cells.jsonl");
        Study study = Study.of(
                        "long",
                        cell -> {
                            for (int i = 0; cell.number() == 1 && i < 2000; i++) {
                                if (Files.readString(file).contains("{\"cell\":0,")) {
                                    return new double[] {1};
                                }
                                Thread.sleep(5);
                            }
                            return new double[] {0};
                        },
                        "seen")
                .factors(Factor.list("x", List.of("0", "1")))
                .build();
        assertThat(run(study, "long", 1, false).figure(1, "seen")).isEqualTo(1);
    }

    @Test
    void summary_saysHowItEnded_whatFailedAndWhatIsTooWide() throws Exception {
        Study study = Study.of(
                        "noise",
                        cell -> {
                            if (cell.replication() == 3) {
                                throw new IllegalStateException("replication 3 of point " + cell.point());
                            }
                            return new double[] {cell.point() == 0 ? 2 : cell.replication()};
                        },
                        "y")
                .factors(Factor.list("p", List.of("a", "b")))
                .stopping(new Stopping(2, 4, 0.1, 0.9))
                .build();
        StudyResults results = run(study, "s", 2, false);
        String wide = "{\"point\":0,\"output\":\"y\",\"mean\":2,\"halfWidth\":null,\"wanted\":0.2,\"replications\":3},"
                + "{\"point\":1,\"output\":\"y\",\"mean\":1,\"halfWidth\":"
                + Decimals.text(results.wide().get(1).halfWidth()) + ",\"wanted\":0.1,\"replications\":3}";
        assertThat(Files.readString(directory.resolve("s/summary.json")))
                .isEqualTo("{\"study\":\"study\",\"fingerprint\":\"" + study.fingerprint()
                        + "\",\"ending\":\"complete\",\"runs\":8,\"known\":8,\"failed\":2,\"digest\":\""
                        + results.digest()
                        + "\",\"confidence\":0.9,\"precision\":{\"wanted\":0.1,\"reached\":false,\"missed\":[" + wide
                        + "]},\"failures\":[{\"kind\":\"java.lang.IllegalStateException: replication # of point #\",\"count\":2,"
                        + "\"firstCell\":5,\"firstError\":\"java.lang.IllegalStateException: replication 3 of point 0\","
                        + "\"replay\":\"--cell 5\"}],\"points\":[{\"point\":0,\"factors\":{\"p\":\"a\"},\"outputs\":{\"y\":"
                        + "{\"basis\":\"replications\",\"replications\":3,\"mean\":2,\"halfWidth\":null,\"otherValueAtMost\":"
                        + Decimals.text(study.stopping().otherValueAtMost(3)) + "}}},{\"point\":1,\"factors\":"
                        + "{\"p\":\"b\"},\"outputs\":{\"y\":{\"basis\":\"replications\",\"replications\":3,\"mean\":1,\"halfWidth\":"
                        + Decimals.text(results.wide().get(1).halfWidth()) + "}}}]}\n");
    }

    @Test
    void budget_endsBeforeTheBatchThatExceedsIt_andSaysSo() throws Exception {
        Study study = Study.of("alternating", cell -> new double[] {cell.replication() % 2}, "y")
                .stopping(new Stopping(2, 100, 0.1, 0.95))
                .build();
        StudyResults part = new StudyRun(study, new ThreadExecutor(1))
                .into(directory.resolve("b"), false)
                .atMost(7)
                .run();
        assertThat(part.ending()).isEqualTo(Ending.BUDGET);
        assertThat(part.doneCount()).isEqualTo(6);
        assertThat(Files.readString(directory.resolve("b/summary.json"))).contains("\"ending\":\"budget\",\"runs\":6");
        StudyResults whole = run(study, "b", 1, true);
        assertThat(whole.doneCount()).isEqualTo(100);
        assertThat(whole.ending()).isEqualTo(Ending.COMPLETE);
        assertThatThrownBy(() ->
                        new StudyRun(study, new ThreadExecutor(1)).atMost(1).run())
                .hasMessage("budget: must be at least the 2 runs that the design takes, value=1");
    }

    @Test
    void processKilledInTheMiddle_resumed_givesTheSameFile() throws Exception {
        Study study = SlowStudy.study();
        StudyResults whole = run(study, "whole", 2, false);
        Path killed = directory.resolve("killed");
        Process process = process("killed", "new", "said");
        Path file = killed.resolve("cells.jsonl");
        while (process.isAlive() && (!Files.exists(file) || Files.size(file) < 2000)) {
            Thread.sleep(5);
        }
        process.destroyForcibly().waitFor();
        long lines = Files.readAllLines(file).size();
        assertThat(lines).as(Files.readString(directory.resolve("said"))).isBetween(10L, 600L);
        StudyResults resumed = run(study, "killed", 2, true);
        assertThat(resumed.digest()).isEqualTo(whole.digest());
        assertThat(sorted("killed")).isEqualTo(sorted("whole"));
    }

    private Process process(String where, String how, String said) throws Exception {
        String path = System.getProperty("jdk.module.path")
                + java.io.File.pathSeparator
                + System.getProperty("java.class.path")
                + java.io.File.pathSeparator
                + location(Study.class)
                + java.io.File.pathSeparator
                + location(SlowStudy.class);
        return new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        path,
                        SlowStudy.class.getName(),
                        directory.resolve(where).toString(),
                        how)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(said).toFile())
                .start();
    }

    private static String location(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    /** What locks the result file itself is lost as soon as the process closes another descriptor of it (fcntl(2)), as each look at the file does. */
    @Test
    void directoryOfAnotherProcess_isRefused_inOneLine_andThatProcessIsUnharmed() throws Exception {
        StudyResults whole = run(SlowStudy.study(), "whole", 2, false);
        Process first = process("shared", "new", "said-1");
        Path file = directory.resolve("shared/cells.jsonl");
        while (first.isAlive() && (!Files.exists(file) || Files.size(file) < 500)) {
            Thread.sleep(5);
        }
        assertThatThrownBy(() -> run(SlowStudy.study(), "shared", 2, true))
                .as(Files.readString(directory.resolve("said-1")))
                .isInstanceOf(StudyException.class)
                .hasMessage(directory.resolve("shared") + ": another run of the study is writing to it");
        Process second = process("shared", "resume", "said-2");
        assertThat(second.waitFor()).isEqualTo(2);
        assertThat(directory.resolve("said-2"))
                .hasContent(directory.resolve("shared") + ": another run of the study is writing to it");
        assertThat(first.isAlive()).as("it had most of its runs before it").isTrue();
        assertThat(first.waitFor()).isZero();
        assertThat(sorted("shared")).isEqualTo(sorted("whole"));
        assertThat(run(SlowStudy.study(), "shared", 1, true).digest())
                .as("the lock is free again")
                .isEqualTo(whole.digest());
    }

    @Test
    void twoRunsOfOneDirectory_areRefused() throws Exception {
        Study study = Study.of(
                        "nested",
                        cell -> {
                            new StudyRun(Models.trivial(10).build(), new ThreadExecutor(1))
                                    .into(Path.of(cell.text("where")), true)
                                    .run();
                            return new double[] {1};
                        },
                        "y")
                .factors(Factor.list("where", List.of(directory.resolve("n").toString())))
                .build();
        StudyResults results = run(study, "n", 1, false);
        assertThat(results.errors().get(0L)).contains("another run of the study is writing to it");
    }

    @Test
    void replications_shareTheirSeedsAcrossPoints_unlessAskedOtherwise() {
        Study common = Models.trivial(3).replications(4).build();
        Study own = new Study(
                common.name(),
                common.model(),
                common.modelName(),
                common.outputs(),
                common.factors(),
                common.design(),
                common.stopping(),
                common.seed(),
                true);
        assertThat(IntStream.range(0, 3).mapToObj(p -> own.seedOf(p, 2)).distinct())
                .hasSize(1);
        assertThat(IntStream.range(0, 3).mapToObj(p -> common.seedOf(p, 2)).distinct())
                .hasSize(3);
        assertThat(IntStream.range(0, 4).mapToObj(r -> own.seedOf(0, r)).distinct())
                .hasSize(4);
    }

    @Test
    void stoppingRule_asksForMoreWhereTheIntervalIsWide() {
        Study study = Study.of(
                        "noise",
                        cell -> new double[] {
                            100
                                    + cell.value("noise")
                                            * new io.torosim.core.random.RandomStreams(cell.seed())
                                                    .stream("x").nextNormal(0, 1)
                        },
                        "y")
                .factors(Factor.list("noise", List.of("0", "1", "10", "1000")))
                .stopping(new Stopping(5, 100, 0.02, 0.95))
                .build();
        StudyResults results = StudyRun.inMemory(study);
        List<Integer> made = new ArrayList<>();
        for (int point = 0; point < 4; point++) {
            made.add(results.values(point, "y").length);
        }
        assertThat(made.get(0)).as("all equal: 149 are needed").isEqualTo(100);
        assertThat(made.get(1)).isEqualTo(5);
        assertThat(made.get(2)).as("1.96 * 10 / sqrt(n) = 2").isBetween(40, 100);
        assertThat(made.get(3)).as("the limit").isEqualTo(100);
        assertThat(results.isComplete()).isTrue();
        assertThat(results.wide().stream().map(WideInterval::point)).containsExactly(0, 2, 3);
        for (WideInterval wide : results.wide().subList(1, 3)) {
            double deviation = wide.point() == 2 ? 10 : 1000;
            assertThat(wide.output()).isEqualTo("y");
            assertThat(wide.replications()).isEqualTo(100);
            assertThat(wide.mean()).isEqualTo(results.means("y")[wide.point()]);
            assertThat(wide.wanted()).isEqualTo(0.02 * Math.abs(wide.mean()));
            assertThat(wide.halfWidth())
                    .as("Student's t of 99 degrees")
                    .isBetween(1.984 * deviation / 10 * 0.8, 1.984 * deviation / 10 * 1.25)
                    .isGreaterThan(wide.wanted());
        }
    }

    @Test
    void refinement_closesInOnTheThreshold() {
        Study study = Study.of("step", cell -> new double[] {cell.value("x") < StrictMath.E ? 0 : 1}, "y")
                .factors(Factor.range("x", 0, 10), Factor.list("other", List.of("1", "2")))
                .design(new Design.Refine("y", 0.5, 5, 0.01))
                .build();
        StudyResults results = StudyRun.inMemory(study);
        for (double other : new double[] {1, 2}) {
            double below = results.points().stream()
                    .filter(p -> p.get(1) == other && p.get(0) < StrictMath.E)
                    .mapToDouble(p -> p.get(0))
                    .max()
                    .orElseThrow();
            double above = results.points().stream()
                    .filter(p -> p.get(1) == other && p.get(0) >= StrictMath.E)
                    .mapToDouble(p -> p.get(0))
                    .min()
                    .orElseThrow();
            assertThat(above - below).isLessThan(0.01);
        }
        assertThat(results.points()).hasSizeLessThan(32);
        Study whole = Study.of("step", cell -> new double[] {cell.value("x") < 301 ? 0 : 1}, "y")
                .factors(Factor.range("x", 16, 1024).wholeNumbers())
                .design(new Design.Refine("y", 0.5, 3, 0.5))
                .build();
        assertThat(StudyRun.inMemory(whole).points().stream().map(p -> p.get(0)))
                .allMatch(x -> x == StrictMath.rint(x))
                .contains(300.0, 301.0);
    }

    @Test
    void workStealing_givesEveryNumberOnce() throws Exception {
        ThreadExecutor.Stretches stretches = new ThreadExecutor.Stretches(100_000, 5);
        java.util.BitSet[] seen = new java.util.BitSet[5];
        List<Thread> threads = new ArrayList<>();
        for (int w = 0; w < 5; w++) {
            int worker = w;
            seen[w] = new java.util.BitSet();
            Thread thread = new Thread(() -> {
                int most = worker == 4 ? 10 : Integer.MAX_VALUE; // one gives up early: the others take what it leaves
                for (int i = 0; i < most; i++) {
                    int number = stretches.next(worker);
                    if (number < 0) {
                        return;
                    }
                    seen[worker].set(number);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        java.util.BitSet all = new java.util.BitSet();
        int sum = 0;
        for (java.util.BitSet s : seen) {
            all.or(s);
            sum += s.cardinality();
        }
        assertThat(sum).isEqualTo(100_000);
        assertThat(all.cardinality()).isEqualTo(100_000);
        assertThat(seen[4].cardinality()).isLessThanOrEqualTo(10);
    }

    private static volatile boolean mayEnd;

    @Test
    void runsThatDoNotListen_areFailedOnes_untilTooManyKeepProcessorsBusy() {
        Study study = Study.of(
                        "deaf",
                        cell -> {
                            while (!mayEnd) {
                                try {
                                    Thread.sleep(5);
                                } catch (InterruptedException e) {
                                    // deaf
                                }
                            }
                            return new double[1];
                        },
                        "y")
                .factors(Factor.range("x", 0, 1))
                .design(new Design.RandomDraws(100))
                .longestRun(Duration.ofMillis(20))
                .build();
        assertThatThrownBy(() -> new StudyRun(study, new ThreadExecutor(1)).run())
                .isInstanceOf(StudyException.class)
                .hasMessage("17 runs that did not end within 20 ms still run in this process and cannot be ended; each"
                        + " keeps a processor busy, at run 16 of the model deaf, a run at most 20 ms");
        mayEnd = true;
        assertThatThrownBy(() -> study.withLongestRun(Duration.ZERO))
                .hasMessage("longest-run: must be positive, value=PT0S");
    }

    @Test
    void limitOfARun_changesNoFigure_butTheFingerprint() {
        Study plain = Models.trivial(1500).build();
        Study limited = plain.withLongestRun(Duration.ofMinutes(5));
        StudyResults there = StudyRun.inMemory(limited);
        assertThat(there.means("draw")).isEqualTo(StudyRun.inMemory(plain).means("draw"));
        assertThat(there.errors())
                .containsExactly(java.util.Map.entry(999L, "java.lang.IllegalStateException: cell 999, \"as asked\""));
        assertThat(limited.fingerprint()).isNotEqualTo(plain.fingerprint());
        assertThat(limited.model().isExact()).isEqualTo(plain.model().isExact());
    }
}
