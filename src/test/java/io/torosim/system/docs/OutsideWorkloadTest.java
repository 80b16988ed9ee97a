package io.torosim.system.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.direct.DirectThreads.ThreadKind;
import io.torosim.core.stats.Replications;
import io.torosim.core.stats.Tally.ConfidenceInterval;
import io.torosim.core.time.Picos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody else writes on top of the engine: short, right against theory, equal in series and in parallel. */
class OutsideWorkloadTest {
    private static double meanInSystem(int number, long seed) {
        MM1Queue queue = new MM1Queue(seed, Picos.PER_MICRO, 7 * Picos.PER_MICRO / 10);
        queue.run(2 * Picos.PER_MILLI, 42 * Picos.PER_MILLI);
        return queue.meanInSystem();
    }

    @Test
    void mm1_agreesWithTheory_andParallelEqualsSerial() {
        Replications plan = new Replications(2026, 16);
        List<Double> serial = plan.serial(OutsideWorkloadTest::meanInSystem);
        assertThat(plan.parallel(2, OutsideWorkloadTest::meanInSystem)).isEqualTo(serial);
        ConfidenceInterval interval = Replications.interval(serial, 0.99, x -> x);
        assertThat(interval.contains(0.7 / (1 - 0.7))).as(interval.toString()).isTrue();
        assertThat(interval.halfWidth()).isLessThan(0.25);
    }

    @Test
    void mm1_timeInSystem_agreesWithTheoryByBatchMeans() {
        MM1Queue queue = new MM1Queue(1, Picos.PER_MICRO, Picos.PER_MICRO / 2);
        queue.run(Picos.PER_MILLI, 200 * Picos.PER_MILLI);
        ConfidenceInterval interval = queue.timeInSystem.interval(0.99);
        assertThat(interval.mean()).isCloseTo(Picos.PER_MICRO, within(0.05 * Picos.PER_MICRO));
        assertThat(interval.halfWidth()).isLessThan(0.05 * Picos.PER_MICRO);
    }

    @Test
    void tokenRing_turnsAtTheExpectedRate_onEveryKindOfThread() {
        for (ThreadKind kind : ThreadKind.values()) {
            if (kind.isAvailable()) {
                try (TokenRing ring = new TokenRing(kind, 5, 70, 30)) {
                    assertThat(ring.roundsUntil(50_000)).isEqualTo(100);
                    assertThat(ring.trace.digest().count()).isEqualTo(501);
                    assertThat(ring.trace.digest().hex()).isEqualTo("942316308f7eb6ce");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MM1Queue", "TokenRing"})
    void adapter_isShorterThanEightyLines_andUsesPublicPackagesOnly(String name) throws IOException {
        Path module = Path.of("").toAbsolutePath();
        List<String> lines = Files.readAllLines(module.resolve("java/io/torosim/system/docs/" + name + ".java"));
        assertThat(lines.size()).isBetween(20, 79);
        assertThat(lines).filteredOn(l -> l.startsWith("import io.torosim")).isNotEmpty();
    }
}
