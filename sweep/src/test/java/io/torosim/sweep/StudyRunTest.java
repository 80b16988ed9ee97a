package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.sweep.Study.Stopping;
import io.torosim.sweep.Study.StudyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run of a study gives: figures, files, digest, summary. */
final class StudyRunTest extends StudyRuns {
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
}
