package io.torosim.bench.cli.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.torosim.bench.cli.Torosim;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Studies as processes of their own: signals, and a disk that is full. */
class StudyProcessTest {
    private static final List<String> STUDY = List.of("study", "gated.toml", "--out", "my results");

    @TempDir
    Path directory;

    private ProcessBuilder torosim(String before, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                before + "exec \"$0\" \"$@\"",
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dtorosim.sweep.grace=1",
                "-cp",
                System.getProperty("java.class.path"),
                Torosim.class.getName()));
        command.addAll(arguments);
        ProcessBuilder process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        process.environment().put("TOROSIM_COMMAND", "./torosim");
        return process;
    }

    private int status(Process process) throws Exception {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }

    private String err() throws Exception {
        return Files.readString(directory.resolve("err"));
    }

    private List<String> cells(String where) throws Exception {
        return Files.readAllLines(directory.resolve(where).resolve("cells.jsonl"));
    }

    /** Its runs beyond the 30th wait until there is a file {@code go}, so that a signal finds the study under way. */
    public static final class Gated implements io.torosim.sweep.Study.CellModel {
        private static final long serialVersionUID = 1;

        public Gated() {}

        @Override
        public double[] run(io.torosim.sweep.Study.CellModel.Cell cell) throws InterruptedException {
            while (cell.value("x") > 30 && !Files.exists(Path.of("go"))) {
                Thread.sleep(5);
            }
            return new double[] {cell.value("x")};
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void signal_keepsWhatIsDone_andSaysHowToGoOn(String signal) throws Exception {
        assumeFalse(signal.equals("INT") && isInterruptIgnored(), "this process was started with SIGINT ignored");
        Files.writeString(
                directory.resolve("gated.toml"),
                "[study]\nclass = \"" + Gated.class.getName() + "\"\noutputs = [\"y\"]\n[study.factors]\nx = "
                        + IntStream.rangeClosed(1, 60).boxed().toList() + "\n");
        Process process = torosim("", STUDY).start();
        Path file = directory.resolve("my results/cells.jsonl");
        while (process.isAlive() && (!Files.exists(file) || Files.size(file) < 1000)) {
            Thread.sleep(5);
        }
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                .start()
                .waitFor();
        assertThat(status(process)).as(err()).isEqualTo(130);
        int done = cells("my results").size() - 1;
        assertThat(done).isBetween(2, 30);
        String resume = "./torosim " + String.join(" ", STUDY).replace("my results", "'my results'") + " --resume";
        assertThat(err())
                .isEqualTo("torosim: interrupted: " + done + " of 60 runs are done and kept in my results; go on with: "
                        + resume + "\n");
        assertThat(directory.resolve("out")).as("no half of a table").isEmptyFile();

        if (signal.equals("INT")) {
            return; // the other one tries what was said
        }
        Files.createFile(directory.resolve("go"));
        List<String> more = new ArrayList<>(STUDY);
        more.add("--resume");
        assertThat(status(torosim("", more).start())).as(err()).isZero();
        List<String> whole = new ArrayList<>(STUDY);
        whole.set(whole.size() - 1, "whole");
        assertThat(status(torosim("", whole).start())).as(err()).isZero();
        assertThat(cells("my results")).containsExactlyInAnyOrderElementsOf(cells("whole"));
        assertThat(directory.resolve("my results/summary.json"))
                .hasSameBinaryContentAs(directory.resolve("whole/summary.json"));
    }

    /** Ends the process that runs it, where x is 3. */
    public static final class Exiting implements io.torosim.sweep.Study.CellModel {
        private static final long serialVersionUID = 1;

        public Exiting() {}

        @Override
        public double[] run(io.torosim.sweep.Study.CellModel.Cell cell) {
            if (cell.value("x") == 3) {
                System.exit(0);
            }
            return new double[] {1};
        }
    }

    @Test
    void modelThatEndsTheProcess_isNamedWithItsPlace() throws Exception {
        Files.writeString(
                directory.resolve("exit.toml"),
                "[study]\nclass = \"" + Exiting.class.getName()
                        + "\"\noutputs = [\"y\"]\n[study.factors]\nx = [1, 2, 3]\n");
        Process process = torosim("", List.of("study", "exit.toml", "--workers", "1", "--out", "exit"))
                .start();
        assertThat(status(process)).isEqualTo(2);
        assertThat(err())
                .matches("torosim: the model ended the process, by System\\.exit at "
                        + Exiting.class.getName().replace("$", "\\$")
                        + "\\.run\\(StudyProcessTest\\.java:[0-9]+\\): 2 of 3 runs are done and kept in exit; go on with: "
                        + "\\./torosim study exit\\.toml --workers 1 --out exit --resume\n");
        process = torosim("", List.of("study", "exit.toml", "--cell", "2")).start();
        assertThat(status(process)).isEqualTo(2);
        assertThat(err())
                .contains("the model ended the process, by System.exit at ")
                .hasLineCount(1);
    }

    private static boolean isInterruptIgnored() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("SigIgn:")) {
                return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0;
            }
        }
        return true;
    }

    /** A limit on the size of files stands for a full disk: a write fails in the middle of a lot. */
    @Test
    void fullDisk_isOneLineWithTheFile_andTheStudyGoesOnOnceThereIsRoom() throws Exception {
        List<String> study = List.of("study", "busy-work", "--runs", "2000", "--draws", "1", "--out", "full");
        Process process = torosim("ulimit -f 100; ", study).start(); // units of 512 bytes, or of 1024
        assertThat(status(process)).isEqualTo(2);
        assertThat(err()).isEqualTo("torosim: full/cells.jsonl: cannot be written: File too large\n");
        assertThat(directory.resolve("full/cells.csv")).doesNotExist();
        List<String> more = new ArrayList<>(study);
        more.add("--resume");
        assertThat(status(torosim("", more).start())).as(err()).isZero();
        assertThat(cells("full")).hasSize(2001).doesNotHaveDuplicates();
    }
}
