package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.sweep.Study.Stopping;
import io.torosim.sweep.Study.StudyException;
import io.torosim.sweep.StudyResults.Ending;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Studies that ended early are gone on with, to the results of one that never stopped. */
final class StudyResumeTest extends StudyRuns {
    @Test
    void stoppedStudy_resumed_isEqualToOneThatNeverStopped() throws Exception {
        Study study = Models.trivial(3000).build();
        String whole = run(study, "whole", 2, false).digest();
        AtomicInteger asked = new AtomicInteger();
        StudyResults part = new StudyRun(study, CellExecutor.threads(2))
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
        StudyResults part = new StudyRun(counted, CellExecutor.threads(1))
                .into(directory.resolve("time"), false)
                .atMost(java.time.Duration.ofSeconds(3), () -> 20_000_000L * runs.get())
                .run();
        assertThat(part.ending()).isEqualTo(Ending.TIME);
        assertThat(part.doneCount()).as("20 ms each").isEqualTo(150);
        assertThat(part.left()).isEmpty();
        assertThat(run(study, "time", 2, true).digest())
                .isEqualTo(run(study, "no-limit", 2, false).digest());
        assertThatThrownBy(() -> new StudyRun(study, CellExecutor.threads(1)).atMost(java.time.Duration.ZERO, () -> 0))
                .hasMessageContaining("time=PT0S");
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
    void budget_endsBeforeTheBatchThatExceedsIt_andSaysSo() throws Exception {
        Study study = Study.of("alternating", cell -> new double[] {cell.replication() % 2}, "y")
                .stopping(new Stopping(2, 100, 0.1, 0.95))
                .build();
        StudyResults part = new StudyRun(study, CellExecutor.threads(1))
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
                        new StudyRun(study, CellExecutor.threads(1)).atMost(1).run())
                .hasMessage("budget: must be at least the 2 runs that the design takes, value=1");
    }
}
