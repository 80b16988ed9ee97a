package io.torosim.sweep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that ends the process of local mode, with whatever status, comes to status 2 and a line. */
class SparkStudyExitTest {
    @Test
    void modelThatCallsExit_isStatus2_andTheLineNamesThePlace(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path serialized = directory.resolve("study.ser");
        try (ObjectOutputStream stream = new ObjectOutputStream(Files.newOutputStream(serialized))) {
            stream.writeObject(TestStudies.exiting());
        }
        Path out = directory.resolve("out");
        List<String> arguments = new ArrayList<>(List.of("-Dspark.driver.host=127.0.0.1", SparkStudy.class.getName()));
        String most = Long.toString(Long.MAX_VALUE);
        arguments.addAll(List.of("local[2]", serialized.toString(), out.toString(), "new", most, most));
        Path said = directory.resolve("said");
        Process process = new ProcessBuilder(StandaloneCluster.java(arguments.toArray(new String[0])))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(said))
                .containsPattern("torosim: the model ended the process, by System\\.exit at "
                        + "io\\.torosim\\.sweep\\.spark\\.TestStudies\\$Exiting\\.run\\(TestStudies\\.java:[0-9]+\\); what is"
                        + " over is kept\n")
                .doesNotContain("\tat ");
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(Files.readString(out.resolve("cells.jsonl")).split("\n").length)
                .as("the heading and what was over")
                .isBetween(2, 12);
    }
}
