package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.bench.report.ResultsJson;
import io.torosim.bench.report.RunOutcome;
import io.torosim.bench.report.SampleResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.jr.ob.JSON;

class DiffCommandTest extends CommandCalls {
    @TempDir
    private Path dir;

    private String results(String name, String from, String to) throws IOException {
        RunOutcome run = SampleResults.run();
        Path file = Files.createDirectories(dir.resolve(name)).resolve("results.json");
        Files.writeString(file, ResultsJson.results(run).replace(from, to));
        return file.getParent().toString();
    }

    @Test
    void sameRun_ends0() throws IOException {
        assertThat(call("diff", results("a", "", ""), results("b", "", ""))).isZero();
        assertThat(out.toString()).contains("0 of 4 figures differ; the runs are the same to the last event");
    }

    @Test
    void changedFigure_isNamed_andEnds3() throws IOException {
        String a = results("a", "", "");
        String b = results("b", "123.4", "246.8");
        assertThat(call("diff", a, b)).isEqualTo(3);
        assertThat(out.toString())
                .contains(
                        "boot / QEMU-Lite / boot",
                        "123.4 ms PASS -> 246.8 ms PASS  (+100.00 %)",
                        "1 of 4 figures differ; the traced events are the same, so the difference is in how long was looked");
    }

    @Test
    void differenceWithinTheTolerance_isNone_butAVerdictIsOneAlways() throws IOException {
        String a = results("a", "", "");
        assertThat(call("diff", a, results("b", "123.4", "124.0"), "--tolerance", "1"))
                .isZero();
        assertThat(call("diff", a, results("c", "FAIL", "PASS"), "--tolerance", "1"))
                .isEqualTo(3);
    }

    @Test
    void json_holdsBothSides() throws IOException {
        assertThat(call("diff", "--json", results("a", "", ""), results("b", "123.4", "246.8")))
                .isEqualTo(3);
        assertThat(JSON.std.mapFrom(out.toString()))
                .containsEntry("compared", 4)
                .containsKey("changes");
    }

    @Test
    void whatFollowsTheDocument_isRefused_andAByteOrderMarkIsNot() throws IOException {
        String good = results("a", "", "");
        String text = Files.readString(Path.of(good, "results.json"));
        for (String more : List.of("{}", "x", "]", "1")) {
            Path twice = Files.writeString(dir.resolve("twice"), text + more);
            err.getBuffer().setLength(0);
            assertThat(call("diff", good, twice.toString())).as(more).isEqualTo(2);
            assertThat(err.toString().lines()).hasSize(1).first().asString().contains(twice.toString());
        }
        Path marked = Files.writeString(dir.resolve("marked"), "\ufeff" + text + "\n\n");
        assertThat(call("diff", good, marked.toString())).isZero();
    }

    @Test
    void whatIsNoJson_isToldByPlace_inOurWords() throws IOException {
        String good = results("a", "", "");
        String text = Files.readString(Path.of(good, "results.json"));
        List<String> wrong = List.of(
                text.substring(0, text.length() / 2),
                text.substring(0, text.length() / 2 + 3),
                "{\n  \"seed\" : NaN\n}",
                "{\n  \"seed\" : -Infinity\n}",
                "{\n  \"seed\" : 'x'\n}",
                "{\n  // why\n}",
                "{\n\"seed\" : 01}",
                "{\"a\":" + "[".repeat(2000),
                "{",
                "");
        for (String one : wrong) {
            Path file = Files.writeString(dir.resolve("wrong.json"), one);
            err.getBuffer().setLength(0);
            assertThat(call("diff", good, file.toString())).as(one).isEqualTo(2);
            assertThat(err.toString().lines())
                    .as(one)
                    .hasSize(1)
                    .allMatch(line -> line.startsWith("torosim: " + file + ":"))
                    .noneMatch(
                            line -> line.contains("Feature") || line.contains("REDACTED") || line.contains("Stream"));
        }
        Path nan = Files.writeString(dir.resolve("nan.json"), wrong.get(2));
        err.getBuffer().setLength(0);
        call("diff", good, nan.toString());
        assertThat(err.toString())
                .startsWith("torosim: " + nan + ":2:")
                .contains("not JSON, seen behind: \"seed\" : NaN");
        Path cut = Files.writeString(dir.resolve("cut.json"), "{\n \"seed\" : [1,");
        err.getBuffer().setLength(0);
        call("diff", good, cut.toString());
        assertThat(err.toString())
                .startsWith("torosim: " + cut + ":2:")
                .contains(": not JSON: the file ends within the document");
    }

    /** As a shell hands over what another command writes: {@code torosim diff <(...) b}. */
    @Test
    void aPipe_isReadToItsEnd() throws Exception {
        Path pipe = dir.resolve("pipe");
        Path file = Path.of(results("a", "", "")).resolve("results.json");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "no mkfifo");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Process writer = new ProcessBuilder("sh", "-c", "cat \"$0\" >\"$1\"", file.toString(), pipe.toString()).start();
        assertThat(call("diff", pipe.toString(), file.toString())).isZero();
        assertThat(writer.waitFor()).isZero();
        assertThat(call("diff", "/dev/null", file.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("/dev/null")
                .doesNotContain("no such file")
                .hasLineCount(1);
    }

    @Test
    void wrongFiles_end2_inOneLine() throws IOException {
        String good = results("a", "", "");
        assertThat(call("diff", good, dir.resolve("none").toString())).isEqualTo(2);
        Path text = Files.writeString(dir.resolve("text"), "no json");
        assertThat(call("diff", good, text.toString())).isEqualTo(2);
        Path other = Files.writeString(dir.resolve("other"), "{\"experiments\": 3}");
        assertThat(call("diff", good, other.toString())).isEqualTo(2);
        assertThat(call("diff", good, good, "--tolerance", "-1")).isEqualTo(2);
        Path binary = Files.write(dir.resolve("binary"), new byte[] {(byte) 0xff, 0, (byte) 0xc0});
        assertThat(call("diff", good, binary.toString())).isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(5)
                .anyMatch(line -> line.equals("torosim: " + binary + ": not UTF-8 text"))
                .allMatch(line -> line.startsWith("torosim: "))
                .anyMatch(line -> line.contains("experiments: must be an array, value=3"));
    }
}
