package io.torosim.bench.cli.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.cli.Torosim;
import java.io.BufferedReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line stands on every module but {@code sweep/spark}: what is not on its class path is on none of theirs. */
class SparkAbsenceTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "org/apache/spark/SparkContext.class",
                "io/torosim/sweep/spark/SparkStudy.class",
                "scala/Option.class",
                "org/apache/logging/log4j/core/Logger.class"
            })
    void noClassOfSpark_isOnTheClassPathOfTheCommandLine(String resource) {
        assertThat(getClass().getClassLoader().getResource(resource)).isNull();
        assertThat(getClass().getClassLoader().getResource("io/torosim/sweep/StudyRun.class"))
                .as("this is how it would look")
                .isNotNull();
    }

    /** What {@code --help} takes is the classes that it loads: of what studies need none but those that its commands name. */
    @Test
    void help_loadsNoLibraryAndNoModelOfStudies() throws Exception {
        Process help = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:TieredStopAtLevel=1",
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Torosim.class.getName(),
                        "--help")
                .redirectErrorStream(true)
                .start();
        List<String> loaded;
        try (BufferedReader out = help.inputReader()) {
            loaded = out.lines().filter(line -> line.contains(" source: ")).toList();
        }
        assertThat(help.waitFor()).isZero();
        assertThat(loaded).anyMatch(line -> line.contains(" io.torosim.bench.cli.study.StudyCommand "));
        assertThat(loaded)
                .noneMatch(
                        line -> line.matches(
                                ".* (tools\\.jackson|org\\.tomlj|me\\.tongfei|org\\.hipparchus|de\\.siegmar|io\\.torosim\\.sweep\\.(model|analysis))\\..*"));
    }
}
