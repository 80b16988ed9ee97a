package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.sweep.Study.StudyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Processes that are killed in the middle, and several that want one directory. */
final class StudyProcessTest extends StudyRuns {
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
                            new StudyRun(Models.trivial(10).build(), CellExecutor.threads(1))
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
}
