package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.sweep.Study.StudyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nobody takes a damaged line for the figure of a run. */
final class StudyFileDamageTest extends StudyRuns {
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
}
