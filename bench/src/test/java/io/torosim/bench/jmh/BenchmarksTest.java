package io.torosim.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchmarksTest {
    @BeforeAll
    static void runBesideOtherBenchmarks() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BootBenchmark -p sede=1 | 2 | no chosen benchmark has the parameter sede; they have seed, spec",
                "BootBenchmark -p seed=1,abc | 2 | parameter seed must be a whole number (long), seed=abc",
                "BootBenchmark -p spec=no/such.toml | 2 | no/such.toml: no such file",
                "GuestBenchmark -p policy=NEVER | 2 | parameter policy must be one of [BUSY_POLL, HALT_WITHOUT_HINT,",
                "NicBenchmark -p seed=1 | 2 | no chosen benchmark has the parameter seed; they have card, frameBytes",
                "NoSuchBenchmark | 2 | no benchmark matches [NoSuchBenchmark]",
                "BootBenchmark -f x | 2 | x",
                // what a look at the value alone cannot tell is an error of the run
                "IdleSecondBenchmark.idleSecond -f 0 -wi 0 -i 1 -p vcpus=0 | 1 | ",
            })
    void whatIsWrong_isAnErrorOfTheRun(String call, int status, String said) throws IOException {
        PrintStream err = System.err;
        PrintStream out = System.out;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
        System.setOut(new PrintStream(java.io.OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        int ended;
        try {
            ended = Benchmarks.run(Arrays.stream(call.split(" ")).toArray(String[]::new));
        } finally {
            System.setErr(err);
            System.setOut(out);
        }
        String text = captured.toString(StandardCharsets.UTF_8);
        assertThat(ended).as(text).isEqualTo(status);
        assertThat(text).startsWith("benchmarks: ").contains(said == null ? "" : said);
        assertThat(text.lines()).hasSize(1);
    }
}
