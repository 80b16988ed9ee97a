package io.torosim.bench.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.cli.Torosim;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerifyCommandTest {
    @TempDir
    Path dir;

    private static String torosim(int status, String... arguments) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text, true);
        int got = Torosim.commandLine().setOut(out).setErr(out).execute(arguments);
        assertThat(got).as(text.toString()).isEqualTo(status);
        return text.toString();
    }

    @Test
    void aGuest_isTheSameEverywhere() {
        assertThat(torosim(0, "verify", "guest", "ToroHello", "--seconds", "0.02"))
                .containsSubsequence(
                        "same       again",
                        "same       tracing off",
                        "same       exact stepping (--exact)",
                        "same       other directory, locale, time zone, user",
                        "same       compiler off")
                .doesNotContain("DIFFERENT");
    }

    @Test
    void wrongCalls_areRefusedInOneLine() {
        assertThat(torosim(2, "verify", "nothing")).contains("verify takes guest NAME or an experiment, what=nothing");
        assertThat(torosim(2, "verify", "guest", "ToroHello", "--trace", "x"))
                .contains("--trace is set by verify itself");
        assertThat(torosim(2, "verify", "guest", "ToroNothing")).contains("torosim: no application ToroNothing");
        assertThat(torosim(2, "verify", "boot", "--seed"))
                .contains("--seed")
                .as("an option of verify's own")
                .doesNotContain("--json")
                .hasLineCount(1);
        assertThat(torosim(2, "verify", "guest", "ToroHello", "--seconds"))
                .contains("--seconds")
                .doesNotContain("--json")
                .hasLineCount(1);
    }

    @Test
    void difference_isTheFirstLineWithWhatCameBefore() throws IOException {
        Path one = Files.writeString(dir.resolve("one"), "a\nb\nc\nd\ne\n");
        Path other = Files.writeString(dir.resolve("other"), "a\nb\nc\nd\nf\n");
        assertThat(Outputs.difference(one, other))
                .contains(
                        "differ from line 5 on\n   both:   b\n   both:   c\n   both:   d\n   first:  e\n   second: f");
        assertThat(Outputs.difference(one, one)).isEmpty();
        Path shorter = Files.writeString(dir.resolve("shorter"), "a\n");
        assertThat(Outputs.difference(one, shorter))
                .contains("differ from line 2 on\n   both:   a\n   first:  b\n   second: (the end)");
        Path left = Files.createDirectory(dir.resolve("left"));
        Path right = Files.createDirectory(dir.resolve("right"));
        Files.writeString(left.resolve("x"), "1\n");
        assertThat(Outputs.difference(left, right)).contains("other files: [x] and []");
        Files.writeString(right.resolve("x"), "2\n");
        assertThat(Outputs.difference(left, right).orElseThrow()).startsWith("x: differ from line 1 on");
    }

    @Test
    void perturbed_isAnotherRun_theSameEachTime() {
        String[] plain = {"guest", "ToroHello", "--seconds", "0.02", "--json"};
        String[] disturbed = {"guest", "ToroHello", "--seconds", "0.02", "--json", "--perturb", "5"};
        assertThat(torosim(0, disturbed)).isEqualTo(torosim(0, disturbed)).isNotEqualTo(torosim(0, plain));
    }
}
