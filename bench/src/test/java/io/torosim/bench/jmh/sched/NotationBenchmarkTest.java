package io.torosim.bench.jmh.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.jmh.sched.NotationBenchmark.Notation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is compared does the same work. */
final class NotationBenchmarkTest {
    @ParameterizedTest
    @EnumSource(Notation.class)
    void everyNotation_takesAsManySteps(Notation notation) {
        for (boolean exact : new boolean[] {false, true}) {
            NotationBenchmark benchmark = new NotationBenchmark();
            benchmark.notation = notation;
            benchmark.exact = exact;
            benchmark.start();
            benchmark.step();
            assertThat(benchmark.steps()).isBetween(600_000L, 600_001L); // the next one begins as the slice ends
            assertThat(benchmark.step()).isEqualTo(2L * 100_000 * 9_000);
            benchmark.close();
        }
    }
}
