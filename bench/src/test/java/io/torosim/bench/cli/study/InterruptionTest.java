package io.torosim.bench.cli.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class InterruptionTest {
    private static String said(int status) {
        StringWriter said = new StringWriter();
        try (Interruption interruption =
                new Interruption(new PrintWriter(said), Path.of("mine"), "torosim study x.toml --out mine --resume")) {
            interruption.endedInTheMiddle(status, new int[] {7, 30});
        }
        return said.toString();
    }

    @Test
    void runnerThatEndsInTheMiddle_isALineThatSaysHowToGoOn() {
        assertThat(said(5))
                .isEqualToIgnoringNewLines(
                        "torosim: Spark's process ended in the middle, with status 5: 7 of 30 runs are"
                                + " done and kept in mine; go on with: torosim study x.toml --out mine --resume\n");
        assertThat(said(137)).contains("ended in the middle, with status 137, by signal 9: 7 of 30 runs");
    }
}
